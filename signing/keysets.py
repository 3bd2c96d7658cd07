"""Key lists for others: JWKS (RFC 7517) and COSE key set (RFC 9052 section 7), written and read back.

What an offline verifier needs beside the key itself (purpose, state, times) travels as private members: in
JWKS as `purpose`, `state`, `nbf`, `exp`; in COSE under the labels below.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from . import cbor
from .errors import KeyInvalid, VerificationFailed
from .keyring import KeyRing
from .keys import CRV, CURVES, KTY, OKP, KeyState, PublicKey, Purpose, X, Y, cose_parameters
from .suites import SUITES, SuiteName

KID, ALG = 2, 3
PURPOSE, STATE, NOT_BEFORE, NOT_AFTER = -65537, -65538, -65539, -65540
_JWK_CURVES = {
    SuiteName.ES256: ("EC", "P-256"),
    SuiteName.EDDSA: ("OKP", "Ed25519"),
    SuiteName.SM2: ("EC", "SM2"),
}
_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError)


def to_jwks(ring: KeyRing) -> dict[str, list[dict[str, Any]]]:
    """The JWKS document of the keys that may be seen; `kid` is the 8 bytes in lower-case hex."""
    return {"keys": [_to_jwk(key) for key in ring.published()]}


def from_jwks(document: Mapping[str, Any]) -> KeyRing:
    """The ring of a JWKS document; KeyInvalid when it does not parse or a kid does not match its key."""
    try:
        return KeyRing(_from_jwk(jwk) for jwk in _listed(document["keys"]))
    except _UNREADABLE as error:
        raise KeyInvalid(f"公钥名单（JWKS）无法读取：{error}") from error


def to_cose_keys(ring: KeyRing) -> bytes:
    """The COSE_KeySet of the keys that may be seen, deterministic CBOR."""
    return cbor.encode([_to_cose(key) for key in ring.published()])


def from_cose_keys(data: bytes) -> KeyRing:
    """The ring of a COSE_KeySet; KeyInvalid when it does not parse or a kid does not match its key."""
    try:
        return KeyRing(_from_cose(entry) for entry in _listed(cbor.decode(data)))
    except (VerificationFailed, *_UNREADABLE) as error:
        raise KeyInvalid(f"公钥名单（COSE）无法读取：{error}") from error


def _to_jwk(key: PublicKey) -> dict[str, Any]:
    kty, curve = _JWK_CURVES[key.suite]
    jwk: dict[str, Any] = {"kty": kty, "crv": curve, "x": _text(key.material[:32])}
    if kty == "EC":
        jwk["y"] = _text(key.material[32:])
    return jwk | {
        "kid": key.kid.hex(),
        "alg": str(key.suite),
        "use": "sig",
        "purpose": str(key.purpose),
        "state": str(key.state),
        "nbf": int(key.not_before.timestamp()),
        "exp": int(key.not_after.timestamp()),
    }


def _from_jwk(jwk: Mapping[str, Any]) -> PublicKey:
    suite = SuiteName(jwk["alg"])
    if (jwk["kty"], jwk["crv"]) != _JWK_CURVES[suite]:
        raise KeyInvalid("公钥的曲线与算法不符")
    material = _bytes(jwk["x"]) + (_bytes(jwk["y"]) if jwk["kty"] == "EC" else b"")
    return _checked(
        PublicKey(
            Purpose(jwk["purpose"]),
            suite,
            material,
            _time(jwk["nbf"]),
            _time(jwk["exp"]),
            KeyState(jwk["state"]),
        ),
        bytes.fromhex(jwk["kid"]),
    )


def _to_cose(key: PublicKey) -> dict[int, Any]:
    return cose_parameters(key.suite, key.material) | {
        KID: key.kid,
        ALG: key.cose_algorithm,
        PURPOSE: str(key.purpose),
        STATE: str(key.state),
        NOT_BEFORE: int(key.not_before.timestamp()),
        NOT_AFTER: int(key.not_after.timestamp()),
    }


def _from_cose(entry: Mapping[int, Any]) -> PublicKey:
    suite = next((name for name, suite in SUITES.items() if suite.cose_algorithm == entry[ALG]), None)
    if suite is None or entry[CRV] != CURVES[suite]:
        raise KeyInvalid("公钥的曲线与算法不符")
    material = entry[X] if entry[KTY] == OKP else entry[X] + entry[Y]
    return _checked(
        PublicKey(
            Purpose(entry[PURPOSE]),
            suite,
            material,
            _time(entry[NOT_BEFORE]),
            _time(entry[NOT_AFTER]),
            KeyState(entry[STATE]),
        ),
        entry[KID],
    )


def _listed(entries: object) -> list[Any]:
    if not isinstance(entries, list):
        raise KeyInvalid("公钥名单应为列表")
    return entries


def _checked(key: PublicKey, kid: bytes) -> PublicKey:
    if key.kid != kid:
        raise KeyInvalid(f"密钥编号 {kid.hex()} 与密钥本身不符")
    return key


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
