"""换届: some leave and others follow, in one act; open work is handed over, never orphaned."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.access import Actor, Permission, Role
from backend.organisations import invitations, offices, staff, trail
from backend.organisations.invitations import Invited
from backend.organisations.models import Organisation, RoleGrant
from backend.problems import InvalidInput, NotFound


@dataclass(frozen=True)
class Successor:
    """Who follows: staff already (`account_id`), or somebody new, invited by name and phone number."""

    role: Role
    post: str
    account_id: uuid.UUID | None = None
    name: str = ""
    phone: str = ""


@dataclass(frozen=True)
class TermChange:
    """What a term change did. `vacant`: roles nobody holds on the first day; the town is told."""

    ended: list[RoleGrant]
    granted: list[RoleGrant]
    invited: list[Invited]
    vacant: list[Role]


def change_term(
    session: Session,
    actor: Actor,
    *,
    organisation_id: uuid.UUID,
    on: date,
    leaving: Sequence[uuid.UUID],
    successors: Sequence[Successor],
) -> TermChange:
    """End these grants after the day `on` and begin those of the successors the next day: all, or nothing.

    Those who stay in the same role are simply not named as leaving. Raises LastAdmin when only an
    invitation, not yet accepted, would follow the last admin.
    """
    organisation = offices.locked(session, organisation_id)
    by = offices.authority(actor, Permission.MANAGE_STAFF, organisation)
    first = staff.last_day(on) + timedelta(days=1)
    rows = _leaving(session, actor, organisation, leaving)
    ended = [changed for row in rows for changed in staff.close(session, actor, row, on)]
    granted, invited = _follow(session, actor, organisation, successors, first)
    offices.keep_an_admin(session, organisation, rows, after=first)
    offices.hand_over(session, organisation, ended)
    vacant = offices.report_vacancies(session, organisation, on=first)
    trail.act(
        session,
        actor,
        "staff.term_change",
        organisation,
        grant=by,
        on=on.isoformat(),
        ended=[str(row.id) for row in ended],
        granted=[str(row.id) for row in granted],
        invited=[str(one.invitation.id) for one in invited],
    )
    return TermChange(ended, granted, invited, vacant)


def _leaving(
    session: Session, actor: Actor, organisation: Organisation, ids: Sequence[uuid.UUID]
) -> list[RoleGrant]:
    """The grants that end; each must be of this office and within the actor's power."""
    if not ids:
        raise InvalidInput("请至少选择一位离任人员", errors={"json.leaving": ["不能为空"]})
    rows = session.scalars(
        select(RoleGrant).where(RoleGrant.id.in_(ids), RoleGrant.organisation_id == organisation.id)
    ).all()
    if len(rows) != len(set(ids)):
        raise NotFound("所选任职中有的不属于这个机构，请刷新后重选")
    for row in rows:
        offices.releasing(actor, organisation, Role(row.role))
    return list(rows)


def _follow(
    session: Session, actor: Actor, organisation: Organisation, successors: Sequence[Successor], first: date
) -> tuple[list[RoleGrant], list[Invited]]:
    granted, invited = [], []
    for one in successors:
        if one.account_id is not None:
            granted.append(_grant(session, actor, organisation, one, one.account_id, first))
        else:
            invited.append(_invite(session, actor, organisation, one, first))
    return granted, invited


def _grant(
    session: Session,
    actor: Actor,
    organisation: Organisation,
    one: Successor,
    account_id: uuid.UUID,
    first: date,
) -> RoleGrant:
    return staff.grant(
        session,
        actor,
        organisation_id=organisation.id,
        account_id=account_id,
        role=one.role,
        post=one.post,
        starts_on=first,
    )


def _invite(
    session: Session, actor: Actor, organisation: Organisation, one: Successor, first: date
) -> Invited:
    _refuse_nameless(one)
    return invitations.invite(
        session,
        actor,
        organisation_id=organisation.id,
        role=one.role,
        post=one.post,
        name=one.name,
        phone=one.phone,
        starts_on=first,
    )


def _refuse_nameless(one: Successor) -> None:
    if not one.name or not one.phone:
        raise InvalidInput("新任人员请填写姓名和手机号", errors={"json.successors": ["缺少姓名或手机号"]})
