"""The tree of offices: new ones, changes, moves. Committees and towns come by import, the rest is made here."""

import uuid
from typing import Any

from sqlalchemy import Select, func, literal, or_, select, update
from sqlalchemy.orm import Session

from backend.access import Actor, Grant, Permission, require, within
from backend.organisations import credit_codes, naming, offices, places, trail
from backend.organisations.models import Organisation
from backend.organisations.service import get
from backend.paging import Key, Page, page
from backend.problems import Conflict, InvalidInput, NotAllowed, NotFound

#: Kind -> kinds it may hang under. A zone (高新区) has no code of its own and bears that of the office above.
PARENTS: dict[str, frozenset[str]] = {
    "county": frozenset({"city"}),
    "zone": frozenset({"city", "county"}),
    "township": frozenset({"county", "zone"}),
    "committee": frozenset({"township", "zone"}),
    "department": frozenset({"city", "county", "zone", "township"}),
    "service_hall": frozenset({"city", "county", "zone", "township"}),
}
#: Made by hand; the others stand for divisions and come by import.
MADE = frozenset({"zone", "department", "service_hall"})
#: What only an office above may change, since certificates bear it or rules hang on it.
_FROM_ABOVE = frozenset({"name", "credit_code", "one_person", "active"})


class WrongParent(InvalidInput):
    code = "wrong_parent"
    detail = "这类机构不能放在所选的上级之下"


class StillHasOffices(Conflict):
    code = "still_has_offices"
    detail = "下面还有在用的机构，请先迁走或停用它们"


class OnlyFromAbove(NotAllowed):
    code = "only_from_above"
    detail = "名称、信用代码、一人办理和停用由上级机构的管理员办理"


def create(
    session: Session,
    actor: Actor,
    *,
    kind: str,
    name: str,
    parent_id: uuid.UUID,
    phone: str | None = None,
    address: str | None = None,
) -> Organisation:
    """A functional zone, department or service hall under an office; it bears that office's division code."""
    parent = offices.locked(session, parent_id)
    by = offices.authority(actor, Permission.MANAGE_ORGANISATIONS, parent)
    if kind not in MADE or parent.kind not in PARENTS[kind]:
        raise WrongParent(errors={"json.parent_id": [f"{parent.name}之下不能设此类机构"]})
    _refuse_namesake(session, parent.id, name)
    row = _hang(session, parent, kind, name)
    row.phone, row.address = phone, address
    session.flush()
    trail.act(session, actor, "organisation.create", row, grant=by, kind=kind)
    return row


def _hang(session: Session, parent: Organisation, kind: str, name: str) -> Organisation:
    row = Organisation(
        kind=kind,
        name=name,
        initials=naming.initials(name),
        division_code=parent.division_code,
        parent_id=parent.id,
        path="",
    )
    row.path = f"{parent.path}{row.id}/"
    session.add(row)
    return row


def _refuse_namesake(session: Session, parent_id: uuid.UUID, name: str) -> None:
    same = select(Organisation.id).where(Organisation.parent_id == parent_id, Organisation.name == name)
    if session.scalars(same.limit(1)).first() is not None:
        raise Conflict("同一上级之下已有同名机构", errors={"json.name": ["已存在"]})


def edit(session: Session, actor: Actor, *, organisation_id: uuid.UUID, **changes: Any) -> Organisation:
    """Change name, phone, address, credit_code, one_person or active; only what is given.

    Raises OnlyFromAbove, StillHasOffices, InvalidInput for a credit code that is none.
    """
    row = offices.locked(session, organisation_id)
    by = offices.authority(actor, Permission.MANAGE_ORGANISATIONS, row)
    if _FROM_ABOVE & set(changes) and not from_above(actor, row):
        raise OnlyFromAbove()
    if changes.get("active") is False:
        _refuse_with_offices(session, row)
    if "credit_code" in changes:
        _set_credit_code(session, row, changes.pop("credit_code"))
        changed = ["credit_code", *sorted(changes)]
    else:
        changed = sorted(changes)
    for name, value in changes.items():
        setattr(row, name, value)
    row.initials = naming.initials(row.name)
    session.flush()
    trail.act(session, actor, "organisation.edit", row, grant=by, changed=changed)
    return row


def from_above(actor: Actor, row: Organisation) -> bool:
    """Whether the actor's authority comes from above; the root has nobody above it."""
    if actor.machine or row.parent_id is None:
        return True
    grants = actor.grants_for(Permission.MANAGE_ORGANISATIONS)
    return any(row.path.startswith(grant.path) and grant.path != row.path for grant in grants)


def _refuse_with_offices(session: Session, row: Organisation) -> None:
    below = select(Organisation.id).where(Organisation.parent_id == row.id, Organisation.active)
    if session.scalars(below.limit(1)).first() is not None:
        raise StillHasOffices()


