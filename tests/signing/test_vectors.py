"""The committed vectors: what a verifier in another language is tested with. Made by vectors/make.py."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from signing.claims import CertificateClaims
from signing.errors import Reason, VerificationFailed
from signing.keyring import KeyRing
from signing.keysets import from_jwks
from signing.tokens import from_digits, sign_token, to_digits, verify_token
from tests.signing.conftest import certificate_fields, holding
from tests.signing.vectors import make

VECTORS = json.loads(make.FILE.read_text(encoding="utf-8"))
WHEN = datetime.fromisoformat(VECTORS["now"])


@pytest.fixture(scope="module")
def published() -> KeyRing:
    return from_jwks(VECTORS["jwks"])


@pytest.mark.parametrize("vector", VECTORS["good"], ids=lambda vector: vector["name"])
def test_good_token_is_verified(vector: dict[str, str], published: KeyRing) -> None:
    verified = verify_token(vector["digits"], ring=published, now=WHEN)
    assert verified.claims.iss == "421202001001"
    assert verified.claims.jti == bytes(range(16))


@pytest.mark.parametrize(
    "vector", VECTORS["hostile"], ids=lambda vector: f"{vector['reason']}: {vector['name']}"
)
def test_hostile_token_is_refused_for_its_reason(vector: dict[str, str], published: KeyRing) -> None:
    with pytest.raises(VerificationFailed) as caught:
        verify_token(vector["digits"], ring=published, now=WHEN)
    assert caught.value.reason == vector["reason"]


def test_every_reason_but_two_has_a_vector() -> None:
    # wrong_kind depends on what the caller asks for, suite_unavailable on what is installed.
    missing = set(Reason) - {vector["reason"] for vector in VECTORS["hostile"]}
    assert missing == {Reason.WRONG_KIND, Reason.SUITE_UNAVAILABLE}


def test_eddsa_token_comes_out_the_same_bytes() -> None:
    key = make.KEYS["eddsa"]
    expected = next(item["digits"] for item in VECTORS["good"] if item["name"] == "certificate by EdDSA")
    signed = sign_token(CertificateClaims(**certificate_fields()), provider=holding(key), kid=key.kid)
    assert to_digits(signed) == expected


def test_es256_token_has_the_same_bytes_before_the_signature() -> None:
    key = make.KEYS["es256"]
    expected = next(item["digits"] for item in VECTORS["good"] if item["name"] == "certificate by ES256")
    signed = sign_token(CertificateClaims(**certificate_fields()), provider=holding(key), kid=key.kid)
    assert signed[:-64] == from_digits(expected)[:-64]


def test_the_file_is_what_its_maker_makes() -> None:
    """Signatures of ES256 and SM2 are random, all else must agree."""
    made: dict[str, Any] = json.loads(json.dumps(make.build()))
    for part in ("now", "private_keys", "jwks", "claims"):
        assert made[part] == VECTORS[part], part
    assert [item["name"] for item in made["good"]] == [item["name"] for item in VECTORS["good"]]
    assert [(i["name"], i["reason"]) for i in made["hostile"]] == [
        (i["name"], i["reason"]) for i in VECTORS["hostile"]
    ]
