"""The desk's door: log-in by scanning with a staff phone, or by SMS code; no script, the page renews itself."""

from typing import Any

from flask import request
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backend import privacy, runtime
from backend.access import Actor, Permission
from backend.desk.web import Pages, drop_log_in, keep_log_in, redirect_to, render
from backend.identity import accounts, codes, desk_login, sessions
from backend.identity.desk_schemas import LoginCodeForm, LoginPageQuery, LoginPhoneForm
from backend.identity.models import DeskLogin
from backend.identity.sessions import Lifetimes, Tokens
from signing import qr

pages = Pages("identity", __name__)

_COOKIE = "zheng_desk_login"  # the browser's half of a QR log-in under way
_DEVICE = "工作台电脑"


@pages.page("/desk/login", may=Permission.LOG_IN, query=LoginPageQuery, writes=True)
def log_in(session: Session, actor: Actor, query: dict[str, Any] | None = None) -> Response:
    """登录工作台"""
    target = (query or {}).get("next", "/desk")
    secret = request.cookies.get(_COOKIE, "")
    tokens = desk_login.take(session, browser_secret=secret, device=_DEVICE, lifetimes=_lifetimes())
    if tokens is not None:
        return _let_in(tokens, target)
    row = desk_login.find(session, secret) if secret else None
    if row is None or desk_login.state_of(row) != desk_login.WAITING:
        secret, row = _begun(session, actor)
    response = _shown(secret, row, target)
    _keep(response, secret)
    return response


@pages.page("/desk/login/sms", may=Permission.LOG_IN, query=LoginPageQuery)
def log_in_by_sms(session: Session, actor: Actor, query: dict[str, Any] | None = None) -> Response:
    """用短信验证码登录工作台"""
    return render("identity/login_sms.html", target=(query or {}).get("next", "/desk"))


@pages.form("/desk/login/sms", may=Permission.LOG_IN, takes=LoginPhoneForm, again=log_in_by_sms)
def send_code(session: Session, actor: Actor, form: dict[str, Any]) -> Response:
    """发送验证码"""
    codes.send(
        session,
        phone=form["phone"],
        purpose=codes.LOG_IN,
        subject_id=None,
        address=actor.address,
        settings=runtime.current().settings,
    )
    return render("identity/login_code.html", phone=form["phone"], target=form["next"])


def _ask_code(session: Session, actor: Actor) -> Response:
    form = request.form
    return render("identity/login_code.html", phone=form.get("phone", ""), target=form.get("next", "/desk"))


@pages.form("/desk/login/code", may=Permission.LOG_IN, takes=LoginCodeForm, again=_ask_code)
def check_code(session: Session, actor: Actor, form: dict[str, Any]) -> Response:
    """核对验证码"""
    tokens = accounts.log_in_at_desk(
        session,
        actor,
        phone=form["phone"],
        code=privacy.normalise(form["code"]),
        device=_DEVICE,
        lifetimes=_lifetimes(),
    )
    return _let_in(tokens, form["next"])


@pages.form("/desk/logout", may=Permission.OWN_ACCOUNT)
def log_out(session: Session, actor: Actor) -> Response:
    """退出登录"""
    if actor.device_id is not None:
        sessions.revoke_device(session, actor, device_id=actor.device_id)
    return drop_log_in(redirect_to("/desk/login"))


def _begun(session: Session, actor: Actor) -> tuple[str, DeskLogin]:
    started = desk_login.start(session, address=actor.address)
    row = desk_login.find(session, started.browser_secret)
    assert row is not None  # flushed just now
    return started.browser_secret, row


def _shown(secret: str, row: DeskLogin, target: str) -> Response:
    text = desk_login.qr_text(secret, public_url=runtime.current().settings.public_url)
    return render(
        "identity/login.html",
        digits=row.digits,
        picture=Markup(qr.svg(text, size_mm=56)),  # our own drawing, from our own text
        target=target,
    )


def _let_in(tokens: Tokens, target: str) -> Response:
    response = keep_log_in(redirect_to(target), tokens.access_token, seconds=tokens.expires_in)
    response.delete_cookie(_COOKIE, path="/desk/login")
    return response


def _keep(response: Response, secret: str) -> None:
    secure = runtime.current().settings.public_url.startswith("https://")
    response.set_cookie(
        _COOKIE,
        secret,
        max_age=int(desk_login.LIVES.total_seconds()) * 5,
        httponly=True,
        samesite="Strict",
        secure=secure,
        path="/desk/login",
    )


def _lifetimes() -> Lifetimes:
    return Lifetimes.of(runtime.current().settings)
