"""Roles given and taken (任职、离任)."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor, Permission, Role
from backend.identity import service as identity
from backend.organisations import offices, trail
from backend.organisations.models import Organisation, RoleGrant, StaffMember
from backend.organisations.service import get, in_force
from backend.paging import Key, Page, page
from backend.problems import Conflict, InvalidInput, NotAllowed, NotFound


class SelfAppointment(NotAllowed):
    code = "self_appointment"
    detail = "不能给自己授予角色，请由其他管理员或上级管理员办理"


class AlreadyHolds(Conflict):
    code = "already_holds"
    detail = "此人在这个机构已有这个角色，无需重复授予"


class NotStaff(NotFound):
    code = "not_staff"
    detail = "没有找到这位工作人员；新人请用手机号邀请"


class AlreadyEnded(Conflict):
    code = "already_ended"
    detail = "这项任职已经结束"


@dataclass(frozen=True)
class Term:
    """First and last day in office; None: without end."""

    starts_on: date
    ends_on: date | None

    @classmethod
    def of(cls, starts_on: date | None, ends_on: date | None) -> "Term":
        """From today unless said; refuses the past and the end before the beginning."""
        today = clock.today()
        start = starts_on or today
        if start < today:
            raise InvalidInput("任职不能从过去的日期开始", errors={"json.starts_on": ["不能早于今天"]})
        if ends_on is not None and ends_on < start:
            raise InvalidInput("任职截止日期早于开始日期", errors={"json.ends_on": ["不能早于开始日期"]})
        return cls(start, ends_on)


def grant(
    session: Session,
    actor: Actor,
    *,
    organisation_id: uuid.UUID,
    account_id: uuid.UUID,
    role: Role,
    post: str,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> RoleGrant:
    """Give a role to somebody who is staff already; new people are invited.

    Raises SelfAppointment, RoleTooHigh, RoleDoesNotFit, NotStaff, AlreadyHolds.
    """
    organisation = offices.locked(session, organisation_id)
    by = offices.appointing(actor, organisation, role)
    refuse_self(actor, account_id)
    if member(session, account_id) is None or identity.account(session, account_id).state != "active":
        raise NotStaff()
    row = add(session, actor, organisation, account_id, role, post, Term.of(starts_on, ends_on))
    trail.act(
        session,
        actor,
        "staff.grant",
        organisation,
        grant=by,
        subject_kind="role_grant",
        subject_id=row.id,
        **facts(row),
    )
    return row


def refuse_self(actor: Actor, account_id: uuid.UUID) -> None:
    """Nobody gives a role to themselves."""
    if account_id == actor.account_id:
        raise SelfAppointment()


def add(
    session: Session,
    actor: Actor,
    organisation: Organisation,
    account_id: uuid.UUID,
    role: Role,
    post: str,
    term: Term,
    *,
    acting_for: RoleGrant | None = None,
    acting: bool = False,
) -> RoleGrant:
    """Write a grant that has been authorised; the office is locked. AlreadyHolds when terms overlap."""
    overlap = select(RoleGrant.id).where(
        RoleGrant.account_id == account_id,
        RoleGrant.organisation_id == organisation.id,
        RoleGrant.role == role,
        or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= term.starts_on),
    )
    if term.ends_on is not None:
        overlap = overlap.where(RoleGrant.starts_on <= term.ends_on)
    if session.scalars(overlap.limit(1)).first() is not None:
        raise AlreadyHolds()
    row = RoleGrant(
        account_id=account_id,
        organisation_id=organisation.id,
        role=role,
        post=post,
        starts_on=term.starts_on,
        ends_on=term.ends_on,
        deputy_for_id=acting_for.id if acting_for else None,
        acting=acting or acting_for is not None,
        granted_by_account_id=actor.account_id,
    )
    session.add(row)
    session.flush()
    return row


def end(session: Session, actor: Actor, *, grant_id: uuid.UUID, on: date | None = None) -> RoleGrant:
    """End a role: `on` is the last day in office; None ends it at once.

    Deputies of that role end with it, open work is released, a vacancy is told to the town.
    Raises LastAdmin, AlreadyEnded, RoleTooHigh.
    """
    row = find(session, grant_id)
    organisation = offices.locked(session, row.organisation_id)
    by = offices.releasing(actor, organisation, Role(row.role))
    last = last_day(on)
    offices.keep_an_admin(session, organisation, [row], after=last + timedelta(days=1))
    ended = [*close(session, actor, row, last)]
    offices.hand_over(session, organisation, ended)
    offices.report_vacancies(session, organisation, on=last + timedelta(days=1))
    trail.act(
        session,
        actor,
        "staff.end",
        organisation,
        grant=by,
        subject_kind="role_grant",
        subject_id=row.id,
        **facts(row),
    )
    return row


def find(session: Session, grant_id: uuid.UUID) -> RoleGrant:
    """The grant, or NotFound."""
    row = session.get(RoleGrant, grant_id)
    if row is None:
        raise NotFound("没有找到这项任职")
    return row


def last_day(on: date | None) -> date:
    """The last day in office: yesterday when the end is at once."""
    if on is None:
        return clock.today() - timedelta(days=1)
    if on < clock.today():
        raise InvalidInput("离任日期不能早于今天", errors={"json.on": ["不能早于今天"]})
    return on


def close(session: Session, actor: Actor, row: RoleGrant, last: date) -> list[RoleGrant]:
    """Set the last day of a grant and of the deputies named for it; gives all that changed."""
    session.refresh(row)
    if row.ends_on is not None and row.ends_on < clock.today():
        raise AlreadyEnded()
    deputies = session.scalars(
        select(RoleGrant).where(
            RoleGrant.deputy_for_id == row.id, or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on > last)
        )
    )
    changed = [row, *deputies]
    for each in changed:
        each.ends_on, each.ended_by_account_id = last, actor.account_id
    session.flush()
    return changed


def member(session: Session, account_id: uuid.UUID) -> StaffMember | None:
    """The staff member behind an account."""
    return session.scalar(select(StaffMember).where(StaffMember.account_id == account_id))


def names(session: Session, account_ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Account -> name, for lists; who reads decides how much of it is shown."""
    rows = session.scalars(select(StaffMember).where(StaffMember.account_id.in_(account_ids)))
    return {row.account_id: row.name for row in rows}


