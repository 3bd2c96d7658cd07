"""Showing (亮证): a holder's item, scope and purpose become a signed token without facts, for one verifier, 60 s."""

import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, literal, or_, select, update
from sqlalchemy.orm import Session

from backend import access, clock
from backend.access import Actor, Permission
from backend.certificates import reading as certificates
from backend.papers import keys
from backend.problems import Conflict, NotFound
from backend.settings import Settings
from backend.showcodes.models import ShowCode
from signing import qr, tokens
from signing.claims import Kind, ShowClaims

#: What the holder lets the verifier see.
SCOPES: dict[str, str] = {"validity": "仅是否有效", "name": "姓名和是否有效", "full": "证明全部内容"}
_NONCE_BYTES = 16
_KEPT = timedelta(days=30)


class NotShowable(Conflict):
    """Only what is in force now can be shown."""

    code = "not_showable"
    detail = "这份证明现在不是有效状态，不能亮证。请在卡包中查看原因，需要时重新申请"


def show(
    session: Session,
    actor: Actor,
    *,
    item_id: uuid.UUID,
    scope: str,
    purpose: str | None,
    settings: Settings,
) -> ShowCode:
    """A fresh show-code for a certificate of the actor's person, or of somebody they act for.

    `item_id`: the certificate. `scope`: a key of SCOPES. NotFound, NotShowable.
    """
    access.require(actor, Permission.OWN_WALLET)
    certificate = certificates.get_held(session, actor, item_id)
    now = clock.now()
    if certificates.standing(certificate, now) is not certificates.IN_FORCE:
        raise NotShowable()
    nonce = secrets.token_bytes(_NONCE_BYTES)
    expires_at = now + timedelta(seconds=settings.show_code_seconds)
    row = ShowCode(
        nonce=nonce,
        holder_id=certificate.holder_id,
        account_id=actor.account,
        item_kind="certificate",
        item_id=certificate.id,
        scope=scope,
        purpose=purpose,
        token=_token(session, nonce, now, expires_at, settings),
        created_at=now,
        expires_at=expires_at,
        facts={},
    )
    session.add(row)
    session.flush()
    return row


def renew(session: Session, actor: Actor, *, show_code_id: uuid.UUID, settings: Settings) -> ShowCode:
    """The next code of the same item, scope and purpose; the one before lives out its minute."""
    row = get_own(session, actor, show_code_id=show_code_id)
    return show(session, actor, item_id=row.item_id, scope=row.scope, purpose=row.purpose, settings=settings)


def get_own(session: Session, actor: Actor, *, show_code_id: uuid.UUID) -> ShowCode:
    """A show-code that this account made."""
    access.require(actor, Permission.OWN_WALLET)
    row = session.get(ShowCode, show_code_id)
    if row is None or row.account_id != actor.account:
        raise NotFound("没有找到这个亮证码，请重新亮证")
    return row


def text_of(row: ShowCode, settings: Settings) -> str:
    """What the QR code says: `HTTPS://HOST/S/<digits>`."""
    return qr.qr_text(settings.public_url, Kind.SHOW, tokens.to_digits(row.token))


def by_nonce(session: Session, nonce: bytes) -> ShowCode | None:
    """The show-code of a token's nonce."""
    return session.scalar(select(ShowCode).where(ShowCode.nonce == nonce))


def claim(session: Session, row: ShowCode, *, verifier: bytes, now: datetime) -> bool:
    """Take the one use for this verifier; True also for its repeat. Two at once: one statement decides."""
    mine = or_(ShowCode.used_by.is_(None), ShowCode.used_by == verifier)
    statement = (
        update(ShowCode)
        .where(ShowCode.nonce == row.nonce, mine)
        .values(
            used_by=verifier, used_at=func.coalesce(ShowCode.used_at, literal(now, ShowCode.used_at.type))
        )
        .execution_options(synchronize_session=False)
    )
    taken = cast(CursorResult[Any], session.execute(statement)).rowcount == 1
    session.refresh(row)
    return taken


def forget_old(session: Session) -> None:
    """Delete show-codes a month after their minute; what was seen stays in the record of looks."""
    session.execute(delete(ShowCode).where(ShowCode.expires_at < clock.now() - _KEPT))


def _token(session: Session, nonce: bytes, now: datetime, expires_at: datetime, settings: Settings) -> bytes:
    """Signed now: unlike a certificate's token, nothing is approved by it and it dies within a minute."""
    claims = ShowClaims(
        iss=settings.city_code,
        jti=nonce,
        iat=now.replace(microsecond=0),
        exp=expires_at.replace(microsecond=0),
    )
    return keys.sign(session, claims, settings=settings)
