"""Shapes of the audit trail."""

from marshmallow import fields, validate

from backend.schemas import Moment, PageQuery, Schema


class AuditEntrySchema(Schema):
    """One act (审计记录): ids and codes, no personal data."""

    id = fields.UUID(required=True)
    at = Moment(required=True, metadata={"description": "时间"})
    action = fields.String(required=True, metadata={"description": "动作", "example": "staff.grant"})
    account_id = fields.UUID(allow_none=True, metadata={"description": "谁做的;null 为系统"})
    for_person_id = fields.UUID(allow_none=True, metadata={"description": "代谁做的"})
    organisation_id = fields.UUID(allow_none=True, metadata={"description": "在哪个机构"})
    role = fields.String(
        allow_none=True, metadata={"description": "以什么角色", "example": "organisation_admin"}
    )
    subject_kind = fields.String(
        required=True, metadata={"description": "对象的种类", "example": "role_grant"}
    )
    subject_id = fields.UUID(allow_none=True, metadata={"description": "对象"})
    facts = fields.Dict(required=True, metadata={"description": "编号与代码"})
    trace_id = fields.String(required=True, metadata={"description": "请求编号"})


class AuditQuery(PageQuery):
    """Which acts."""

    action = fields.String(
        load_default=None,
        validate=validate.Length(max=60),
        metadata={"description": "动作，或其开头", "example": "staff."},
    )
    subject_id = fields.UUID(load_default=None, metadata={"description": "只看这个对象"})
    account_id = fields.UUID(load_default=None, metadata={"description": "只看这个账号"})
    organisation_id = fields.UUID(load_default=None, metadata={"description": "只看这个机构"})
    since = Moment(
        load_default=None, metadata={"description": "从何时起", "example": "2026-11-01T00:00:00+08:00"}
    )
    until = Moment(load_default=None, metadata={"description": "到何时止（不含）"})
