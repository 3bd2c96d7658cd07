"""Staff of offices: roles, invitations, term changes and deputies, for desks."""

import uuid
from typing import Any

from sqlalchemy.orm import Session

from backend.access import Actor, Permission
from backend.http import Blueprint
from backend.organisations import deputies, invitations, staff, staff_schemas, term_change
from backend.organisations.models import RoleGrant
from backend.organisations.service import get
from backend.organisations.staff_schemas import (
    CandidateSchema,
    EndGrantSchema,
    GrantQuery,
    GrantSchema,
    InvitationSchema,
    InvitedSchema,
    NewDeputySchema,
    NewGrantSchema,
    NewInvitationSchema,
    TermChangeResultSchema,
    TermChangeSchema,
)
from backend.paging import Page
from backend.schemas import PageQuery

office_staff = Blueprint("staff", "staff", url_prefix="/api/v1/organisations", description="机构的工作人员")
blueprint = Blueprint("grants", "grants", url_prefix="/api/v1/staff", description="任职、邀请与代行")


@office_staff.get(
    "/<uuid:organisation_id>/staff", may=Permission.MANAGE_STAFF, query=GrantQuery, lists=GrantSchema
)
def list_staff(session: Session, actor: Actor, query: dict[str, Any], organisation_id: uuid.UUID) -> Page:
    """机构的任职人员"""
    found = staff.of_office(session, actor, organisation_id=organisation_id, **query)
    return Page(_told(session, found.items), found.next_cursor)


@office_staff.post(
    "/<uuid:organisation_id>/staff",
    may=Permission.MANAGE_STAFF,
    takes=NewGrantSchema,
    gives=GrantSchema,
    status=201,
)
def grant_role(
    session: Session, actor: Actor, body: dict[str, Any], organisation_id: uuid.UUID
) -> dict[str, Any]:
    """给已有的工作人员授予角色"""
    return _told(session, [staff.grant(session, actor, organisation_id=organisation_id, **body)])[0]


@office_staff.get("/<uuid:organisation_id>/invitations", may=Permission.MANAGE_STAFF, lists=InvitationSchema)
def list_invitations(
    session: Session, actor: Actor, query: dict[str, Any], organisation_id: uuid.UUID
) -> Page:
    """尚未接受的邀请"""
    found = invitations.pending(session, actor, organisation_id=organisation_id, **query)
    name = get(session, organisation_id).name
    return Page([staff_schemas.invitation(row, name) for row in found.items], found.next_cursor)


@office_staff.post(
    "/<uuid:organisation_id>/invitations",
    may=Permission.MANAGE_STAFF,
    takes=NewInvitationSchema,
    gives=InvitedSchema,
    status=201,
)
def invite_staff(
    session: Session, actor: Actor, body: dict[str, Any], organisation_id: uuid.UUID
) -> dict[str, Any]:
    """用手机号邀请新的工作人员

    邀请码只在这次回答中出现；本人登录小程序、绑定这个手机号后输入邀请码就任。
    """
    made = invitations.invite(session, actor, organisation_id=organisation_id, **body)
    return staff_schemas.invited(made, get(session, organisation_id).name)


@office_staff.post(
    "/<uuid:organisation_id>/term-change",
    may=Permission.MANAGE_STAFF,
    takes=TermChangeSchema,
    gives=TermChangeResultSchema,
)
def change_term(
    session: Session, actor: Actor, body: dict[str, Any], organisation_id: uuid.UUID
) -> dict[str, Any]:
    """换届：一次办理离任和继任

    离任人员手上的事项自动交回，由继任者接办。
    """
    successors = [staff_schemas.successor(values) for values in body.pop("successors")]
    done = term_change.change_term(
        session, actor, organisation_id=organisation_id, successors=successors, **body
    )
    name = get(session, organisation_id).name
    return {
        "ended": _told(session, done.ended),
        "granted": _told(session, done.granted),
        "invited": [staff_schemas.invited(one, name) for one in done.invited],
        "vacant": [str(role) for role in done.vacant],
    }


@office_staff.post(
    "/<uuid:organisation_id>/acting-approver",
    may=Permission.NAME_DEPUTY,
    takes=NewDeputySchema,
    gives=GrantSchema,
    status=201,
)
def name_acting_approver(
    session: Session, actor: Actor, body: dict[str, Any], organisation_id: uuid.UUID
) -> dict[str, Any]:
    """乡镇（街道）为村（社区）指定代理负责人"""
    row = deputies.name_acting(session, actor, organisation_id=organisation_id, **body)
    return _told(session, [row], full=False)[0]


@blueprint.post(
    "/grants/<uuid:grant_id>/end", may=Permission.MANAGE_STAFF, takes=EndGrantSchema, gives=GrantSchema
)
def end_role(session: Session, actor: Actor, body: dict[str, Any], grant_id: uuid.UUID) -> dict[str, Any]:
    """离任"""
    return _told(session, [staff.end(session, actor, grant_id=grant_id, **body)])[0]


@blueprint.get(
    "/grants/<uuid:grant_id>/candidates", may=Permission.NAME_DEPUTY, query=PageQuery, lists=CandidateSchema
)
def list_candidates(session: Session, actor: Actor, query: dict[str, Any], grant_id: uuid.UUID) -> Page:
    """可以代行的人选"""
    rows = deputies.candidates_for(session, actor, grant_id=grant_id)
    names = staff.names(session, {row.account_id for row in rows})
    return Page([staff_schemas.candidate(row, names.get(row.account_id, "")) for row in rows], None)


@blueprint.post(
    "/grants/<uuid:grant_id>/deputies",
    may=Permission.NAME_DEPUTY,
    takes=NewDeputySchema,
    gives=GrantSchema,
    status=201,
)
def name_deputy(session: Session, actor: Actor, body: dict[str, Any], grant_id: uuid.UUID) -> dict[str, Any]:
    """为负责人预先指定代行人"""
    return _told(session, [deputies.name_deputy(session, actor, grant_id=grant_id, **body)], full=False)[0]


@blueprint.post("/deputies/<uuid:grant_id>/end", may=Permission.NAME_DEPUTY, gives=GrantSchema)
def end_deputy(session: Session, actor: Actor, grant_id: uuid.UUID) -> dict[str, Any]:
    """提前结束代行"""
    return _told(session, [deputies.end_early(session, actor, grant_id=grant_id)], full=False)[0]


@blueprint.post("/invitations/<uuid:invitation_id>/renew", may=Permission.MANAGE_STAFF, gives=InvitedSchema)
def renew_invitation(session: Session, actor: Actor, invitation_id: uuid.UUID) -> dict[str, Any]:
    """重新生成邀请码"""
    made = invitations.renew(session, actor, invitation_id=invitation_id)
    return staff_schemas.invited(made, get(session, made.invitation.organisation_id).name)


@blueprint.post(
    "/invitations/<uuid:invitation_id>/cancel", may=Permission.MANAGE_STAFF, gives=InvitationSchema
)
def cancel_invitation(session: Session, actor: Actor, invitation_id: uuid.UUID) -> dict[str, Any]:
    """取消邀请"""
    row = invitations.cancel(session, actor, invitation_id=invitation_id)
    return staff_schemas.invitation(row, get(session, row.organisation_id).name)


def _told(session: Session, rows: Any, *, full: bool = True) -> list[dict[str, Any]]:
    grants: list[RoleGrant] = list(rows)
    names = staff.names(session, {row.account_id for row in grants})
    return staff_schemas.grants(grants, names, full=full)
