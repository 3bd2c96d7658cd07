"""The city's signing keys (签名密钥): one table, and what a process has made of it.

Rotation overlaps: a new key is published first, signs when every verifier's copy of the key list is older
than a
cache life, and the old one is kept for verifying. Private halves are wrapped at rest (`signing.wrapping`).
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.papers.models import SigningKey
from backend.problems import Unavailable
from backend.settings import Settings
from signing.claims import PURPOSES, TokenClaims
from signing.keyring import KeyRing
from signing.keys import KeyState, PublicKey, Purpose
from signing.providers import WrappedKeyProvider
from signing.suites import SuiteName
from signing.tokens import sign_token
from signing.wrapping import WrappedKey

#: How long another process may not have heard of a change of keys. Seconds.
_FRESH = 5.0


class NoSigningKey(Unavailable):
    code = "no_signing_key"
    detail = "系统还没有可用的签名密钥，请运维人员执行 flask zheng init"


@dataclass(frozen=True)
class Keys:
    """What this process knows: public keys to verify with, wrapped ones to sign with, the active one of each
    purpose.
    """

    ring: KeyRing
    wrapped: tuple[WrappedKey, ...]
    active: Mapping[Purpose, bytes]

    def kid(self, purpose: Purpose) -> bytes:
        """The key id that signs for this purpose now; NoSigningKey."""
        if purpose not in self.active:
            raise NoSigningKey()
        return self.active[purpose]

    def signer_of(self, claims: TokenClaims) -> PublicKey:
        """The public half of the key that signs such claims now."""
        return self.ring.find(self.kid(PURPOSES[claims.kind]), PURPOSES[claims.kind])


_seen: WeakKeyDictionary[Any, tuple[float, Keys]] = WeakKeyDictionary()


def ring(session: Session) -> KeyRing:
    """The public keys that verify tokens, as of at most five seconds ago."""
    return current(session).ring


def sign(session: Session, claims: TokenClaims, *, settings: Settings) -> bytes:
    """The signed token (COSE bytes), by the active key of its kind."""
    known = current(session)
    provider = _provider(known.wrapped, key_encryption_key(settings))
    return sign_token(claims, provider=provider, kid=known.kid(PURPOSES[claims.kind]))


def current(session: Session) -> Keys:
    """The keys as of at most five seconds ago; nearly free on a hot path."""
    bind = session.get_bind()
    known = _seen.get(bind)
    if known is None or not 0 <= time.monotonic() - known[0] < _FRESH:
        known = (time.monotonic(), load(session))
        _seen[bind] = known
    return known[1]


def load(session: Session) -> Keys:
    """The keys as of now, one query; built anew only when the table has changed."""
    rows = session.scalars(select(SigningKey).order_by(SigningKey.not_before, SigningKey.kid)).all()
    return _built(tuple((_public(row), row.wrapped_private_key) for row in rows))


def forget() -> None:
    """Look again at the next use: the table was changed here."""
    _seen.clear()


def key_encryption_key(settings: Settings) -> bytes:
    """The key that wraps all private keys at rest, 32 bytes."""
    return bytes.fromhex(settings.key_encryption_key.get_secret_value())


@lru_cache(maxsize=8)
def _built(records: tuple[tuple[PublicKey, bytes | None], ...]) -> Keys:
    wrapped = tuple(WrappedKey(public, blob) for public, blob in records if blob)
    active = {public.purpose: public.kid for public, _ in records if public.state is KeyState.ACTIVE}
    return Keys(KeyRing(public for public, _ in records), wrapped, active)


@lru_cache(maxsize=8)
def _provider(wrapped: tuple[WrappedKey, ...], kek: bytes) -> WrappedKeyProvider:
    """Opens each private key at its first use and keeps it in this process's memory."""
    return WrappedKeyProvider(wrapped, kek)


def _public(row: SigningKey) -> PublicKey:
    return PublicKey(
        purpose=Purpose(row.purpose),
        suite=SuiteName(row.suite),
        material=row.public_key,
        not_before=row.not_before,
        not_after=row.not_after,
        state=KeyState(row.state),
    )
