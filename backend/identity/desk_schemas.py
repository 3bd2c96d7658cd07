"""Shapes of the desk log-in."""

from marshmallow import fields, validate

from backend.schemas import Moment, Phone, Schema

_STATES = ["waiting", "confirmed", "taken", "refused", "expired"]
_STATE = {"description": "waiting 等待扫码，confirmed 已确认，taken 已登录，refused 作废，expired 过期"}


class DeskStartedSchema(Schema):
    """What the browser shows, and the secret it keeps to itself."""

    browser_secret = fields.String(metadata={"description": "只留在浏览器里，用来查询"})
    qr_text = fields.String(metadata={"description": "二维码内容"})
    digits = fields.String(metadata={"description": "显示在屏幕上的两位数字", "example": "47"})
    expires_at = Moment()


class DeskPollSchema(Schema):
    """The browser's own secret."""

    browser_secret = fields.String(
        required=True,
        validate=validate.Length(1, 100, error="凭证无效"),
        metadata={"description": "取二维码时给浏览器的凭证"},
    )


class DeskStateSchema(Schema):
    """How the log-in stands; the token comes once."""

    state = fields.String(validate=validate.OneOf(_STATES), metadata=_STATE)
    access_token = fields.String(allow_none=True, metadata={"description": "只在确认后的第一次查询给出"})
    expires_in = fields.Integer(allow_none=True)


class ConfirmDeskSchema(Schema):
    """What the phone scanned, and the digits its owner read off the screen."""

    qr_text = fields.String(
        required=True,
        validate=validate.Length(1, 300, error="二维码无效"),
        metadata={"description": "扫到的二维码内容"},
    )
    digits = fields.String(
        required=True,
        validate=validate.Length(1, 8, error="请输入屏幕上的两位数字"),
        metadata={"description": "屏幕上的两位数字", "example": "47"},
    )


class DeskConfirmedSchema(Schema):
    """Confirmed."""

    state = fields.String(validate=validate.OneOf(_STATES), metadata=_STATE)


class LoginPageQuery(Schema):
    """Where to go after the log-in."""

    next = fields.String(load_default="/desk", validate=validate.Length(max=500))


class LoginPhoneForm(LoginPageQuery):
    """Whom to send a code to."""

    phone = Phone(required=True)


class LoginCodeForm(LoginPhoneForm):
    """The code that came."""

    code = fields.String(
        required=True,
        validate=validate.Length(6, 6, error="验证码是 6 位数字"),
        error_messages={"required": "请填写验证码"},
    )
