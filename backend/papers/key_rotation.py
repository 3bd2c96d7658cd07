"""Making, rotating and condemning signing keys; each step audited and left in the transparency log."""

import uuid
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor, Permission, require
from backend.audit import service as audit
from backend.papers import keys, log
from backend.papers.models import SigningKey
from backend.problems import Conflict, NotFound
from backend.settings import Settings
from signing.keys import KeyState, Purpose, generate_key
from signing.suites import SuiteName
from signing.wrapping import wrap

#: Purposes a city needs from the first day, and how long a key of each signs.
LIVES = {
    Purpose.CERTIFICATE: timedelta(days=3 * 366),
    Purpose.SHOW: timedelta(days=366),
}
#: How long verifiers may keep our key list: `Cache-Control` of /.well-known, and the wait before a new key
#: signs.
CACHE_LIFE = timedelta(hours=1)


class RotationUnderWay(Conflict):
    code = "rotation_under_way"
    detail = "已有一把新密钥公布待启用，请等它启用后再轮换"


def ensure(session: Session, actor: Actor, *, settings: Settings) -> list[SigningKey]:
    """An active key of every purpose; the ones made now. Nothing verifies yet, so no overlap is needed."""
    require(actor, Permission.OPERATE)
    held = set(session.scalars(select(SigningKey.purpose).where(SigningKey.state == KeyState.ACTIVE)))
    return [
        _make(session, actor, purpose, KeyState.ACTIVE, timedelta(0), settings)
        for purpose in LIVES
        if purpose not in held
    ]


def rotate(session: Session, actor: Actor, *, purpose: Purpose, settings: Settings) -> SigningKey:
    """Publish a new key; it signs one cache life from now, when `activate_due` has run."""
    require(actor, Permission.OPERATE)
    waiting = _of(session, purpose, KeyState.PUBLISHED)
    if waiting is not None:
        raise RotationUnderWay()
    return _make(session, actor, purpose, KeyState.PUBLISHED, CACHE_LIFE, settings)


def activate_due(session: Session, actor: Actor) -> list[SigningKey]:
    """Published keys whose time has come sign from now on; the ones before them only verify."""
    due = select(SigningKey).where(
        SigningKey.state == KeyState.PUBLISHED, SigningKey.not_before <= clock.now()
    )
    taken_over = list(session.scalars(due.with_for_update()))
    for new in taken_over:
        old = _of(session, Purpose(new.purpose), KeyState.ACTIVE)
        if old is not None:
            _move(session, actor, old, KeyState.RETIRED)
        _move(session, actor, new, KeyState.ACTIVE)
    return taken_over


def condemn(session: Session, actor: Actor, *, kid: str, reason: str, settings: Settings) -> SigningKey:
    """The key is in somebody else's hands: what it signed counts no more by itself;
    a new one signs at once.
    """
    require(actor, Permission.OPERATE)
    row = session.get(SigningKey, kid, with_for_update=True)
    if row is None:
        raise NotFound("没有这把密钥")
    was_active = row.state == KeyState.ACTIVE
    _move(session, actor, row, KeyState.COMPROMISED, reason=reason)
    if was_active:
        session.flush()
        ensure(session, actor, settings=settings)
    return row


def listed(session: Session, actor: Actor) -> list[SigningKey]:
    """Every key, oldest first."""
    require(actor, Permission.OPERATE)
    return list(session.scalars(select(SigningKey).order_by(SigningKey.purpose, SigningKey.not_before)))


def _of(session: Session, purpose: Purpose, state: KeyState) -> SigningKey | None:
    found = select(SigningKey).where(SigningKey.purpose == purpose, SigningKey.state == state)
    return session.scalars(found.order_by(SigningKey.not_before).with_for_update()).first()


def _make(
    session: Session, actor: Actor, purpose: Purpose, state: KeyState, wait: timedelta, settings: Settings
) -> SigningKey:
    begins = clock.now().replace(microsecond=0) + wait
    suite = SuiteName(settings.signing_suite)
    key = generate_key(purpose, suite, not_before=begins, not_after=begins + LIVES[purpose], state=state)
    row = SigningKey(
        kid=key.kid.hex(),
        purpose=str(purpose),
        suite=str(suite),
        state=str(state),
        public_key=key.public.material,
        wrapped_private_key=wrap(key, keys.key_encryption_key(settings)).blob,
        not_before=key.public.not_before,
        not_after=key.public.not_after,
    )
    session.add(row)
    _record(session, actor, row)
    return row


def _move(session: Session, actor: Actor, row: SigningKey, state: KeyState, reason: str = "") -> None:
    row.state = str(state)
    _record(session, actor, row, reason)


#: Order of a key's life: the edition of its leaf, so that each step is logged once.
_STEPS = [KeyState.PENDING, KeyState.PUBLISHED, KeyState.ACTIVE, KeyState.RETIRED, KeyState.COMPROMISED]


def _record(session: Session, actor: Actor, row: SigningKey, reason: str = "") -> None:
    """Audit entry and log leaf of the state just reached: SHA-256 of the public key, SHA-256 of the state's
    name.
    """
    subject = uuid.uuid5(uuid.NAMESPACE_OID, row.kid)
    state = KeyState(row.state)
    hashes = (sha256(row.public_key).digest(), sha256(row.state.encode()).digest())
    edition = _STEPS.index(state) + 1
    log.leave(session, "key", subject_id=subject, hashes=hashes, at=clock.now(), edition=edition)
    audit.record(
        session,
        actor,
        f"key.{row.state}",
        subject_kind="signing_key",
        subject_id=subject,
        kid=row.kid,
        purpose=row.purpose,
        reason=reason,
    )
    keys.forget()
