"""Staff on the phone: taking office by an invitation, and one's own roles."""

from typing import Any

from marshmallow import fields, validate
from sqlalchemy.orm import Session

from backend.access import Actor, Permission
from backend.http import Blueprint
from backend.organisations import accepting, invitations, service, staff, staff_schemas
from backend.organisations.staff_schemas import InvitationSchema, OwnRoleSchema
from backend.paging import Page
from backend.schemas import Schema

blueprint = Blueprint("my_roles", "my_roles", url_prefix="/mp/v1/staff", description="我的岗位")


class AcceptInvitationSchema(Schema):
    """The code the admin handed over."""

    code = fields.String(
        required=True,
        validate=validate.Length(4, 20, error="邀请码为 8 位数字"),
        metadata={"description": "8 位邀请码", "example": "40718293"},
    )


@blueprint.get("/roles", may=Permission.OWN_ACCOUNT, lists=OwnRoleSchema)
def list_my_roles(session: Session, actor: Actor, query: dict[str, Any]) -> Page:
    """我的岗位，在任的和即将就任的"""
    return Page([staff_schemas.own_role(row, office) for row, office in staff.own(session, actor)], None)


@blueprint.get("/invitations", may=Permission.ACCEPT_INVITATION, lists=InvitationSchema)
def list_my_invitations(session: Session, actor: Actor, query: dict[str, Any]) -> Page:
    """发给我手机号的邀请"""
    found = invitations.for_me(session, actor)
    return Page([staff_schemas.invitation(row, office.name) for row, office in found], None)


@blueprint.post(
    "/invitations/accept",
    may=Permission.ACCEPT_INVITATION,
    takes=AcceptInvitationSchema,
    gives=OwnRoleSchema,
)
def accept_invitation(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """凭邀请码就任

    账号绑定的手机号须与邀请的手机号一致。
    """
    row = accepting.accept(session, actor, code=body["code"])
    return staff_schemas.own_role(row, service.get(session, row.organisation_id))