def of_office(
    session: Session,
    actor: Actor,
    *,
    organisation_id: uuid.UUID,
    former: bool = False,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page:
    """Grants at an office, in force or to come; `former`: those that ended."""
    organisation = get(session, organisation_id)
    offices.authority(actor, Permission.MANAGE_STAFF, organisation)
    over = RoleGrant.ends_on < clock.today()
    statement = select(RoleGrant).where(RoleGrant.organisation_id == organisation.id)
    statement = statement.where(over if former else or_(RoleGrant.ends_on.is_(None), ~over))
    keys = [Key(RoleGrant.starts_on, "starts_on"), Key(RoleGrant.id, "id")]
    return page(session, statement, keys=keys, cursor=cursor, limit=limit)


def own(session: Session, actor: Actor) -> list[tuple[RoleGrant, Organisation]]:
    """The actor's own roles, in force today or later, with their offices."""
    today = clock.today()
    later = (RoleGrant.starts_on > today) & or_(
        RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= RoleGrant.starts_on
    )
    statement = (
        select(RoleGrant, Organisation)
        .join(Organisation, Organisation.id == RoleGrant.organisation_id)
        .where(RoleGrant.account_id == actor.account, or_(in_force(today), later))
        .order_by(RoleGrant.starts_on, RoleGrant.id)
    )
    return [(row, organisation) for row, organisation in session.execute(statement)]


def facts(row: RoleGrant) -> dict[str, str | None]:
    """What the audit trail keeps of a grant: codes and dates, no name."""
    return {
        "role": row.role,
        "account": str(row.account_id),
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat() if row.ends_on else None,
    }
