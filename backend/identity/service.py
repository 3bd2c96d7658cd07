"""People and accounts: what other capabilities ask of identity."""

import unicodedata
import uuid
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend import clock, privacy
from backend.identity import id_numbers
from backend.identity.id_numbers import IdNumber
from backend.identity.models import Account, ActingConsent, IdNumberLookup, Person
from backend.problems import Conflict, NotFound

ACTIVE, MERGED, DECEASED = "active", "merged", "deceased"
#: Dots that keyboards give for the one in ethnic names (间隔号 U+00B7).
_DOTS = dict.fromkeys(map(ord, "•‧・∙⋅.．。"), "·")


class NameDiffers(Conflict):
    """The ID number is held under another name: one of the two is mistyped, or the name was changed."""

    code = "name_differs"
    detail = "这个证件号码已登记为另一个姓名，请核对姓名；如已改名，请带证件到村（社区）或窗口更正"


def person(session: Session, person_id: uuid.UUID) -> Person:
    """The person; of a merged record, the one it was merged into. NotFound."""
    found = session.get(Person, person_id)
    while found is not None and found.merged_into_id is not None:
        found = session.get(Person, found.merged_into_id)
    if found is None:
        raise NotFound("没有找到这个人的登记")
    return found


def account(session: Session, account_id: uuid.UUID) -> Account:
    """The account, closed ones too; NotFound."""
    found = session.get(Account, account_id)
    if found is None:
        raise NotFound("没有找到这个账号")
    return found


def find_by_id_number(session: Session, number: str) -> Person | None:
    """The person of an ID number (一证办), as typed; None when nobody is registered with it."""
    row = session.get(IdNumberLookup, privacy.blind_index("id_number", number))
    return person(session, row.person_id) if row else None


def ensure_person(session: Session, *, name: str, id_number: str, verified_by: str) -> Person:
    """The person of this ID number, registered now if new.

    `verified_by`: realname_data, face, village_desk or counter. Raises InvalidIdNumber, and NameDiffers when
    the number is held under another name.
    """
    number = id_numbers.parse(id_number)
    found = find_by_id_number(session, number.number)
    if found is None:
        found = _registered(session, name, number, verified_by)
    if plain_name(found.name) != plain_name(name):
        raise NameDiffers()
    return found


def accounts_to_tell(session: Session, person_id: uuid.UUID) -> list[uuid.UUID]:
    """Accounts that hear what concerns a person: their own, and those that act for them today."""
    own = select(Account.id).where(Account.person_id == person_id, Account.state == ACTIVE)
    acting = (
        select(ActingConsent.account_id)
        .join(Account, Account.id == ActingConsent.account_id)
        .where(ActingConsent.person_id == person_id, Account.state == ACTIVE, *in_force())
    )
    return list(dict.fromkeys([*session.scalars(own), *session.scalars(acting)]))


def own_accounts(session: Session, person_id: uuid.UUID) -> list[Account]:
    """The active accounts bound to the person: one, or none."""
    return list(
        session.scalars(select(Account).where(Account.person_id == person_id, Account.state == ACTIVE))
    )


def in_force(now: Any = None) -> list[Any]:
    """The condition under which an acting consent holds now (or at `now`, a moment or a bound parameter)."""
    now = clock.now() if now is None else now
    return [
        ActingConsent.given_at.is_not(None),
        ActingConsent.withdrawn_at.is_(None),
        (ActingConsent.until.is_(None)) | (ActingConsent.until > now),
    ]


def may_act(account_id: Any, person_id: Any, now: Any = None) -> ColumnElement[bool]:
    """SQL: the account acts for the person now (or at `now`, a moment or a bound parameter), as themselves or by
    consent (代办授权). What an account made for a person lives by it: withdrawn, it dies at once.
    """
    own = exists().where(Account.id == account_id, Account.person_id == person_id, Account.state == ACTIVE)
    given = exists().where(
        ActingConsent.account_id == account_id, ActingConsent.person_id == person_id, *in_force(now)
    )
    return or_(own, given)


def plain_name(name: str) -> str:
    """What of a name is compared: NFC, one kind of dot, no blanks, capitals."""
    text = unicodedata.normalize("NFC", name).translate(_DOTS)
    return "".join(text.split()).upper()


def _registered(session: Session, name: str, number: IdNumber, verified_by: str) -> Person:
    now = clock.now()
    new = Person(
        name=unicodedata.normalize("NFC", name).strip(),
        id_number=number.number,
        id_kind=number.kind,
        birth_date=number.birth_date,
        verified_by=verified_by,
        verified_at=now,
        created_at=now,
    )
    index = privacy.blind_index("id_number", number.number)
    try:
        with session.begin_nested():
            session.add_all([new, IdNumberLookup(id_number_index=index, person_id=new.id)])
    except IntegrityError:  # registered by another request in this moment
        other = find_by_id_number(session, number.number)
        if other is None:
            raise
        return other
    return new
