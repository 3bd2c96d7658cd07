"""Log-ins (登录): opaque tokens stored hashed, short access and rotating refresh, one family a device.

A refresh token works once. The phone that lost the answer on a bad network gets it again within ten seconds, as
long as nobody has used it; any other second use means that two hold the token, and the whole device is logged
out (RFC 9700 4.14.2).
"""

import json
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, and_, bindparam, select, update
from sqlalchemy.orm import Session

from backend import clock, privacy
from backend.access import Actor
from backend.identity import service, telling
from backend.identity.models import AccessToken, Account, ActingConsent, Device, Person, RefreshToken
from backend.problems import NotFound, NotLoggedIn
from backend.settings import Settings

WECHAT, BROWSER, DESK = "wechat", "browser", "desk"
_GRACE = timedelta(seconds=10)


class AccessTokenExpired(NotLoggedIn):
    """The phone should refresh and try again."""

    code = "access_token_expired"
    detail = "登录已过期，请重新登录"


class SessionEnded(NotLoggedIn):
    """The refresh token is unknown, expired or its device logged out: log in again."""

    code = "session_ended"
    detail = "登录已过期，请重新登录"


class TokenReplayed(NotLoggedIn):
    """A spent refresh token came again: whoever holds the copy is logged out with the phone."""

    code = "token_replayed"
    detail = "这台设备的登录凭证被重复使用，为保护您的资料已退出登录，请重新登录"
    keeps_changes = True


@dataclass(frozen=True)
class Lifetimes:
    """How long tokens live. A desk's one token lasts a working day and is not refreshed."""

    access: timedelta = timedelta(minutes=30)
    refresh: timedelta = timedelta(days=60)
    desk: timedelta = timedelta(hours=10)

    @classmethod
    def of(cls, settings: Settings) -> "Lifetimes":
        return cls(
            access=timedelta(minutes=settings.access_token_minutes),
            refresh=timedelta(days=settings.refresh_token_days),
        )


_DEFAULT = Lifetimes()


@dataclass(frozen=True)
class Tokens:
    """What the phone keeps. `expires_in`: seconds the access token still lives."""

    access_token: str
    refresh_token: str
    expires_in: int


@dataclass(frozen=True)
class Resolved:
    """Who stands behind an access token."""

    account_id: uuid.UUID
    person_id: uuid.UUID | None
    acts_for: frozenset[uuid.UUID]
    device_id: uuid.UUID


#: Who stands behind a token, as columns: a row for each person the account acts for, at least one. Every request
#: asks, so it is built once and makes no objects: building both anew cost more than the database did.
STANDING = (
    select(
        AccessToken.expires_at,
        Device.id.label("device_id"),
        Device.revoked_at,
        Account.id.label("account_id"),
        Account.person_id,
        Account.state,
        Person.id.label("acts_for_id"),
    )
    .join(Device, Device.id == AccessToken.device_id)
    .join(Account, Account.id == Device.account_id)
    .outerjoin(
        ActingConsent, and_(ActingConsent.account_id == Account.id, *service.in_force(bindparam("now")))
    )
    .outerjoin(Person, and_(Person.id == ActingConsent.person_id, Person.state == service.ACTIVE))
    .where(AccessToken.token_hash == bindparam("token_hash"))
)


def resolve(session: Session, token: str) -> Resolved:
    """The account, its person, whom it acts for, and the device; NotLoggedIn when the token is no good."""
    return resolved(session.execute(STANDING, parameters(token)).all())


def parameters(token: str) -> dict[str, Any]:
    """What `STANDING` is asked with."""
    return {"token_hash": privacy.secret_hash(token), "now": clock.now()}


def resolved(rows: Sequence[Any]) -> Resolved:
    """What the rows of `STANDING` (with further columns or without) say; NotLoggedIn when the token is no good."""
    if not rows:
        raise NotLoggedIn("登录凭证无效，请重新登录")
    found = rows[0]
    if found.expires_at <= clock.now():
        raise NotLoggedIn("登录已过期，请重新登录", code_hint="access_token_expired")
    if found.revoked_at is not None or found.state != "active":
        raise NotLoggedIn("这台设备已退出登录，请重新登录")
    acts_for = frozenset(row.acts_for_id for row in rows if row.acts_for_id is not None)
    return Resolved(found.account_id, found.person_id, acts_for, found.device_id)


