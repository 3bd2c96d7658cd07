"""Log-in by WeChat and by SMS, refresh, phone number, PIN."""

from typing import Any

from sqlalchemy.orm import Session

from backend import privacy, runtime
from backend.access import Actor, Permission
from backend.http import Blueprint
from backend.identity import accounts, asking, codes, pins, service, sessions
from backend.identity.schemas import (
    AskLoginCodeSchema,
    LoggedInSchema,
    PhoneBoundSchema,
    PinStateSchema,
    RefreshSchema,
    SentSchema,
    SetPinSchema,
    SmsLoginSchema,
    TokensSchema,
    WeChatLoginSchema,
    WeChatPhoneSchema,
)
from backend.identity.sessions import Lifetimes, Tokens

blueprint = Blueprint("auth", "auth", url_prefix="/mp/v1/auth", description="登录、手机号与签批密码")

_LOGIN = "登录与续期本身只能成功一次，凭证用后即废"


@blueprint.post("/sms-codes", may=Permission.LOG_IN, takes=AskLoginCodeSchema, gives=SentSchema, status=202)
def ask_login_code(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """获取登录验证码

    不论手机号是否用过，回答都一样。
    """
    settings = runtime.current().settings
    codes.send(
        session,
        phone=body["phone"],
        purpose=codes.LOG_IN,
        subject_id=None,
        address=actor.address,
        settings=settings,
    )
    return {"expires_in": settings.sms_code_minutes * 60, "phone": privacy.mask_phone(body["phone"])}


@blueprint.post(
    "/sms-login", may=Permission.LOG_IN, takes=SmsLoginSchema, gives=LoggedInSchema, exempt=_LOGIN
)
def log_in_by_sms(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """用短信验证码登录

    第一次登录即建立账号。
    """
    account, tokens = accounts.log_in_by_phone(
        session,
        actor,
        phone=body["phone"],
        code=body["code"],
        device=body["device_name"],
        lifetimes=_lifetimes(),
    )
    return _logged_in(account, tokens)


def _ask_wechat(actor: Actor, body: dict[str, Any]) -> str:
    return asking.session_of(runtime.current().wechat, body["code"]).openid


@blueprint.post(
    "/wechat-login",
    may=Permission.LOG_IN,
    takes=WeChatLoginSchema,
    gives=LoggedInSchema,
    exempt=_LOGIN,
    before=_ask_wechat,
)
def log_in_by_wechat(session: Session, actor: Actor, body: dict[str, Any], *, outside: str) -> dict[str, Any]:
    """用微信登录

    第一次登录即建立账号。
    """
    account, tokens = accounts.log_in_by_wechat(
        session, actor, openid=outside, device=body["device_name"], lifetimes=_lifetimes()
    )
    return _logged_in(account, tokens)


@blueprint.post("/refresh", may=Permission.LOG_IN, takes=RefreshSchema, gives=TokensSchema, exempt=_LOGIN)
def refresh(session: Session, actor: Actor, body: dict[str, Any]) -> Tokens:
    """续期登录

    refresh_token 只能用一次；网络不好没收到回答时，10 秒内可以再用一次，得到同样的回答。
    """
    return sessions.refresh(session, refresh_token=body["refresh_token"], lifetimes=_lifetimes())


@blueprint.post("/log-out", may=Permission.OWN_ACCOUNT, status=204)
def log_out(session: Session, actor: Actor) -> None:
    """退出这台设备"""
    if actor.device_id is not None:
        sessions.revoke_device(session, actor, device_id=actor.device_id)


def _ask_phone(actor: Actor, body: dict[str, Any]) -> str:
    current = runtime.current()
    with current.database.session(read_only=True) as session:
        openid = service.account(session, actor.account).wechat_openid
    return asking.phone_of(current.wechat, body["code"], openid=openid)


@blueprint.post(
    "/phone",
    may=Permission.OWN_ACCOUNT,
    takes=WeChatPhoneSchema,
    gives=PhoneBoundSchema,
    before=_ask_phone,
)
def bind_wechat_phone(
    session: Session, actor: Actor, body: dict[str, Any], *, outside: str
) -> dict[str, Any]:
    """绑定微信里的手机号

    这个手机号以前用短信登录过的，两边合并为一个账号。更换手机号要原手机号的验证码，原手机号不能用了的见 /mp/v1/me/phone/lost。
    """
    account, joined = accounts.bind_phone(session, actor, phone=outside, old_code=body["old_code"])
    return {"account": account, "joined": joined}


@blueprint.get("/pin", may=Permission.STAFF_SELF, gives=PinStateSchema)
def read_pin_state(session: Session, actor: Actor) -> dict[str, Any]:
    """签批密码的状态"""
    is_set, until, locked = pins.state(session, actor)
    return {"is_set": is_set, "locked_until": until, "locked": locked}


@blueprint.put("/pin", may=Permission.STAFF_SELF, takes=SetPinSchema, gives=PinStateSchema, also=(423,))
def set_pin(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """设置或更换签批密码

    先用 /mp/v1/me/sms-codes 获取验证码。
    """
    pins.set_pin(session, actor, pin=body["pin"], sms_code=body["sms_code"])
    is_set, until, locked = pins.state(session, actor)
    return {"is_set": is_set, "locked_until": until, "locked": locked}


def _lifetimes() -> Lifetimes:
    return Lifetimes.of(runtime.current().settings)


def _logged_in(account: Any, tokens: Tokens) -> dict[str, Any]:
    return {
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "expires_in": tokens.expires_in,
        "account": account,
    }
