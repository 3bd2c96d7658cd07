"""Desk log-in (扫码登录): the screen shows a QR code and two digits; a logged-in staff phone scans and types them.

The browser keeps one secret; the QR carries another derived from it, so that who photographs the screen can neither
poll nor take the log-in. Typing the digits proves that the phone stands before this very screen, not before a
picture of another one sent by a stranger. Two minutes, three wrong pairs, one taking.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from backend import clock, privacy
from backend.access import Actor, Permission, require
from backend.audit import service as audit
from backend.identity import limits, service, sessions
from backend.identity.models import DeskLogin
from backend.identity.sessions import Lifetimes, Tokens
from backend.problems import Conflict, InvalidInput, NotFound

LIVES = timedelta(minutes=2)
WAITING, CONFIRMED, TAKEN, REFUSED, EXPIRED = "waiting", "confirmed", "taken", "refused", "expired"
_MOST_WRONG = 3
_STARTS_AN_HOUR = 600
_MARK = "#zheng-desk="


class DeskLoginOver(Conflict):
    code = "desk_login_over"
    detail = "这个登录二维码已失效，请在电脑上刷新，再扫新的二维码"


class WrongDigits(InvalidInput):
    """Counted; the third kills the QR code."""

    code = "wrong_digits"
    detail = "两位数字不对，请看电脑屏幕上显示的数字"
    keeps_changes = True

    def __init__(self) -> None:
        super().__init__(errors={"json.digits": [self.detail]})


@dataclass(frozen=True)
class Started:
    """What the browser is shown and keeps (`browser_secret`, for nobody else)."""

    browser_secret: str
    digits: str
    expires_at: datetime


def start(session: Session, *, address: str) -> Started:
    """A new QR code for a browser; TooMany past 600 an hour and address."""
    key = limits.network(address)
    limits.count(session, name="desk.start", key=key, limit=_STARTS_AN_HOUR, window=timedelta(hours=1))
    secret = secrets.token_urlsafe(32)
    now = clock.now()
    row = DeskLogin(
        secret_hash=privacy.secret_hash(_scanned(secret)),
        browser_hash=privacy.secret_hash(secret),
        digits=f"{secrets.randbelow(100):02d}",
        wrong=0,
        state=WAITING,
        created_at=now,
        expires_at=now + LIVES,
    )
    session.add(row)
    session.flush()
    return Started(secret, row.digits, row.expires_at)


def qr_text(browser_secret: str, *, public_url: str) -> str:
    """What the QR carries: an address of ours whose fragment no server sees, for who scans with another app."""
    return f"{public_url.rstrip('/')}/desk/login{_MARK}{_scanned(browser_secret)}"


def find(session: Session, browser_secret: str) -> DeskLogin | None:
    """The browser's own log-in, dead ones too."""
    return session.scalars(
        select(DeskLogin).where(DeskLogin.secret_hash == privacy.secret_hash(_scanned(browser_secret)))
    ).first()


def state_of(row: DeskLogin) -> str:
    """waiting, confirmed, taken, refused or expired."""
    if row.state in (WAITING, CONFIRMED) and row.expires_at <= clock.now():
        return EXPIRED
    return row.state


def confirm(session: Session, actor: Actor, *, scanned: str, digits: str) -> DeskLogin:
    """The phone has scanned the QR and its owner typed the digits. WrongDigits (counted), DeskLoginOver."""
    require(actor, Permission.STAFF_SELF)
    secret = scanned.rpartition(_MARK)[2]
    row = session.get(DeskLogin, privacy.secret_hash(secret), with_for_update=True)
    if row is None:
        raise NotFound("这不是掌上证工作台的登录二维码")
    if state_of(row) != WAITING:
        raise DeskLoginOver()
    if not hmac.compare_digest(row.digits.encode(), privacy.normalise(digits).encode()):
        row.wrong += 1
        if row.wrong >= _MOST_WRONG:
            row.state = REFUSED
        raise WrongDigits()
    row.state, row.account_id = CONFIRMED, actor.account
    audit.record(session, actor, "identity.desk_confirmed", subject_kind="account", subject_id=actor.account)
    return row


def take(session: Session, *, browser_secret: str, device: str, lifetimes: Lifetimes) -> Tokens | None:
    """The confirmed browser gets its one token, once; None while the phone has not confirmed, or it is over."""
    row = find(session, browser_secret)
    if row is None or state_of(row) != CONFIRMED or row.account_id is None:
        return None
    taken = (
        update(DeskLogin)
        .where(DeskLogin.secret_hash == row.secret_hash, DeskLogin.state == CONFIRMED)
        .values(state=TAKEN)
        .execution_options(synchronize_session="fetch")
    )
    if cast(CursorResult[Any], session.execute(taken)).rowcount != 1:
        return None
    account = service.account(session, row.account_id)
    if account.state != service.ACTIVE:
        return None
    return sessions.open_device(session, account, kind=sessions.DESK, name=device, lifetimes=lifetimes)


def _scanned(browser_secret: str) -> str:
    """The QR's secret: derived one way, so that it opens nothing else."""
    digest = hashlib.sha256(f"zheng-desk\x00{browser_secret}".encode()).digest()
    return base64.urlsafe_b64encode(digest[:18]).decode()
