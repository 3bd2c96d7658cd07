"""Tokens (令牌): signed claims as one decimal number, which is what a QR code carries.

Decoding order is fixed: length bound -> digits -> CBOR shape -> key known and of the right purpose ->
signature -> times. The status of a certificate (revoked, suspended ...) is asked elsewhere, once the token
itself is good.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from . import cbor, cose
from .claims import CLAIMS, CONTENT_TYPES, PURPOSES, Kind, TokenClaims
from .errors import ClaimsInvalid, KeyUnusable, Reason, SuiteUnavailable, VerificationFailed
from .keyring import KeyRing
from .keys import KeyState, PublicKey
from .providers import KeyProvider

MAX_DIGITS = 1200
MAX_TEXT = 2048
SKEW = timedelta(seconds=30)
_MARK = b"\x01"
_KINDS = {content_type: kind for kind, content_type in CONTENT_TYPES.items()}


@dataclass(frozen=True)
class Verified:
    """A token whose signature and times are good. `algorithm`: the suite's name."""

    claims: TokenClaims
    kid: bytes
    algorithm: str


def sign_token(claims: TokenClaims, *, provider: KeyProvider, kid: bytes) -> bytes:
    """COSE bytes of the signed claims; KeyUnusable unless the key is active, of this purpose, and in force
    at `iat`.
    """
    key = provider.public_key(kid)
    if key.state is not KeyState.ACTIVE:
        raise KeyUnusable(kid, f"状态为 {key.state}")
    if key.purpose is not PURPOSES[claims.kind]:
        raise KeyUnusable(kid, f"用途为 {key.purpose}，不能签发 {claims.kind}")
    if not key.may_sign_at(claims.iat):
        raise KeyUnusable(kid, "签发时间不在密钥有效期内")
    payload = cbor.encode(claims.to_map())
    return cose.sign1(payload, provider=provider, kid=kid, content_type=CONTENT_TYPES[claims.kind])


def to_digits(data: bytes) -> str:
    """The big-endian integer of a 0x01 byte followed by `data`, in decimal; the leading byte keeps leading
    zeros.
    """
    return str(int.from_bytes(_MARK + data, "big"))


def from_digits(digits: str) -> bytes:
    """The bytes that `to_digits` was given; VerificationFailed `too_long`, `not_digits`, `not_ours` or
    `not_canonical`.
    """
    if len(digits) > MAX_DIGITS:
        raise VerificationFailed(Reason.TOO_LONG)
    # isdigit alone would let full-width and Arabic digits through, which int() reads as well;
    # on bytes, since on a text it looks every character up in Unicode: ten times the time.
    if not digits.isascii() or not digits.encode().isdigit():
        raise VerificationFailed(Reason.NOT_DIGITS)
    if digits[0] == "0":
        raise VerificationFailed(Reason.NOT_CANONICAL)
    number = int(digits)
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    if data[:1] != _MARK:
        raise VerificationFailed(Reason.NOT_OURS)
    return data[1:]


def digits_of(text: str) -> str:
    """The decimal part of a scanned URL or of bare digits; not checked yet, except that the text is not too
    long.
    """
    if len(text) > MAX_TEXT:
        raise VerificationFailed(Reason.TOO_LONG)
    path = text.strip().partition("?")[0].partition("#")[0]
    return path.rstrip("/").rpartition("/")[2]


def verify_token(
    text: str, *, ring: KeyRing, now: datetime, kind: Kind | None = None, skew: timedelta = SKEW
) -> Verified:
    """Verifies a URL or bare digits. `kind`: what the caller expects, None for any. Raises
    VerificationFailed only.
    """
    return verify_bytes(from_digits(digits_of(text)), ring=ring, now=now, kind=kind, skew=skew)


def verify_bytes(
    data: bytes, *, ring: KeyRing, now: datetime, kind: Kind | None = None, skew: timedelta = SKEW
) -> Verified:
    """As `verify_token`, from the COSE bytes on."""
    message = cose.read1(data)
    claims = _claims(message, kind)
    key = ring.find(message.header.kid, PURPOSES[claims.kind])
    _check_signature(key, message)
    _check_times(key, claims, now, skew)
    return Verified(claims, key.kid, str(key.suite))


def _claims(message: cose.Message, wanted: Kind | None) -> TokenClaims:
    kind = _KINDS.get(message.header.content_type)
    if kind is None:
        raise VerificationFailed(Reason.NOT_OURS)
    if wanted is not None and kind is not wanted:
        raise VerificationFailed(Reason.WRONG_KIND)
    claims: Any = cbor.decode(message.payload)
    if not isinstance(claims, dict):
        raise VerificationFailed(Reason.NOT_OURS)
    try:
        return CLAIMS[kind].from_map(claims)
    except ClaimsInvalid as error:
        raise VerificationFailed(Reason.BAD_CLAIMS) from error


def _check_signature(key: PublicKey, message: cose.Message) -> None:
    if message.header.algorithm != key.cose_algorithm:
        raise VerificationFailed(Reason.WRONG_ALGORITHM)
    try:
        good = key.verify(message.to_be_signed, message.signature)
    except SuiteUnavailable as error:
        raise VerificationFailed(Reason.SUITE_UNAVAILABLE) from error
    if not good:
        raise VerificationFailed(Reason.BAD_SIGNATURE)


def _check_times(key: PublicKey, claims: TokenClaims, now: datetime, skew: timedelta) -> None:
    reason = _time_reason(key, claims, now, skew)
    if reason is not None:
        raise VerificationFailed(reason, claims=claims, kid=key.kid)


def _time_reason(key: PublicKey, claims: TokenClaims, now: datetime, skew: timedelta) -> Reason | None:
    # The thief of a key can write any date, so a compromised key goes before every comparison of dates.
    if key.state is KeyState.COMPROMISED:
        return Reason.COMPROMISED_KEY
    if not key.may_sign_at(claims.iat):
        return Reason.KEY_NOT_IN_FORCE
    if claims.iat > now + skew:
        return Reason.NOT_YET_VALID
    if claims.exp + skew <= now:
        return Reason.EXPIRED
    return None
