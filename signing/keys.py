"""Keys (密钥): what each is for, how long it may sign, what state it is in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from hashlib import sha256

from . import cbor
from .errors import KeyInvalid
from .suites import SUITES, SuiteName

KID_SIZE = 8


class Purpose(StrEnum):
    """What a key may sign. CA, SEAL (单位印章) and PERSON (个人签名) stand behind X.509 certificates."""

    CERTIFICATE = "certificate"
    SHOW = "show"
    STATUS = "status"
    LOG = "log"
    LICENCE = "licence"
    BUNDLE = "bundle"
    EDITION = "edition"
    CA = "ca"
    SEAL = "seal"
    PERSON = "person"


class KeyState(StrEnum):
    """Life of a key: pending -> published -> active -> retired -> destroyed; compromised from any of them."""

    PENDING = "pending"
    PUBLISHED = "published"
    ACTIVE = "active"
    RETIRED = "retired"
    COMPROMISED = "compromised"
    DESTROYED = "destroyed"


VISIBLE = frozenset({KeyState.PUBLISHED, KeyState.ACTIVE, KeyState.RETIRED, KeyState.COMPROMISED})
"""States that verifiers are told of. `published` is among them: a verifier whose key list is one cache life
old still calls a key `published` that has become active since, and must believe it.
"""


@dataclass(frozen=True)
class PublicKey:
    """A public key and its circumstances. `material`: raw bytes as `suites` has them; times aware UTC,
    whole seconds.
    """

    purpose: Purpose
    suite: SuiteName
    material: bytes
    not_before: datetime
    not_after: datetime
    state: KeyState = KeyState.ACTIVE

    def __post_init__(self) -> None:
        if len(self.material) != SUITES[self.suite].public_size:
            raise KeyInvalid(f"{self.suite} 公钥应为 {SUITES[self.suite].public_size} 字节")
        if (
            self.not_before.tzinfo is None
            or self.not_after.tzinfo is None
            or self.not_after <= self.not_before
        ):
            raise KeyInvalid("密钥有效期应带时区，且止期晚于起期")
        # Tokens, JWKS and X.509 count whole seconds: a key made this second must be able to sign in this
        # second.
        object.__setattr__(self, "not_before", self.not_before.replace(microsecond=0))
        object.__setattr__(self, "not_after", self.not_after.replace(microsecond=0))

    @cached_property
    def kid(self) -> bytes:
        """First 8 bytes of the RFC 9679 COSE key thumbprint (SHA-256)."""
        return thumbprint(self.suite, self.material)[:KID_SIZE]

    @cached_property
    def cose_algorithm(self) -> int:
        return SUITES[self.suite].cose_algorithm

    @cached_property
    def verify(self) -> Callable[[bytes, bytes], bool]:
        """(message, raw signature) -> good or not; the first use may raise KeyInvalid or SuiteUnavailable."""
        return SUITES[self.suite].verifier(self.material)

    def may_sign_at(self, moment: datetime) -> bool:
        return self.not_before <= moment <= self.not_after

    def with_state(self, state: KeyState) -> PublicKey:
        return replace(self, state=state)


@dataclass(frozen=True)
class PrivateKey:
    """A private key with its public half. The material never shows in a repr, and so in no log."""

    public: PublicKey
    material: bytes = field(repr=False)

    @property
    def kid(self) -> bytes:
        return self.public.kid

    @cached_property
    def sign(self) -> Callable[[bytes], bytes]:
        """message -> raw signature."""
        return SUITES[self.public.suite].signer(self.material)


def generate_key(
    purpose: Purpose,
    suite: SuiteName = SuiteName.ES256,
    *,
    not_before: datetime,
    not_after: datetime,
    state: KeyState = KeyState.PENDING,
) -> PrivateKey:
    """A new key pair from the system's random source."""
    return private_key(
        purpose, suite, SUITES[suite].generate(), not_before=not_before, not_after=not_after, state=state
    )


def private_key(
    purpose: Purpose,
    suite: SuiteName,
    material: bytes,
    *,
    not_before: datetime,
    not_after: datetime,
    state: KeyState = KeyState.PENDING,
) -> PrivateKey:
    """The key whose private bytes are known already (tests, vectors, an import); KeyInvalid when they are
    no key.
    """
    public = PublicKey(purpose, suite, SUITES[suite].public_key(material), not_before, not_after, state)
    return PrivateKey(public, material)


KTY, CRV, X, Y = 1, -1, -2, -3
OKP, EC2 = 1, 2
CURVES: dict[SuiteName, int] = {SuiteName.ES256: 1, SuiteName.EDDSA: 6, SuiteName.SM2: -65537}
"""COSE curve numbers; SM2 has none registered, ours is private-use (RFC 9053: below -65536)."""


def cose_parameters(suite: SuiteName, material: bytes) -> dict[int, int | bytes]:
    """The required members of the COSE_Key, and nothing else (RFC 9679 section 4)."""
    if suite is SuiteName.EDDSA:
        return {KTY: OKP, CRV: CURVES[suite], X: material}
    return {KTY: EC2, CRV: CURVES[suite], X: material[:32], Y: material[32:]}


def thumbprint(suite: SuiteName, material: bytes) -> bytes:
    """RFC 9679: SHA-256 over the deterministic encoding of the required members; 32 bytes."""
    return sha256(cbor.encode(cose_parameters(suite, material))).digest()
