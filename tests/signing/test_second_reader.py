"""The `cwt` library reads what we write, and we read what it writes: two code paths that share only
`cbor2`.
"""

from __future__ import annotations

import cbor2
import pytest
from Crypto.Hash import SHA256
from Crypto.PublicKey import ECC
from Crypto.Signature import DSS
from cwt import COSE, COSEKey, VerifyError

from signing.claims import CertificateClaims
from signing.keyring import KeyRing
from signing.keys import PrivateKey, Purpose
from signing.keysets import to_cose_keys
from signing.suites import SuiteName
from signing.tokens import from_digits, sign_token, to_digits, verify_bytes
from tests.signing.conftest import NOW, MakeKey, holding

SHARED = [SuiteName.ES256, SuiteName.EDDSA]


def their_key(key: PrivateKey) -> COSEKey:
    return COSEKey.new(cbor2.loads(to_cose_keys(KeyRing([key.public])))[0])


def tagged(token: bytes) -> bytes:
    """`cwt` wants the COSE_Sign1 tag that our tokens leave out."""
    return b"\xd2" + token


@pytest.mark.parametrize("suite_name", SHARED)
def test_cwt_reads_our_certificate(
    make_key: MakeKey, suite_name: SuiteName, certificate: CertificateClaims
) -> None:
    key = make_key(suite=suite_name)
    token = sign_token(certificate, provider=holding(key), kid=key.kid)
    protected, unprotected, payload = COSE.new().decode_with_headers(tagged(token), their_key(key))
    assert cbor2.loads(payload) == certificate.to_map()
    assert (protected[3], protected[4], unprotected) == (65001, key.kid, {})


@pytest.mark.parametrize("suite_name", SHARED)
def test_cwt_refuses_our_certificate_with_one_bit_changed(
    make_key: MakeKey, suite_name: SuiteName, certificate: CertificateClaims
) -> None:
    key = make_key(suite=suite_name)
    token = bytearray(sign_token(certificate, provider=holding(key), kid=key.kid))
    token[60] ^= 1
    with pytest.raises(VerifyError):
        COSE.new().decode(tagged(bytes(token)), their_key(key))


@pytest.mark.parametrize("suite_name", SHARED)
def test_we_read_what_cwt_signed(
    make_key: MakeKey, suite_name: SuiteName, certificate: CertificateClaims
) -> None:
    key = make_key(suite=suite_name)
    parameters = cbor2.loads(to_cose_keys(KeyRing([key.public])))[0] | {-4: key.material}
    protected = {1: key.public.cose_algorithm, 3: 65001, 4: key.kid}
    theirs = COSE.new().encode_and_sign(
        cbor2.dumps(certificate.to_map()), COSEKey.new(parameters), protected=protected, unprotected={}
    )
    assert verify_bytes(theirs[1:], ring=KeyRing([key.public]), now=NOW).claims == certificate


def test_pycryptodome_verifies_our_certificate(make_key: MakeKey, certificate: CertificateClaims) -> None:
    key = make_key(Purpose.CERTIFICATE)
    digits = to_digits(sign_token(certificate, provider=holding(key), kid=key.kid))
    protected, _, payload, signature = cbor2.loads(from_digits(digits))
    signed = cbor2.dumps(["Signature1", protected, b"", payload])
    x, y = (int.from_bytes(half, "big") for half in (key.public.material[:32], key.public.material[32:]))
    theirs = ECC.construct(curve="P-256", point_x=x, point_y=y)
    DSS.new(theirs, "fips-186-3").verify(SHA256.new(signed), signature)