def _set_credit_code(session: Session, row: Organisation, code: str | None) -> None:
    """A real code takes the made-up flag away."""
    compact = credit_codes.check(code) if code else None
    holder = select(Organisation.id).where(Organisation.credit_code == compact, Organisation.id != row.id)
    if compact and session.scalar(holder) is not None:
        raise Conflict(
            "这个统一社会信用代码已登记在另一个机构名下", errors={"json.credit_code": ["已被使用"]}
        )
    row.credit_code, row.credit_code_made_up = compact, False


def move(session: Session, actor: Actor, *, organisation_id: uuid.UUID, parent_id: uuid.UUID) -> Organisation:
    """Hang an office, with all below it, under another: a village handed to a functional zone, or back.

    The paths of the whole subtree change in one statement; division codes, and so counties, stay.
    The actor must manage the old place and the new.
    """
    first, second = sorted(
        (organisation_id, parent_id)
    )  # one order of locks, so that two moves never wait in a ring
    offices.locked(session, first)
    offices.locked(session, second)
    row, parent = get(session, organisation_id), get(session, parent_id)
    by = _may_move(session, actor, row, parent)
    if row.kind not in PARENTS or parent.kind not in PARENTS[row.kind]:
        raise WrongParent(errors={"json.parent_id": [f"不能迁到{parent.name}之下"]})
    if parent.path.startswith(row.path):
        raise WrongParent("不能把机构迁到它自己之下", errors={"json.parent_id": ["在其下级"]})
    former = row.parent_id
    _repath(session, row, parent)
    trail.act(
        session, actor, "organisation.move", row, grant=by, former_parent=str(former), parent=str(parent.id)
    )
    return row


def _may_move(session: Session, actor: Actor, row: Organisation, parent: Organisation) -> Grant | None:
    """Authority over the office from above, and over where it goes."""
    by = offices.authority(actor, Permission.MANAGE_ORGANISATIONS, row)
    if not from_above(actor, row):
        raise OnlyFromAbove("迁移机构由上级机构的管理员办理")
    offices.authority(actor, Permission.MANAGE_ORGANISATIONS, parent)
    return by


def _repath(session: Session, row: Organisation, parent: Organisation) -> None:
    before, after = row.path, f"{parent.path}{row.id}/"
    session.execute(
        update(Organisation)
        .where(Organisation.path.startswith(before, autoescape=True))
        .values(path=literal(after) + func.substr(Organisation.path, len(before) + 1))
        .execution_options(synchronize_session=False)
    )
    session.execute(update(Organisation).where(Organisation.id == row.id).values(parent_id=parent.id))
    session.expire_all()


def listed(
    session: Session,
    actor: Actor,
    *,
    words: str = "",
    kind: str | None = None,
    parent_id: uuid.UUID | None = None,
    cursor: str | None,
    limit: int | None,
) -> Page:
    """Offices of the actor's area, in the order of their codes; by words of the name or pinyin initials."""
    require(actor, Permission.READ_ORGANISATIONS)
    statement = within(select(Organisation), actor, Permission.READ_ORGANISATIONS, Organisation.id)
    statement = _matching(statement, words)
    if kind:
        statement = statement.where(Organisation.kind == kind)
    if parent_id:
        statement = statement.where(Organisation.parent_id == parent_id)
    keys = [Key(Organisation.division_code, "division_code"), Key(Organisation.id, "id")]
    return page(session, statement, keys=keys, cursor=cursor, limit=limit)


def _matching(statement: Select[Any], words: str) -> Select[Any]:
    for word in words.split():
        statement = statement.where(
            or_(
                Organisation.name.contains(word, autoescape=True),
                Organisation.initials.startswith(word.lower(), autoescape=True),
                Organisation.short_code == word,
            )
        )
    return statement


def homes(session: Session, actor: Actor, row: Organisation) -> list[Organisation]:
    """The offices of the actor's area that could be this one's parent, in the order of their codes."""
    kinds = PARENTS.get(row.kind, frozenset())
    statement = select(Organisation).where(Organisation.kind.in_(kinds), Organisation.active)
    statement = within(statement, actor, Permission.MANAGE_ORGANISATIONS, Organisation.id)
    return list(session.scalars(statement.order_by(Organisation.division_code, Organisation.name)))


def visible(session: Session, actor: Actor, organisation_id: uuid.UUID) -> Organisation:
    """An office of the actor's area, or NotFound."""
    row = get(session, organisation_id)
    require(actor, Permission.READ_ORGANISATIONS)
    if not actor.machine and actor.grant_over(Permission.READ_ORGANISATIONS, row.path) is None:
        raise NotFound("没有找到这个机构")
    return row


def where(session: Session, rows: list[Organisation]) -> dict[uuid.UUID, str]:
    """Office -> the county and town it lies in, for telling namesakes apart."""
    words = places.spoken(session, [row.division_code for row in rows])
    return {row.id: words[row.division_code] for row in rows}
