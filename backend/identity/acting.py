"""Acting for others (代办): only by that person's recorded consent, until a date, ended at once by either.

Three ways to it: a code sent to the person's own phone (or one tap in their own app); the photo of a sheet they
signed, recorded by a clerk; guardianship (监护) of a minor, recorded by a clerk from the document.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backend import clock, privacy
from backend.access import Actor
from backend.audit import service as audit
from backend.identity import codes, id_numbers, limits, service, telling
from backend.identity.models import Account, ActingConsent, Person
from backend.identity.service import in_force
from backend.problems import Conflict, InvalidInput, NotFound
from backend.settings import Settings

WARD = "ward"
RELATIONS = ("spouse", "parent", "child", "ward", "other")
_LONGEST = timedelta(days=3 * 366)
_USUAL = timedelta(days=365)
_ASKS_A_DAY = 10


class NotYourself(Conflict):
    code = "not_yourself"
    detail = "本人的事不用授权，直接办理即可"


@dataclass(frozen=True)
class Acting:
    """A consent with the two people it joins, for lists."""

    consent: ActingConsent
    person: Person
    helper: Person | None


def acts_for(session: Session, account_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """The persons this account may act for now: what `Actor.acts_for` carries."""
    statement = (
        select(ActingConsent.person_id)
        .join(Person, Person.id == ActingConsent.person_id)
        .where(ActingConsent.account_id == account_id, Person.state == service.ACTIVE, *in_force())
    )
    return frozenset(session.scalars(statement))


def ask(
    session: Session,
    actor: Actor,
    *,
    name: str,
    id_number: str,
    relation: str,
    until: date | None,
    settings: Settings,
) -> uuid.UUID:
    """Ask a person, by their name and number, to let the actor act for them; the request's id.

    Answers the same whether or not such a person is registered with a phone of their own: a code went out, if so.
    """
    helper = service.person(session, actor.person)
    number = id_numbers.parse(id_number)
    limits.count(
        session, name="acting.ask", key=actor.account.hex, limit=_ASKS_A_DAY, window=timedelta(days=1)
    )
    row = ActingConsent(
        account_id=actor.account,
        relation=relation,
        basis="sms_code",
        asked_at=clock.now(),
        until=until_end_of(until),
    )
    person = service.find_by_id_number(session, number.number)
    if person is not None and person.id == helper.id:
        raise NotYourself()
    if person is None or service.plain_name(person.name) != service.plain_name(name):
        return row.id
    reached = [account for account in service.own_accounts(session, person.id) if account.phone]
    if not reached:
        return row.id
    row.person_id = person.id
    session.add(row)
    session.flush()
    _send(session, actor, row, reached[0], settings)
    telling.consent_asked(session, [reached[0].id], row, privacy.mask_name(helper.name))
    return row.id


def confirm(session: Session, actor: Actor, *, consent_id: uuid.UUID, code: str) -> ActingConsent:
    """The actor types the code the person told them; WrongCode also when there was no such person."""
    row = session.get(ActingConsent, consent_id)
    if row is None or row.account_id != actor.account or not _waits(row):
        raise codes.WrongCode()
    reached = [account for account in service.own_accounts(session, row.person_id) if account.phone]
    if not reached or reached[0].phone is None:
        raise codes.WrongCode()
    codes.check(session, phone=reached[0].phone, purpose=codes.CONSENT, subject_id=row.id, code=code)
    return given(session, actor, row)


def agree(session: Session, actor: Actor, *, consent_id: uuid.UUID) -> ActingConsent:
    """The person themselves agrees, in their own app."""
    row = session.get(ActingConsent, consent_id)
    if row is None or row.person_id != actor.person_id or not _waits(row):
        raise NotFound("没有这项代办申请，可能已过期或已取消")
    return given(session, actor, row)


def withdraw(session: Session, actor: Actor, *, consent_id: uuid.UUID) -> ActingConsent:
    """End it at once; the person, or who acts for them, may. Both sides are told."""
    row = session.get(ActingConsent, consent_id)
    mine = row is not None and (row.account_id == actor.account or row.person_id == actor.person_id)
    if row is None or not mine or row.withdrawn_at is not None:
        raise NotFound("没有这项授权，可能已取消")
    row.withdrawn_at, row.withdrawn_by_account_id = clock.now(), actor.account
    audit.record(
        session,
        actor,
        "identity.acting_withdrawn",
        subject_kind="acting_consent",
        subject_id=row.id,
        for_person_id=row.person_id,
    )
    telling.consent_withdrawn(session, _both(session, row), row)
    return row


def for_whom(session: Session, actor: Actor) -> list[Acting]:
    """Whom the actor acts for now."""
    statement = select(ActingConsent).where(ActingConsent.account_id == actor.account, *in_force())
    return _with_people(session, session.scalars(statement.order_by(ActingConsent.id)).all())


def by_whom(session: Session, actor: Actor) -> list[Acting]:
    """Who acts for the actor's person now, and who asks to."""
    waiting = ActingConsent.given_at.is_(None) & (ActingConsent.asked_at > _oldest_ask())
    statement = select(ActingConsent).where(
        ActingConsent.person_id == actor.person,
        ActingConsent.withdrawn_at.is_(None),
        ActingConsent.id.in_(select(ActingConsent.id).where(*in_force())) | waiting,
    )
    return _with_people(session, session.scalars(statement.order_by(ActingConsent.id)).all())