def open_device(
    session: Session, account: Account, *, kind: str, name: str, lifetimes: Lifetimes = _DEFAULT
) -> Tokens:
    """Log the account in on one more device; `kind` is wechat, browser or desk."""
    now = clock.now()
    device = Device(account_id=account.id, kind=kind, name=name, created_at=now, last_used_at=now)
    session.add(device)
    session.flush()
    return _issue(session, device, lifetimes)


def refresh(session: Session, *, refresh_token: str, lifetimes: Lifetimes = _DEFAULT) -> Tokens:
    """Spend a refresh token for new ones. SessionEnded, or TokenReplayed, which logs the device out."""
    row = session.get(RefreshToken, privacy.secret_hash(refresh_token))
    device = session.get(Device, row.device_id) if row else None
    if row is None or device is None or device.revoked_at is not None or row.expires_at <= clock.now():
        raise SessionEnded()
    if not _spend(session, row):
        return _again(session, row, device)
    device.last_used_at = clock.now()
    tokens = _issue(session, device, lifetimes)
    row.answer_sealed = privacy.keys().seal(json.dumps(asdict(tokens)).encode(), context=_context(row))
    session.flush()
    return tokens


def devices(session: Session, actor: Actor) -> list[Device]:
    """Where the account is logged in, newest use first."""
    statement = select(Device).where(Device.account_id == actor.account, Device.revoked_at.is_(None))
    return list(session.scalars(statement.order_by(Device.last_used_at.desc(), Device.id.desc())))


def revoke_device(session: Session, actor: Actor, *, device_id: uuid.UUID, why: str = "by_person") -> Device:
    """Log one device of the actor's own account out; another's does not exist for it."""
    device = session.get(Device, device_id)
    if device is None or device.account_id != actor.account or device.revoked_at is not None:
        raise NotFound("没有找到这台设备，可能已经退出")
    _end(device, why)
    return device


def revoke_all(
    session: Session, account_id: uuid.UUID, *, why: str = "by_person", spare: uuid.UUID | None = None
) -> int:
    """Log the account out everywhere, but for the device to spare; how many devices."""
    statement = select(Device).where(Device.account_id == account_id, Device.revoked_at.is_(None))
    ended = [device for device in session.scalars(statement) if device.id != spare]
    for device in ended:
        _end(device, why)
    session.flush()
    return len(ended)


def _end(device: Device, why: str) -> None:
    device.revoked_at = clock.now()
    device.revoked_why = why


def _issue(session: Session, device: Device, lifetimes: Lifetimes) -> Tokens:
    access, rotating = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    now = clock.now()
    lives = lifetimes.desk if device.kind == DESK else lifetimes.access
    session.add(
        AccessToken(token_hash=privacy.secret_hash(access), device_id=device.id, expires_at=now + lives)
    )
    if device.kind != DESK:
        session.add(_rotating(rotating, device, now + lifetimes.refresh))
    return Tokens(access, rotating if device.kind != DESK else "", int(lives.total_seconds()))


def _rotating(token: str, device: Device, expires_at: datetime) -> RefreshToken:
    return RefreshToken(token_hash=privacy.secret_hash(token), device_id=device.id, expires_at=expires_at)


def _spend(session: Session, row: RefreshToken) -> bool:
    """Mark it used; False if it was used before, also by somebody at this very moment."""
    statement = (
        update(RefreshToken)
        .where(RefreshToken.token_hash == row.token_hash, RefreshToken.used_at.is_(None))
        .values(used_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    first = cast(CursorResult[Any], session.execute(statement)).rowcount == 1
    session.refresh(row)
    return first


def _again(session: Session, row: RefreshToken, device: Device) -> Tokens:
    """The second use: the same answer to who lost it, the end of the device to a thief."""
    if row.used_at and row.answer_sealed and clock.now() - row.used_at <= _GRACE:
        answer = json.loads(privacy.keys().open(row.answer_sealed, context=_context(row)))
        successor = session.get(RefreshToken, privacy.secret_hash(answer["refresh_token"]))
        if successor is not None and successor.used_at is None:
            return Tokens(**answer)
    _end(device, "token_replayed")
    telling.device_logged_out(session, device)
    raise TokenReplayed()


def _context(row: RefreshToken) -> str:
    return f"refresh_token.answer.{row.token_hash.hex()}"
