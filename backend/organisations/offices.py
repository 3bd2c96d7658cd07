"""Which role can be held at which kind of office, who may appoint whom, and when nobody would be left."""

import uuid
from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor, Grant, Permission, Role, covers, require_over
from backend.notifications import outbox
from backend.organisations.models import Organisation, RoleGrant
from backend.organisations.service import in_force
from backend.problems import Conflict, InvalidInput, NotAllowed, NotFound

TERM_CHANGED = "organisations.term_changed"
VACANT = "organisations.vacant"

_ANY = frozenset({"city", "county", "zone", "township", "committee", "department", "service_hall"})
#: Role -> kinds of office it makes sense at. A role held at a town counts for the villages under it.
WHERE: dict[Role, frozenset[str]] = {
    Role.CLERK: frozenset({"committee", "township", "zone"}),
    Role.APPROVER: frozenset({"committee"}),
    Role.TOWN_REVIEWER: frozenset({"township", "zone"}),
    Role.COUNTER: _ANY - {"committee"},
    Role.DEPARTMENT_OFFICER: frozenset({"department"}),
    Role.JUSTICE_REVIEWER: frozenset({"city", "county", "department"}),
    Role.AUDITOR: frozenset({"city", "county", "department"}),
    Role.ORGANISATION_ADMIN: _ANY,
    Role.CITY_ADMIN: frozenset({"city"}),
}
#: Roles that only the city's admin may give or take.
CITY_ONLY = frozenset({Role.CITY_ADMIN, Role.JUSTICE_REVIEWER, Role.AUDITOR})
#: Who can take over from the last admin of each kind.
_ADMIN_HEIRS = {
    Role.CITY_ADMIN: (Role.CITY_ADMIN,),
    Role.ORGANISATION_ADMIN: (Role.ORGANISATION_ADMIN, Role.CITY_ADMIN),
}
#: Without one of each a committee's work cannot go on.
NEEDED = (Role.APPROVER, Role.CLERK)


class RoleTooHigh(NotAllowed):
    code = "role_too_high"
    detail = "这个角色只能由市级管理员授予或收回"


class RoleDoesNotFit(InvalidInput):
    code = "role_does_not_fit"
    detail = "这类机构没有这个角色，请换一个角色或机构"


class LastAdmin(Conflict):
    """A node without an admin could never be repaired from within."""

    code = "last_admin"
    detail = "这是该机构最后一位管理员，不能离任；请先让继任者就任（接受邀请）"


def locked(session: Session, organisation_id: uuid.UUID) -> Organisation:
    """The office, held until the commit: who changes its staff waits for the one before.

    PostgreSQL locks the row; SQLite's writers come one by one anyway (BEGIN IMMEDIATE).
    """
    session.flush()
    statement = select(Organisation).where(Organisation.id == organisation_id).with_for_update()
    row = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound("没有找到这个机构")
    return row


def authority(actor: Actor, permission: Permission, organisation: Organisation) -> Grant | None:
    """The grant that lets the actor act there; None for the command line, which acts as the city."""
    if actor.machine:
        return None
    return require_over(actor, permission, organisation.path)


def appointing(actor: Actor, organisation: Organisation, role: Role) -> Grant | None:
    """The authority to give this role at this office."""
    grant = releasing(actor, organisation, role)
    if role not in WHERE or organisation.kind not in WHERE[role]:
        raise RoleDoesNotFit(errors={"json.role": [f"{organisation.name}不设此角色"]})
    return grant


def releasing(actor: Actor, organisation: Organisation, role: Role) -> Grant | None:
    """The authority to take this role away at this office."""
    grant = authority(actor, Permission.MANAGE_STAFF, organisation)
    if role in CITY_ONLY and grant is not None and not _is_city_admin(actor, organisation):
        raise RoleTooHigh()
    return grant


def _is_city_admin(actor: Actor, organisation: Organisation) -> bool:
    return any(
        grant.role is Role.CITY_ADMIN and covers(grant.path, organisation.path) for grant in actor.grants
    )


def keep_an_admin(
    session: Session, organisation: Organisation, ending: Collection[RoleGrant], *, after: date
) -> None:
    """Refuse when `ending` would leave the node without an admin on the day `after`. The office is locked.

    The city's last admin must be one without an end date: nobody stands above to name another.
    """
    ids = [row.id for row in ending]
    for role in {Role(row.role) for row in ending} & set(_ADMIN_HEIRS):
        others = (
            select(func.count())
            .select_from(RoleGrant)
            .where(
                RoleGrant.organisation_id == organisation.id,
                RoleGrant.role.in_(_ADMIN_HEIRS[role]),
                RoleGrant.id.not_in(ids),
                RoleGrant.starts_on <= after,
                _lasts(role, after),
            )
        )
        if not session.scalar(others):
            raise LastAdmin()


def _lasts(role: Role, after: date) -> ColumnElement[bool]:
    open_ended = RoleGrant.ends_on.is_(None)
    return open_ended if role is Role.CITY_ADMIN else or_(open_ended, RoleGrant.ends_on >= after)


def vacancies(session: Session, organisation: Organisation, *, on: date) -> list[Role]:
    """The roles a committee cannot work without and nobody holds on that day; deputies count."""
    if organisation.kind != "committee":
        return []
    held = select(RoleGrant.role).where(RoleGrant.organisation_id == organisation.id, in_force(on))
    present = set(session.scalars(held.distinct()))
    return [role for role in NEEDED if role not in present]


def hand_over(session: Session, organisation: Organisation, ended: Collection[RoleGrant]) -> None:
    """Ask that open work of those who leave is released, once their last day is over."""
    last = max(row.ends_on for row in ended if row.ends_on is not None)
    accounts = sorted({str(row.account_id) for row in ended})
    outbox.enqueue(
        session,
        TERM_CHANGED,
        {"organisation_id": str(organisation.id), "account_ids": accounts},
        dedup_key=f"{min(row.id for row in ended)}:{last}",
        county_code=organisation.county_code,
        not_before=_morning(last + timedelta(days=1)),
    )


def report_vacancies(session: Session, organisation: Organisation, *, on: date) -> list[Role]:
    """Tell the town when a committee will have no approver or no clerk on that day; gives what is missing."""
    missing = vacancies(session, organisation, on=on)
    if missing:
        outbox.enqueue(
            session,
            VACANT,
            {"organisation_id": str(organisation.id), "on": on.isoformat()},
            dedup_key=f"{organisation.id}:{on}",
            county_code=organisation.county_code,
            not_before=_morning(on),
        )
    return missing


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), clock.BEIJING)
