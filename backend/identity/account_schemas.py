"""Shapes of one's own account: devices, data, corrections, consents."""

from typing import Any

from marshmallow import fields, validate

from backend import privacy
from backend.identity import consents
from backend.identity.schemas import AccountSchema, MaskedPersonSchema, SmsCodeField
from backend.schemas import Moment, Phone, Schema, Words


class RoleHeldSchema(Schema):
    """A role in force today."""

    role = fields.String(metadata={"example": "clerk"})
    organisation_id = fields.UUID()
    post = fields.String(metadata={"description": "职务", "example": "经办人"})


class MeSchema(Schema):
    """Who I am, masked."""

    account = fields.Nested(AccountSchema)
    person = fields.Nested(MaskedPersonSchema, allow_none=True, metadata={"description": "未实名为 null"})
    roles = fields.List(fields.Nested(RoleHeldSchema), metadata={"description": "今天在任的岗位"})
    acts_for = fields.List(fields.UUID(), metadata={"description": "可代办的人"})


class DeviceSchema(Schema):
    """One log-in."""

    id = fields.UUID()
    kind = fields.String(metadata={"description": "wechat 微信，browser 浏览器，desk 工作台"})
    name = fields.String()
    created_at = Moment()
    last_used_at = Moment()
    current = fields.Boolean(metadata={"description": "就是这台设备"})


class DevicesSchema(Schema):
    """Every device of the account."""

    items = fields.List(fields.Nested(DeviceSchema))


class LoggedOutSchema(Schema):
    """How many devices were logged out."""

    devices = fields.Integer(metadata={"description": "退出的设备数"})


class LogOutEverywhereSchema(Schema):
    """Whether this device stays."""

    keep_this = fields.Boolean(load_default=False, metadata={"description": "保留当前设备"})


class AskPhoneCodeSchema(Schema):
    """The number to bind."""

    phone = Phone(required=True)


class StepUpSchema(Schema):
    """A step-up code."""

    sms_code = SmsCodeField()


class CloseAccountSchema(Schema):
    """Close the account."""

    sms_code = fields.String(
        load_default=None,
        validate=validate.Length(1, 10, error="验证码是 6 位数字"),
        metadata={"description": "短信验证码；没有绑定手机号的账号不填"},
    )


class HeldDataSchema(Schema):
    """What is held of me, masked, and how to get the whole."""

    person = fields.Nested(MaskedPersonSchema, allow_none=True)
    account = fields.Nested(AccountSchema)
    sections = fields.List(
        fields.String(), metadata={"description": "另外保存了资料的各部分", "example": ["applications"]}
    )
    words = fields.String(metadata={"description": "说明"})


class AskCorrectionSchema(Schema):
    """What is wrong."""

    field = fields.String(
        required=True,
        validate=validate.OneOf(["name", "other"], error="请选择要更正的内容"),
        metadata={"description": "name 姓名，other 其他"},
    )
    wanted = Words(
        low=2, high=500, lines=True, required=True, metadata={"description": "正确的姓名，或说明哪里有误"}
    )


class CorrectionSchema(Schema):
    """A request for correction and its answer."""

    id = fields.UUID()
    field = fields.String()
    state = fields.String(validate=validate.OneOf(["open", "done", "refused"]))
    wanted = fields.Function(
        lambda row: privacy.mask_name(row.wanted) if row.field == "name" else row.wanted,
        metadata={"type": "string", "description": "姓名遮盖显示"},
    )
    answer = fields.String(allow_none=True)
    created_at = Moment()
    decided_at = Moment(allow_none=True)


class CorrectionsSchema(Schema):
    """One's own requests."""

    items = fields.List(fields.Nested(CorrectionSchema))


class ConsentTextSchema(Schema):
    """What somebody is asked to agree to, in its present version."""

    kind = fields.String(validate=validate.OneOf(list(consents.TEXTS)))
    title = fields.String()
    text = fields.String()
    version = fields.String(metadata={"example": "2026-01"})
    after_withdrawal = fields.String(metadata={"description": "撤回之后会怎样"})


class ConsentTextsSchema(Schema):
    """Every consent text."""

    items = fields.List(fields.Nested(ConsentTextSchema))


class ConsentStateSchema(ConsentTextSchema):
    """A consent text and where the account stands on it."""

    given = fields.Boolean(metadata={"description": "现在是否有效"})
    given_at = Moment(allow_none=True)
    withdrawn_at = Moment(allow_none=True)


class ConsentStatesSchema(Schema):
    """Every consent text, with the account's own choice."""

    items = fields.List(fields.Nested(ConsentStateSchema))


class GiveConsentSchema(Schema):
    """Agree to one text in one version."""

    kind = fields.String(
        required=True,
        validate=validate.OneOf(list(consents.TEXTS), error="没有这种同意书"),
        metadata={"description": ";".join(f"{kind} {text.title}" for kind, text in consents.TEXTS.items())},
    )
    text_version = Words(
        high=20, required=True, metadata={"description": "本人读过的版本", "example": "2026-01"}
    )


def consent_state(text: consents.ConsentText, row: Any) -> dict[str, Any]:
    """One text with the newest consent to it, if any."""
    given = row is not None and row.withdrawn_at is None and row.text_version == text.version
    return {
        "kind": text.kind,
        "title": text.title,
        "text": text.text,
        "version": text.version,
        "after_withdrawal": text.after_withdrawal,
        "given": given,
        "given_at": row.given_at if row else None,
        "withdrawn_at": row.withdrawn_at if row else None,
    }
