"""COSE_Sign1 (RFC 9052 section 4.2), untagged: where it stands tells the kind, and a tag would cost a byte.

Protected header: algorithm, key id and content type, exactly these; the unprotected one is empty, since
nothing in it would be signed. Anything else is refused, `crit` and future labels included.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from . import cbor
from .errors import Reason, VerificationFailed
from .keys import KID_SIZE
from .providers import KeyProvider

ALG, CONTENT_TYPE, KID = 1, 3, 4
SIGNATURE_SIZE = 64


class Header(NamedTuple):
    """The protected header. `content_type`: a CoAP Content-Format number of the experimental range
    (65000-65535).
    """

    algorithm: int
    content_type: int
    kid: bytes


class Message(NamedTuple):
    header: Header
    payload: bytes
    signature: bytes
    to_be_signed: bytes


def sign1(payload: bytes, *, provider: KeyProvider, kid: bytes, content_type: int) -> bytes:
    """The signed message. Whether the key may sign this is the caller's to check, as `tokens.sign_token`
    does.
    """
    algorithm = provider.public_key(kid).cose_algorithm
    protected = cbor.encode({ALG: algorithm, CONTENT_TYPE: content_type, KID: kid})
    signature = provider.sign(kid, _to_be_signed(protected, payload))
    return _message(protected, payload, signature)


def read1(data: bytes) -> Message:
    """Takes a message apart and checks its shape, not its signature: VerificationFailed `not_ours`,
    `not_canonical`.
    """
    match cbor.decode_shape(data):
        case [bytes() as protected, dict() as unprotected, bytes() as payload, bytes() as signature]:
            if unprotected or len(signature) != SIGNATURE_SIZE:
                raise VerificationFailed(Reason.NOT_OURS)
        case _:
            raise VerificationFailed(Reason.NOT_OURS)
    if _message(protected, payload, signature) != data:
        raise VerificationFailed(Reason.NOT_CANONICAL)
    return Message(_header(protected), payload, signature, _to_be_signed(protected, payload))


@lru_cache(maxsize=64)
def _header(protected: bytes) -> Header:
    # A key writes the same header on every token, and a city has few keys: worth 15 µs a verification.
    header = cbor.decode(protected)
    if not isinstance(header, dict) or header.keys() != {ALG, CONTENT_TYPE, KID}:
        raise VerificationFailed(Reason.NOT_OURS)
    found = Header(header[ALG], header[CONTENT_TYPE], header[KID])
    if [type(part) for part in found] != [int, int, bytes] or len(found.kid) != KID_SIZE:
        raise VerificationFailed(Reason.NOT_OURS)
    return found


def _message(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    """The deterministic encoding of the array of four."""
    parts = (
        b"\x84",
        cbor.byte_string(protected),
        b"\xa0",
        cbor.byte_string(payload),
        cbor.byte_string(signature),
    )
    return b"".join(parts)


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """Sig_structure of RFC 9052 section 4.4: ["Signature1", protected, no external data, payload]."""
    return b"\x84\x6aSignature1" + cbor.byte_string(protected) + b"\x40" + cbor.byte_string(payload)
