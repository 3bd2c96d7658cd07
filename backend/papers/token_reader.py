"""The second reader of a token: another COSE library (`cwt`) verifies what we signed, before it leaves.

SM2 has no registered COSE algorithm and `cwt` does not know it: there cbor2 takes the message apart and puts
the
signed bytes together again, so that at least the encoding is read twice.
"""

from typing import Any

import cbor2
from cwt import COSE, COSEKey, CWTError

from backend.papers.second_reader import PaperMismatch
from signing.claims import TokenClaims
from signing.keyring import KeyRing
from signing.keys import PublicKey
from signing.keysets import to_cose_keys
from signing.suites import SuiteName

_SIGN1_TAG = b"\xd2"  # `cwt` wants the COSE_Sign1 tag that our tokens leave out


def reread(token: bytes, *, claims: TokenClaims, key: PublicKey) -> None:
    """Return only if `token` says exactly `claims`, signed by `key`; else raise PaperMismatch."""
    try:
        payload = _by_hand(token, key) if key.suite is SuiteName.SM2 else _by_cwt(token, key)
        said = cbor2.loads(payload)
    except (CWTError, cbor2.CBORError, ValueError, TypeError) as error:
        raise PaperMismatch("token", type(error).__name__) from error
    if said != claims.to_map():
        raise PaperMismatch("token", "other claims")


def _by_cwt(token: bytes, key: PublicKey) -> bytes:
    theirs = COSEKey.new(cbor2.loads(to_cose_keys(KeyRing([key])))[0])
    payload: bytes = COSE.new().decode(_SIGN1_TAG + token, theirs)
    return payload


def _by_hand(token: bytes, key: PublicKey) -> bytes:
    message: Any = cbor2.loads(token)
    protected, _, payload, signature = message
    to_be_signed = cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)
    if not key.verify(to_be_signed, signature):
        raise PaperMismatch("token", "signature")
    return bytes(payload)
