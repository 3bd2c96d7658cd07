"""Showing (亮证): a holder's item, scope and purpose become a signed token without facts, for one verifier, 60 s."""

import secrets
import uuid
from datetime import datetime, timedelta
from typing import NamedTuple, cast

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.orm import Session

from backend import access, clock
from backend.access import Actor, Permission
from backend.certificates import reading as certificates
from backend.identity import consents
from backend.identity import service as identity
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

    `item_id`: the certificate. `scope`: a key of SCOPES. NotFound, NotShowable; ConsentWithdrawn when the person
    took back that offices are told what is shown to them.
    """
    access.require(actor, Permission.OWN_WALLET)
    consents.refuse_withdrawn(session, actor.account, consents.SHARE)
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
    """A show-code that this account made, for a person it may still act for."""
    access.require(actor, Permission.OWN_WALLET)
    row = session.get(ShowCode, show_code_id)
    theirs = row is not None and row.holder_id in {actor.person_id, *actor.acts_for}
    if row is None or not theirs or row.account_id != actor.account:
        raise NotFound("没有找到这个亮证码，请重新亮证")
    return row


def text_of(row: ShowCode, settings: Settings) -> str:
    """What the QR code says: `HTTPS://HOST/S/<digits>`."""
    return qr.qr_text(settings.public_url, Kind.SHOW, tokens.to_digits(row.token))


class Shown(NamedTuple):
    """A show-code as a scan needs it: columns, not an object."""

    id: uuid.UUID
    nonce: bytes
    holder_id: uuid.UUID
    item_kind: str
    item_id: uuid.UUID
    scope: str
    purpose_sealed: bytes | None
    expires_at: datetime
    used_by: bytes | None
    answer_sealed: bytes | None
    authorised: bool  # who made it may act for the holder now

    @property
    def purpose(self) -> str:
        return ShowCode.purpose.open(ShowCode.__tablename__, self.id, self.purpose_sealed) or ""

    @property
    def answer(self) -> str:
        """The verdict that was given, as it was kept; nothing while it is unused."""
        return ShowCode.answer.open(ShowCode.__tablename__, self.id, self.answer_sealed) or ""


#: Asked by every scan, so they are built once: building the statement cost more than the database.
_codes = cast(Table, ShowCode.__table__)
_BY_NONCE = select(
    *(_codes.c[name] for name in Shown._fields if name in _codes.c),
    identity.may_act(_codes.c.account_id, _codes.c.holder_id, bindparam("now")).label("authorised"),
).where(_codes.c.nonce == bindparam("of"))
_TAKE = (
    update(_codes)
    .where(_codes.c.nonce == bindparam("of"), _codes.c.used_by.is_(None))
    .values(used_by=bindparam("by"), used_at=bindparam("at"), answer_sealed=bindparam("answer"))
)


def by_nonce(session: Session, nonce: bytes) -> Shown | None:
    """The show-code of a token's nonce."""
    row = session.connection().execute(_BY_NONCE, {"of": nonce, "now": clock.now()}).one_or_none()
    return Shown(*row) if row else None


def take(session: Session, shown: Shown, *, verifier: bytes, answer: str, now: datetime) -> bool:
    """Take the one use, with the answer that this verifier's repeat will get; False when it is taken already.

    Two at once: one statement decides.
    """
    sealed = ShowCode.answer.seal(ShowCode.__tablename__, shown.id, answer)
    values = {"of": shown.nonce, "by": verifier, "at": now, "answer": sealed}
    return session.connection().execute(_TAKE, values).rowcount == 1


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
