"""Finding offices and the people in office there. Changes: `tree.py`, `staff.py` and the files beside them."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, false, func, or_, select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Role
from backend.organisations import places
from backend.organisations.models import Division, Organisation, RoleGrant
from backend.paging import Key, Page, page
from backend.problems import NotFound

_MOST_WORDS = 5


def get(session: Session, organisation_id: uuid.UUID) -> Organisation:
    """The office (机构), or NotFound."""
    row = session.get(Organisation, organisation_id)
    if row is None:
        raise NotFound("没有找到这个机构")
    return row


def committee_for(session: Session, division_code: str) -> Organisation | None:
    """The active committee (村（居）民委员会) of a village's 12-digit code; None for a virtual place."""
    return session.scalar(
        select(Organisation).where(
            Organisation.division_code == division_code, Organisation.kind == "committee", Organisation.active
        )
    )


def path_ids(path: str) -> list[uuid.UUID]:
    """The ids of a path, from the root down to the office itself."""
    return [uuid.UUID(part) for part in path.split("/") if part]


def ancestors(session: Session, organisation: Organisation) -> list[Organisation]:
    """The offices above, nearest first, without itself."""
    ids = path_ids(organisation.path)[:-1]
    if not ids:
        return []
    rows = session.scalars(select(Organisation).where(Organisation.id.in_(ids)))
    return sorted(rows, key=lambda row: len(row.path), reverse=True)


def town_above(session: Session, organisation: Organisation) -> Organisation | None:
    """The nearest town or street (乡镇（街道）) above, or the functional zone it hangs under directly."""
    above = ancestors(session, organisation)
    town = next((row for row in above if row.kind == "township"), None)
    return town or next((row for row in above if row.kind == "zone"), None)


def formal_name(session: Session, organisation: Organisation) -> str:
    """The name that tells it from its namesakes: `咸安区桂花镇白沙村村民委员会` (28 names are shared)."""
    if organisation.kind != "committee":
        return organisation.name
    place = places.spoken(session, [organisation.division_code])[organisation.division_code]
    return place + organisation.name


def in_force(today: date) -> ColumnElement[bool]:
    """Grants (任职) that hold on this day."""
    return RoleGrant.starts_on.__le__(today) & or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= today)


def staff_accounts(
    session: Session, organisation_id: uuid.UUID, role: Role, *, include_above: bool = False
) -> list[uuid.UUID]:
    """Accounts holding the role at the office today, deputies too; `include_above`: also at offices above."""
    where = [organisation_id]
    if include_above:
        where = path_ids(get(session, organisation_id).path)
    statement = select(RoleGrant.account_id).where(
        RoleGrant.organisation_id.in_(where), RoleGrant.role == role, in_force(clock.today())
    )
    return list(session.scalars(statement.distinct().order_by(RoleGrant.account_id)))


def search_committees(
    session: Session,
    *,
    words: str,
    within_code: str | None = None,
    among: Sequence[str] | None = None,
    first: str | None = None,
    cursor: str | None,
    limit: int | None,
) -> Page:
    """Committees by words of their name, pinyin initials, or the name of their town or county; public.

    Several words (`桂花 白沙`) must all match. `within_code`: only inside this division. `among`: only inside
    these, in their order. `first`: those of this county (6 digits) before all others.
    """
    statement = select(Organisation).where(Organisation.kind == "committee", Organisation.active)
    if within_code:
        statement = statement.where(Organisation.division_code.startswith(places.prefix(within_code)))
    heads = [places.prefix(code) for code in among or ()]
    if among is not None:
        statement = statement.where(or_(false(), *map(Organisation.division_code.startswith, heads)))
    for word in words.split()[:_MOST_WORDS]:
        statement = statement.where(_matches(word))
    keys = [*_preferred(heads), *_preferred([first] if first else []), *_ORDER]
    return page(session, statement, keys=keys, cursor=cursor, limit=limit)


def _preferred(heads: Sequence[str]) -> Sequence[Key]:
    """The order that puts codes with the first of these heads first, and so on."""
    if not heads:
        return ()

    def rank(row: Organisation) -> int:
        fitting = (place for place, head in enumerate(heads) if row.division_code.startswith(head))
        return next(fitting, len(heads))

    cases = [(Organisation.division_code.startswith(head), place) for place, head in enumerate(heads)]
    return (Key(case(*cases, else_=len(heads)), "rank", of=rank),)


_ORDER: Sequence[Key] = (Key(Organisation.division_code, "division_code"), Key(Organisation.id, "id"))


def _matches(word: str) -> ColumnElement[bool]:
    return or_(
        Organisation.name.contains(word, autoescape=True),
        Organisation.initials.startswith(word.lower(), autoescape=True),
        Organisation.division_code == word,
        *(_inside_a(level, word) for level in ("county", "township")),
    )


def _inside_a(level: str, word: str) -> ColumnElement[bool]:
    digits = places.DIGITS[level]
    named = select(func.substr(Division.code, 1, digits)).where(
        Division.level == level,
        or_(Division.name.startswith(word, autoescape=True), Division.initials == word.lower()),
    )
    return _head(Organisation.division_code, digits).in_(named)


def _head(column: Any, digits: int) -> ColumnElement[str]:
    head: ColumnElement[str] = func.substr(column, 1, digits)
    return head


def child_divisions(session: Session, *, parent_code: str, cursor: str | None, limit: int | None) -> Page:
    """The places one level down, in the order of their codes; virtual ones, which no committee serves, left out."""
    statement = select(Division).where(Division.parent_code == parent_code, Division.virtual.is_(False))
    return page(session, statement, keys=[Key(Division.code, "code")], cursor=cursor, limit=limit)
