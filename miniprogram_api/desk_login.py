"""Desk log-in by phone: a browser starts and polls, a staff phone confirms."""

from typing import Any

from sqlalchemy.orm import Session

from backend import runtime
from backend.access import Actor, Permission
from backend.http import Blueprint
from backend.identity import desk_login
from backend.identity.desk_schemas import (
    ConfirmDeskSchema,
    DeskConfirmedSchema,
    DeskPollSchema,
    DeskStartedSchema,
    DeskStateSchema,
)
from backend.identity.sessions import Lifetimes

blueprint = Blueprint(
    "desk_login", "desk_login", url_prefix="/mp/v1/auth/desk-logins", description="工作台扫码登录"
)
_LOGIN = "登录本身只能成功一次"


@blueprint.post("", may=Permission.LOG_IN, gives=DeskStartedSchema, status=201, exempt=_LOGIN)
def start_desk_login(session: Session, actor: Actor) -> dict[str, Any]:
    """浏览器请求一个登录二维码

    屏幕上要同时显示 digits 两位数字。
    """
    started = desk_login.start(session, address=actor.address)
    return {
        "browser_secret": started.browser_secret,
        "qr_text": desk_login.qr_text(
            started.browser_secret, public_url=runtime.current().settings.public_url
        ),
        "digits": started.digits,
        "expires_at": started.expires_at,
    }


@blueprint.post("/poll", may=Permission.LOG_IN, takes=DeskPollSchema, gives=DeskStateSchema, exempt=_LOGIN)
def poll_desk_login(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """浏览器查询是否已确认

    确认后第一次查询得到 access_token，只给一次。
    """
    tokens = desk_login.take(
        session,
        browser_secret=body["browser_secret"],
        device="工作台电脑",
        lifetimes=Lifetimes.of(runtime.current().settings),
    )
    row = desk_login.find(session, body["browser_secret"])
    return {
        "state": desk_login.state_of(row) if row else desk_login.EXPIRED,
        "access_token": tokens.access_token if tokens else None,
        "expires_in": tokens.expires_in if tokens else None,
    }


@blueprint.post("/confirm", may=Permission.STAFF_SELF, takes=ConfirmDeskSchema, gives=DeskConfirmedSchema)
def confirm_desk_login(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """手机扫码后确认登录

    要输入电脑屏幕上的两位数字；输错 3 次二维码作废。
    """
    row = desk_login.confirm(session, actor, scanned=body["qr_text"], digits=body["digits"])
    return {"state": row.state}
