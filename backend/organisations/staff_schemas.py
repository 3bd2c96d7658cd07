"""Shapes of staff: grants, invitations, term changes, deputies."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import fields, validate

from backend import clock, privacy
from backend.access import STAFF, Role
from backend.organisations.invitations import Invited
from backend.organisations.models import Organisation, RoleGrant, StaffInvitation
from backend.organisations.term_change import Successor
from backend.organisations.words import ROLES
from backend.schemas import Moment, PageQuery, Phone, Schema, Words

_ROLE_VALUES = sorted(str(role) for role in STAFF)


class RoleField(fields.String):
    """A staff role."""

    def __init__(self, **kwargs: Any) -> None:
        description = ";".join(f"{role} {words}" for role, words in ROLES.items())
        kwargs.setdefault("metadata", {"description": description, "enum": _ROLE_VALUES, "example": "clerk"})
        super().__init__(validate=validate.OneOf(_ROLE_VALUES, error="没有这个角色"), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        return Role(text) if text in _ROLE_VALUES else text


def _post(**kwargs: Any) -> Words:
    return Words(
        high=20, metadata={"description": "职务，对外显示职务而不显示姓名", "example": "副主任"}, **kwargs
    )


class GrantSchema(Schema):
    """A role held (任职)."""

    id = fields.UUID(required=True)
    account_id = fields.UUID(required=True, metadata={"description": "工作人员的账号"})
    name = fields.String(metadata={"description": "姓名；仅机构管理员可见全名", "example": "李*"})
    organisation_id = fields.UUID(required=True)
    role = RoleField(required=True)
    post = fields.String(required=True, metadata={"description": "职务", "example": "主任"})
    starts_on = fields.Date(required=True, metadata={"description": "首日", "example": "2026-11-01"})
    ends_on = fields.Date(allow_none=True, metadata={"description": "末日（含）;null 为长期"})
    acting = fields.Boolean(metadata={"description": "代行或代理"})
    deputy_for_id = fields.UUID(allow_none=True, metadata={"description": "代行的是哪项任职"})


class GrantQuery(PageQuery):
    """Which grants of an office."""

    former = fields.Boolean(load_default=False, metadata={"description": "只看已离任的"})


class NewGrantSchema(Schema):
    """A role for somebody who is staff already."""

    account_id = fields.UUID(required=True, metadata={"description": "已是工作人员的账号"})
    role = RoleField(required=True)
    post = _post(required=True)
    starts_on = fields.Date(load_default=None, allow_none=True, metadata={"description": "首日；不填为今天"})
    ends_on = fields.Date(load_default=None, allow_none=True, metadata={"description": "末日；不填为长期"})


class EndGrantSchema(Schema):
    """The last day in office."""

    on = fields.Date(
        load_default=None, allow_none=True, metadata={"description": "最后在任日；不填为立即离任"}
    )


class NewInvitationSchema(Schema):
    """Whom to invite to what."""

    role = RoleField(required=True)
    post = _post(required=True)
    name = Words(required=True, low=2, high=30, metadata={"description": "姓名", "example": "王小明"})
    phone = Phone(required=True)
    starts_on = fields.Date(load_default=None, allow_none=True, metadata={"description": "首日；不填为今天"})
    ends_on = fields.Date(load_default=None, allow_none=True, metadata={"description": "末日；不填为长期"})


class InvitationSchema(Schema):
    """An invitation, the phone number masked."""

    id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    organisation_name = fields.String(metadata={"description": "机构"})
    role = RoleField(required=True)
    post = fields.String(required=True)
    name = fields.String(metadata={"description": "姓名（遮挡）", "example": "王**"})
    phone = fields.String(metadata={"description": "手机号（遮挡）", "example": "138****8000"})
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(allow_none=True)
    expires_at = Moment(required=True, metadata={"description": "邀请有效到何时"})
    expired = fields.Boolean(metadata={"description": "已过期或输错次数过多，可重新生成邀请码"})


class InvitedSchema(InvitationSchema):
    """An invitation with its code, shown this once."""

    code = fields.String(
        required=True,
        metadata={"description": "8 位邀请码，只显示这一次，请当面或电话告知本人", "example": "40718293"},
    )


class SuccessorSchema(Schema):
    """Who follows: `account_id` of somebody who is staff, or `name` and `phone` of somebody new."""

    role = RoleField(required=True)
    post = _post(required=True)
    account_id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "已是工作人员的账号；新人不填"}
    )
    name = Words(
        load_default=None,
        allow_none=True,
        low=2,
        high=30,
        metadata={"description": "新人的姓名", "example": "王小明"},
    )
    phone = Phone(
        load_default=None, allow_none=True, metadata={"description": "新人的手机号", "example": "13800138000"}
    )


class TermChangeSchema(Schema):
    """Who leaves after which day, and who follows."""

    on = fields.Date(required=True, metadata={"description": "离任人员的最后在任日；继任者次日起任职"})
    leaving = fields.List(
        fields.UUID(),
        required=True,
        validate=validate.Length(1, 50, error="请选择 1 到 50 项任职"),
        metadata={"description": "离任的任职编号"},
    )
    successors = fields.List(
        fields.Nested(SuccessorSchema),
        load_default=list,
        validate=validate.Length(max=50, error="最多 50 人"),
        metadata={"description": "继任者，可以不填，以后再邀请"},
    )


class TermChangeResultSchema(Schema):
    """What the term change did."""

    ended = fields.List(fields.Nested(GrantSchema), required=True)
    granted = fields.List(fields.Nested(GrantSchema), required=True)
    invited = fields.List(fields.Nested(InvitedSchema), required=True)
    vacant = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "换届首日无人担任的角色，已提请乡镇（街道）安排"},
    )


class NewDeputySchema(Schema):
    """Who signs while the approver is away."""

    account_id = fields.UUID(required=True, metadata={"description": "代行人的账号"})
    starts_on = fields.Date(required=True, metadata={"description": "代行首日"})
    ends_on = fields.Date(required=True, metadata={"description": "代行末日（含），最长 180 天"})


class CandidateSchema(Schema):
    """Somebody who may stand in."""

    account_id = fields.UUID(required=True)
    name = fields.String(metadata={"description": "姓名（遮挡）", "example": "李*"})
    post = fields.String(required=True)


class OwnRoleSchema(Schema):
    """A role of one's own."""

    id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    organisation_name = fields.String(required=True)
    organisation_kind = fields.String(required=True)
    role = RoleField(required=True)
    role_words = fields.String(metadata={"description": "角色的中文名", "example": "经办人"})
    post = fields.String(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(allow_none=True)
    in_force = fields.Boolean(metadata={"description": "今天是否在任"})
    acting = fields.Boolean(metadata={"description": "代行或代理"})


def grants(rows: Iterable[RoleGrant], names: Mapping[uuid.UUID, str], *, full: bool) -> list[dict[str, Any]]:
    """Grants with the names of those who hold them; masked unless the reader manages the office's staff."""
    return [grant(row, names.get(row.account_id, ""), full=full) for row in rows]


def grant(row: RoleGrant, name: str, *, full: bool) -> dict[str, Any]:
    """One grant as told."""
    told = {field: getattr(row, field) for field in GrantSchema().fields if field != "name"}
    return told | {"name": name if full else privacy.mask_name(name)}


def invitation(row: StaffInvitation, organisation_name: str, *, tries: int = 5) -> dict[str, Any]:
    """One invitation as told."""
    return {
        "id": row.id,
        "organisation_id": row.organisation_id,
        "organisation_name": organisation_name,
        "role": row.role,
        "post": row.post,
        "name": privacy.mask_name(row.name),
        "phone": privacy.mask_phone(row.phone),
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "expires_at": row.expires_at,
        "expired": row.expires_at <= clock.now() or row.tries >= tries,
    }


def invited(one: Invited, organisation_name: str) -> dict[str, Any]:
    """An invitation just made, with its code."""
    return invitation(one.invitation, organisation_name) | {"code": one.code}


def candidate(row: RoleGrant, name: str) -> dict[str, Any]:
    """Somebody who may stand in, by post and masked name."""
    return {"account_id": row.account_id, "name": privacy.mask_name(name), "post": row.post}


def own_role(row: RoleGrant, organisation: Organisation) -> dict[str, Any]:
    """A role of one's own as told."""
    return {
        "id": row.id,
        "organisation_id": organisation.id,
        "organisation_name": organisation.name,
        "organisation_kind": organisation.kind,
        "role": row.role,
        "role_words": ROLES[Role(row.role)],
        "post": row.post,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "in_force": row.starts_on <= clock.today(),
        "acting": row.acting,
    }


def successor(values: Mapping[str, Any]) -> Successor:
    """A successor as loaded."""
    return Successor(**{name: value for name, value in values.items() if value is not None})
