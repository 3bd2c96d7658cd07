from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from Crypto.Hash import SHA256
from Crypto.PublicKey import ECC
from Crypto.Signature import DSS, eddsa

from signing.errors import KeyInvalid, SuiteUnavailable
from signing.sm2 import SIGNER_ID
from signing.suites import SUITES, SuiteName, raw_to_der
from tests.signing.contract import SuiteContract


class TestES256(SuiteContract):
    name = SuiteName.ES256
    algorithm = -7

    def test_a_point_off_the_curve_is_no_key(self) -> None:
        with pytest.raises(KeyInvalid):
            SUITES[self.name].verifier(b"\x01" * 64)

    @pytest.mark.parametrize("private", [b"\x00" * 32, b"\xff" * 32])
    def test_zero_and_numbers_past_the_order_are_no_keys(self, private: bytes) -> None:
        with pytest.raises(KeyInvalid):
            SUITES[self.name].signer(private)

    def test_pycryptodome_believes_our_signature_and_we_believe_its(self) -> None:
        suite = SUITES[self.name]
        private = suite.generate()
        theirs = ECC.construct(curve="P-256", d=int.from_bytes(private, "big"))
        DSS.new(theirs.public_key(), "fips-186-3").verify(SHA256.new(b"one"), suite.signer(private)(b"one"))
        signature = DSS.new(theirs, "fips-186-3").sign(SHA256.new(b"one"))
        assert suite.verifier(suite.public_key(private))(b"one", signature)

    def test_pycryptodome_finds_the_same_public_key(self) -> None:
        private = SUITES[self.name].generate()
        point = ECC.construct(curve="P-256", d=int.from_bytes(private, "big")).pointQ
        expected = int(point.x).to_bytes(32, "big") + int(point.y).to_bytes(32, "big")
        assert SUITES[self.name].public_key(private) == expected


class TestEdDSA(SuiteContract):
    name = SuiteName.EDDSA
    algorithm = -8

    def test_pycryptodome_makes_the_same_signature(self) -> None:
        suite = SUITES[self.name]
        private = suite.generate()
        theirs = eddsa.new(eddsa.import_private_key(private), "rfc8032")
        assert suite.signer(private)(b"one") == theirs.sign(b"one")

    def test_first_vector_of_rfc_8032(self) -> None:
        private = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
        public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
        assert SUITES[self.name].public_key(private) == public
        assert SUITES[self.name].signer(private)(b"").hex().startswith("e5564300c360ac729086e2cc806e828a")


GBT_PRIVATE = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
GBT_PUBLIC = bytes.fromhex(
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
GBT_SIGNATURE = bytes.fromhex(
    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
)
"""GB/T 32918.5-2017 annex A.2: the recommended curve, user id 1234567812345678, the text "message digest"."""


class TestSM2(SuiteContract):
    name = SuiteName.SM2
    algorithm = -65537

    def test_vector_of_gbt_32918_5(self) -> None:
        verify = SUITES[self.name].verifier(GBT_PUBLIC)
        assert verify(b"message digest", GBT_SIGNATURE)
        assert not verify(b"message digesT", GBT_SIGNATURE)

    def test_the_vectors_key_signs(self) -> None:
        suite = SUITES[self.name]
        assert suite.public_key(GBT_PRIVATE + GBT_PUBLIC) == GBT_PUBLIC
        assert suite.verifier(GBT_PUBLIC)(b"one", suite.signer(GBT_PRIVATE + GBT_PUBLIC)(b"one"))

    def test_a_pair_that_does_not_belong_together_is_no_key(self) -> None:
        other = SUITES[self.name].generate()
        with pytest.raises(KeyInvalid):
            SUITES[self.name].public_key(GBT_PRIVATE + other[32:])

    @pytest.mark.parametrize("public", [b"\x01" * 64, b"\x00" * 64, b"\xff" * 64])
    def test_a_point_off_the_curve_is_no_key(self, public: bytes) -> None:
        with pytest.raises(KeyInvalid):
            SUITES[self.name].verifier(public)

    def test_openssl_believes_our_signature(self, tmp_path: Path) -> None:
        suite = SUITES[self.name]
        private = suite.generate()
        assert openssl_verifies(tmp_path, private[32:], b"one", suite.signer(private)(b"one"))
        assert not openssl_verifies(tmp_path, private[32:], b"two", suite.signer(private)(b"one"))

    def test_without_the_extra_the_error_says_what_to_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "gmssl_pyx", None)
        with pytest.raises(SuiteUnavailable, match="sm2"):
            SUITES[self.name].generate()


def openssl_verifies(folder: Path, public: bytes, message: bytes, signature: bytes) -> bool:
    """An outsider's SM2: the openssl command with the same user id."""
    openssl = shutil.which("openssl")
    assert openssl, "the openssl command is needed: apt-get install openssl"
    # SubjectPublicKeyInfo: id-ecPublicKey, curve 1.2.156.10197.1.301, uncompressed point.
    head = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
    (folder / "key.der").write_bytes(head + b"\x04" + public)
    (folder / "message").write_bytes(message)
    (folder / "signature").write_bytes(raw_to_der(signature))
    command = [openssl, "pkeyutl", "-verify", "-pubin", "-inkey", "key.der", "-keyform", "DER", "-rawin"]
    command += ["-in", "message", "-digest", "sm3", "-sigfile", "signature"]
    command += ["-pkeyopt", f"distid:{SIGNER_ID.decode()}"]
    result = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert b"Verified" in result.stdout or b"Verification Failure" in result.stdout, result.stderr
    return result.returncode == 0