def withdraw_all(
    session: Session,
    actor: Actor,
    *,
    person_id: uuid.UUID | None,
    account_id: uuid.UUID | None = None,
) -> None:
    """End what an account was given and what its person gave, when the account or the person goes."""
    sides = []
    if account_id is not None:
        sides.append(ActingConsent.account_id == account_id)
    if person_id is not None:
        sides.append(ActingConsent.person_id == person_id)
    for row in session.scalars(
        select(ActingConsent).where(or_(*sides), ActingConsent.withdrawn_at.is_(None))
    ):
        row.withdrawn_at, row.withdrawn_by_account_id = clock.now(), actor.account_id
        telling.consent_withdrawn(session, _both(session, row), row)


def _send(session: Session, actor: Actor, row: ActingConsent, to: Account, settings: Settings) -> None:
    assert to.phone is not None  # chosen for having one
    codes.send(
        session,
        phone=to.phone,
        purpose=codes.CONSENT,
        subject_id=row.id,
        address=actor.address,
        settings=settings,
    )


def given(session: Session, actor: Actor, row: ActingConsent) -> ActingConsent:
    """The consent holds from now on; both sides are told."""
    row.given_at = clock.now()
    session.flush()
    audit.record(
        session,
        actor,
        "identity.acting_given",
        subject_kind="acting_consent",
        subject_id=row.id,
        for_person_id=row.person_id,
        basis=row.basis,
    )
    telling.consent_given(session, _both(session, row), row)
    return row


def _both(session: Session, row: ActingConsent) -> list[uuid.UUID]:
    own = [account.id for account in service.own_accounts(session, row.person_id)]
    return [row.account_id, *own]


def _waits(row: ActingConsent) -> bool:
    return row.given_at is None and row.withdrawn_at is None and row.asked_at > _oldest_ask()


def _oldest_ask() -> datetime:
    return clock.now() - timedelta(days=1)


def until_end_of(day: date | None) -> datetime:
    """The end of that day in 北京时间; a year when none is named, three years at most."""
    now = clock.now()
    if day is None:
        return now + _USUAL
    end = datetime.combine(day, time(23, 59, 59), clock.BEIJING)
    if not now < end <= now + _LONGEST:
        raise InvalidInput("有效期要在今天之后、三年之内", errors={"json.until": ["超出范围"]})
    return end


def _with_people(session: Session, rows: Sequence[ActingConsent]) -> list[Acting]:
    helpers = dict(
        session.execute(
            select(Account.id, Person)
            .join(Person, Person.id == Account.person_id)
            .where(Account.id.in_([row.account_id for row in rows]))
        ).all()
    )
    people = {
        person.id: person
        for person in session.scalars(select(Person).where(Person.id.in_([row.person_id for row in rows])))
    }
    return [Acting(row, people[row.person_id], helpers.get(row.account_id)) for row in rows]
