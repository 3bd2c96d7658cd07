"""Deputies: an approver's absence never stops a village.

An approver names ahead who signs while they are away (代行); where nobody can, the town names an acting one (代理).
"""

import uuid
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor, Grant, Permission, Role, require
from backend.organisations import offices, staff, trail
from backend.organisations.models import Organisation, RoleGrant
from backend.organisations.service import get, in_force, town_above
from backend.problems import InvalidInput, NotFound

LONGEST = timedelta(days=180)


class NotACandidate(InvalidInput):
    code = "not_a_candidate"
    detail = "只能从本村（社区）或所属乡镇（街道）的在任工作人员中选择"


class AbsenceTooLong(InvalidInput):
    code = "absence_too_long"
    detail = "代行最长 180 天；更长的请按换届或离任办理"


def name_deputy(
    session: Session,
    actor: Actor,
    *,
    grant_id: uuid.UUID,
    account_id: uuid.UUID,
    starts_on: date,
    ends_on: date,
) -> RoleGrant:
    """Name who signs in place of the approver who holds `grant_id`, from one day to another, both included.

    The approver may do it for themselves; an admin or the town's reviewer for any approver of their area.
    Raises NotACandidate, AbsenceTooLong, SelfAppointment, AlreadyHolds.
    """
    away = staff.find(session, grant_id)
    organisation = offices.locked(session, away.organisation_id)
    by = _may_name_for(actor, away, organisation)
    _refuse_wrong_principal(away, ends_on)
    term = _absence(starts_on, ends_on)
    staff.refuse_self(actor, account_id)
    if account_id == away.account_id:
        raise NotACandidate("代行人不能是请假人本人")
    _refuse_stranger(session, organisation, account_id)
    row = staff.add(
        session, actor, organisation, account_id, Role.APPROVER, f"代{away.post}", term, acting_for=away
    )
    _record(session, actor, "staff.name_deputy", organisation, by, row)
    return row


def name_acting(
    session: Session,
    actor: Actor,
    *,
    organisation_id: uuid.UUID,
    account_id: uuid.UUID,
    starts_on: date,
    ends_on: date,
) -> RoleGrant:
    """The town (or whoever stands above) names an acting approver for a committee."""
    organisation = offices.locked(session, organisation_id)
    by = offices.authority(actor, Permission.NAME_DEPUTY, organisation)
    if organisation.kind != "committee" or not from_above(actor, organisation):
        raise NotFound("代理负责人由乡镇（街道）为所辖村（社区）指定")
    staff.refuse_self(actor, account_id)
    _refuse_stranger(session, organisation, account_id)
    term = _absence(starts_on, ends_on)
    row = staff.add(session, actor, organisation, account_id, Role.APPROVER, "代理负责人", term, acting=True)
    _record(session, actor, "staff.name_acting", organisation, by, row)
    return row


def end_early(session: Session, actor: Actor, *, grant_id: uuid.UUID) -> RoleGrant:
    """The approver is back, or the wrong person was named: the deputy's power ends at once."""
    row = staff.find(session, grant_id)
    if not row.acting:
        raise NotFound("这不是代行任职")
    organisation = offices.locked(session, row.organisation_id)
    away = staff.find(session, row.deputy_for_id) if row.deputy_for_id else None
    by = (
        _may_name_for(actor, away, organisation)
        if away
        else offices.authority(actor, Permission.NAME_DEPUTY, organisation)
    )
    ended = staff.close(session, actor, row, staff.last_day(None))
    offices.hand_over(session, organisation, ended)
    offices.report_vacancies(session, organisation, on=clock.today())
    _record(session, actor, "staff.end_deputy", organisation, by, row)
    return row


def _may_name_for(actor: Actor, away: RoleGrant, organisation: Organisation) -> Grant | None:
    """The approver themselves, or one who oversees them; a fellow approver may not decide for another."""
    require(actor, Permission.NAME_DEPUTY)
    if actor.machine:
        return None
    own = [grant for grant in actor.grants if grant.id == away.id]
    over = [
        grant
        for grant in actor.grants_for(Permission.NAME_DEPUTY)
        if grant.role is not Role.APPROVER and organisation.path.startswith(grant.path)
    ]
    if not own and not over:
        raise NotFound("没有找到这项任职")
    return (own or over)[0]


