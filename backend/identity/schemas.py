"""Shapes of log-in, people and consents. What is personal is masked; a full value needs a route of its own."""

from typing import Any

from marshmallow import fields, validate

from backend import privacy
from backend.identity import realname
from backend.identity.models import IdentityAttempt, Person
from backend.schemas import Moment, Pattern, Phone, Schema, Words

_CODE = Pattern(r"^[0-9]{6}$", error="验证码是 6 位数字")
_ID_NUMBER = {"description": "身份证、居住证或永久居留证号码", "example": "420881199505203127"}


class SmsCodeField(fields.String):
    """Six digits of a text message."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("metadata", {"description": "短信验证码，6 位数字", "example": "204816"})
        kwargs.setdefault("required", True)
        super().__init__(validate=_CODE, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return privacy.normalise(super()._deserialize(value, attr, data, **kwargs) or "")


class DeviceName(Words):
    """What the person recognises the device by."""

    def __init__(self, default: str) -> None:
        metadata = {"description": "设备名称，显示在登录设备里", "example": "华为 Mate 60"}
        super().__init__(low=1, high=40, load_default=default, metadata=metadata)


class MaskedPersonSchema(Schema):
    """A person as others may see them."""

    id = fields.UUID(metadata={"description": "自然人标识"})
    name = fields.Function(
        lambda person: privacy.mask_name(person.name),
        metadata={"type": "string", "description": "姓名（遮盖）", "example": "张**"},
    )
    id_number = fields.Function(
        lambda person: privacy.mask_id_number(person.id_number),
        metadata={"type": "string", "description": "证件号码（遮盖）", "example": "4****************X"},
    )
    id_kind = fields.String(
        metadata={
            "description": "证件种类：resident 居民身份证，hong_kong/macao/taiwan 居住证，foreigner 永久居留证"
        }
    )
    verified_by = fields.String(
        metadata={
            "description": "核验方式：realname_data 数据核验，face 人脸，village_desk 村（社区）当面，counter 窗口当面"
        }
    )


class AskLoginCodeSchema(Schema):
    """Whom to send a log-in code to."""

    phone = Phone(required=True)


class SentSchema(Schema):
    """A code was asked for; the same answer for every number."""

    expires_in = fields.Integer(metadata={"description": "验证码有效秒数", "example": 300})
    phone = fields.String(metadata={"description": "手机号（遮盖）", "example": "138****5678"})


class SmsLoginSchema(Schema):
    """Log in by SMS code."""

    phone = Phone(required=True)
    code = SmsCodeField()
    device_name = DeviceName("浏览器")


class WeChatLoginSchema(Schema):
    """Log in by WeChat."""

    code = fields.String(
        required=True,
        validate=validate.Length(1, 200, error="微信登录凭证无效"),
        metadata={"description": "wx.login 得到的 code", "example": "0a3kfJll2X7Kp94qzTnl2WYv2i0kfJlq"},
    )
    device_name = DeviceName("微信")


class RefreshSchema(Schema):
    """Renew the log-in."""

    refresh_token = fields.String(
        required=True,
        validate=validate.Length(1, 200, error="凭证无效"),
        metadata={"description": "上次得到的 refresh_token，只能用一次"},
    )


class TokensSchema(Schema):
    """What the phone keeps."""

    access_token = fields.String(metadata={"description": "放进 Authorization: Bearer 请求头"})
    refresh_token = fields.String(metadata={"description": "续期用，只能用一次"})
    expires_in = fields.Integer(metadata={"description": "access_token 的有效秒数", "example": 1800})


class AccountSchema(Schema):
    """The account, masked."""

    id = fields.UUID(metadata={"description": "账号标识"})
    phone = fields.Function(
        lambda account: privacy.mask_phone(account.phone) if account.phone else None,
        metadata={"type": ["string", "null"], "description": "手机号（遮盖）", "example": "138****5678"},
    )
    wechat_bound = fields.Function(
        lambda account: account.wechat_openid_sealed is not None,
        metadata={"type": "boolean", "description": "是否已绑定微信"},
    )
    person_id = fields.UUID(allow_none=True, metadata={"description": "实名的自然人；未实名为 null"})


class LoggedInSchema(TokensSchema):
    """Tokens and the account behind them."""

    account = fields.Nested(AccountSchema)


_OLD_CODE: dict[str, Any] = {
    "description": "更换手机号时填：发到原手机号的验证码（/mp/v1/me/sms-codes）。首次绑定、或已做人脸核身"
    "或当面确认的不填",
    "example": "204816",
}


class WeChatPhoneSchema(Schema):
    """The phone number that WeChat knows."""

    code = fields.String(
        required=True,
        validate=validate.Length(1, 200, error="手机号凭证无效"),
        metadata={"description": "getPhoneNumber 按钮得到的 code(不是登录 code)"},
    )
    old_code = SmsCodeField(required=False, load_default=None, metadata=_OLD_CODE)


class BindPhoneSchema(Schema):
    """A phone number proven by a code."""

    phone = Phone(required=True)
    code = SmsCodeField()
    old_code = SmsCodeField(required=False, load_default=None, metadata=_OLD_CODE)


class PhoneBoundSchema(Schema):
    """The account after binding."""

    account = fields.Nested(AccountSchema)
    joined = fields.Boolean(metadata={"description": "这个手机号原有账号，已与当前账号合并"})


class RealNameSchema(Schema):
    """Whom the account belongs to."""

    name = Words(
        low=2, high=50, required=True, metadata={"description": "证件上的姓名", "example": "欧阳春燕"}
    )
    id_number = Words(low=1, high=40, required=True, metadata=_ID_NUMBER)
    consent_version = Words(
        high=20,
        load_default=None,
        metadata={
            "description": "本人此刻同意的《身份证件号码的单独同意》版本；已同意过可不填",
            "example": "2026-01",
        },
    )


class IdentityAttemptSchema(Schema):
    """How a real-name check stands."""

    id = fields.UUID()
    state = fields.String(
        validate=validate.OneOf(["checking", "matched", "mismatched", "face", "desk"]),
        metadata={
            "description": "checking 核验中，matched 通过，mismatched 不一致，face 需人脸，desk 需当面确认"
        },
    )
    reason = fields.String(allow_none=True, metadata={"description": "原因代码", "example": "no_record"})
    words = fields.Function(
        lambda attempt: realname.words_of(attempt),
        metadata={"type": "string", "description": "给本人看的说明，含下一步怎么做"},
    )
    name = fields.Function(
        lambda attempt: privacy.mask_name(attempt.name),
        metadata={"type": "string", "description": "姓名（遮盖）"},
    )
    desk_code = fields.Function(
        lambda attempt: _shown_code(attempt),
        metadata={"type": ["string", "null"], "description": "当面确认码", "example": "2048 1632"},
    )
    created_at = Moment()
    decided_at = Moment(allow_none=True)


class FaceOpenedSchema(Schema):
    """A face check to be held up to."""

    verify_id = fields.String(metadata={"description": "交给 wx.requestFacialVerify 的 verifyId"})
    expires_in = fields.Integer(metadata={"description": "有效秒数", "example": 3600})


class SetPinSchema(Schema):
    """A new PIN."""

    pin = fields.String(
        required=True,
        validate=validate.Length(1, 20, error="签批密码是 6 位数字"),
        metadata={"description": "6 位数字，不能是连续、重复的数字或生日", "example": "580374"},
    )
    sms_code = SmsCodeField()


class PinStateSchema(Schema):
    """Whether the PIN may be used."""

    is_set = fields.Boolean(metadata={"description": "是否已设置"})
    locked = fields.Boolean(metadata={"description": "已锁定，要管理员解锁"})
    locked_until = Moment(allow_none=True, metadata={"description": "暂停到什么时候"})


def person_or_none(person: Person | None) -> dict[str, Any] | None:
    """The masked person, dumped."""
    dumped: dict[str, Any] | None = MaskedPersonSchema().dump(person) if person else None
    return dumped


def _shown_code(attempt: IdentityAttempt) -> str | None:
    """`2048 1632`, while it can be used."""
    if attempt.state != "desk" or attempt.desk_code is None:
        return None
    return f"{attempt.desk_code[:4]} {attempt.desk_code[4:]}"