def from_above(actor: Actor, organisation: Organisation) -> bool:
    """Whether the actor may name deputies by an office above this one."""
    return actor.machine or any(
        organisation.path.startswith(grant.path) and grant.path != organisation.path
        for grant in actor.grants_for(Permission.NAME_DEPUTY)
    )


def _refuse_wrong_principal(away: RoleGrant, ends_on: date) -> None:
    if away.role != Role.APPROVER or away.acting:
        raise InvalidInput("只能为负责人（签批）指定代行人", errors={"json.grant_id": ["不是负责人任职"]})
    if away.ends_on is not None and away.ends_on < ends_on:
        raise InvalidInput(
            f"代行不能超过本人任期({away.ends_on.isoformat()} 止)", errors={"json.ends_on": ["超过任期"]}
        )


def _absence(starts_on: date, ends_on: date) -> staff.Term:
    term = staff.Term.of(starts_on, ends_on)
    if ends_on - starts_on > LONGEST:
        raise AbsenceTooLong(errors={"json.ends_on": ["最长 180 天"]})
    return term


def _refuse_stranger(session: Session, organisation: Organisation, account_id: uuid.UUID) -> None:
    if account_id not in {row.account_id for row in candidates(session, organisation)}:
        raise NotACandidate(errors={"json.account_id": [NotACandidate.detail]})


def candidates(session: Session, organisation: Organisation) -> list[RoleGrant]:
    """Who may stand in: one grant each of those in office today at the committee or at its town."""
    town = town_above(session, organisation)
    near = [organisation.id] + ([town.id] if town else [])
    rows = session.scalars(
        select(RoleGrant)
        .where(RoleGrant.organisation_id.in_(near), in_force(clock.today()), RoleGrant.acting.is_(False))
        .order_by(RoleGrant.starts_on, RoleGrant.id)
    )
    first: dict[uuid.UUID, RoleGrant] = {}
    for row in rows:
        first.setdefault(row.account_id, row)
    return list(first.values())


def candidates_for(session: Session, actor: Actor, *, grant_id: uuid.UUID) -> list[RoleGrant]:
    """Who may stand in for this approver, as one who may name them sees it."""
    away = staff.find(session, grant_id)
    organisation = get(session, away.organisation_id)
    _may_name_for(actor, away, organisation)
    rows = candidates(session, organisation)
    return [row for row in rows if row.account_id not in (away.account_id, actor.account_id)]


def candidates_at(session: Session, actor: Actor, *, organisation_id: uuid.UUID) -> list[RoleGrant]:
    """Who may act for a committee without an approver, as the town sees it."""
    organisation = get(session, organisation_id)
    offices.authority(actor, Permission.NAME_DEPUTY, organisation)
    if not from_above(actor, organisation):
        raise NotFound("代理负责人由乡镇（街道）为所辖村（社区）指定")
    return [row for row in candidates(session, organisation) if row.account_id != actor.account_id]


def absences(session: Session, actor: Actor) -> list[RoleGrant]:
    """Deputies named for the actor's own grants, now or to come."""
    own = select(RoleGrant.id).where(RoleGrant.account_id == actor.account)
    today = clock.today()
    statement = select(RoleGrant).where(
        RoleGrant.deputy_for_id.in_(own), or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= today)
    )
    return list(session.scalars(statement.order_by(RoleGrant.starts_on, RoleGrant.id)))


def _record(
    session: Session, actor: Actor, action: str, organisation: Organisation, by: Grant | None, row: RoleGrant
) -> None:
    trail.act(
        session,
        actor,
        action,
        organisation,
        grant=by,
        subject_kind="role_grant",
        subject_id=row.id,
        deputy_for=str(row.deputy_for_id) if row.deputy_for_id else None,
        **staff.facts(row),
    )
