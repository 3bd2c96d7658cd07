"""What every signature suite must do; subclassed once for each."""

from __future__ import annotations

import pytest

from signing.errors import KeyInvalid
from signing.suites import SUITES, Suite, SuiteName

MESSAGES = [b"", b"x", b"\x00" * 200, "证明".encode() * 500]


class SuiteContract:
    name: SuiteName
    algorithm: int

    @pytest.fixture
    def subject(self) -> Suite:
        return SUITES[self.name]

    def test_its_cose_number_is_fixed(self, subject: Suite) -> None:
        assert subject.cose_algorithm == self.algorithm

    @pytest.mark.parametrize("message", MESSAGES)
    def test_verifies_what_it_signed(self, subject: Suite, message: bytes) -> None:
        private = subject.generate()
        signature = subject.signer(private)(message)
        assert len(signature) == 64
        assert subject.verifier(subject.public_key(private))(message, signature)

    def test_public_material_has_its_size(self, subject: Suite) -> None:
        assert len(subject.public_key(subject.generate())) == subject.public_size

    def test_generates_a_new_key_each_time(self, subject: Suite) -> None:
        assert len({subject.generate() for _ in range(5)}) == 5

    def test_refuses_another_message(self, subject: Suite) -> None:
        private = subject.generate()
        signature = subject.signer(private)(b"one")
        assert not subject.verifier(subject.public_key(private))(b"two", signature)

    def test_refuses_the_signature_of_another_key(self, subject: Suite) -> None:
        public = subject.public_key(subject.generate())
        assert not subject.verifier(public)(b"one", subject.signer(subject.generate())(b"one"))

    def test_refuses_every_flipped_byte_of_the_signature(self, subject: Suite) -> None:
        private = subject.generate()
        signature = subject.signer(private)(b"one")
        verify = subject.verifier(subject.public_key(private))
        for place in range(len(signature)):
            changed = bytearray(signature)
            changed[place] ^= 0x01
            assert not verify(b"one", bytes(changed)), place

    @pytest.mark.parametrize(
        "signature", [b"", b"\x00" * 64, b"\xff" * 64, b"\x00" * 63, b"\x00" * 65, b"\x01" * 640]
    )
    def test_refuses_what_is_no_signature_without_an_exception(
        self, subject: Suite, signature: bytes
    ) -> None:
        assert not subject.verifier(subject.public_key(subject.generate()))(b"one", signature)

    @pytest.mark.parametrize("private", [b"", b"\x00" * 31, b"\x01" * 33, b"\x00" * 97])
    def test_refuses_private_material_of_another_size(self, subject: Suite, private: bytes) -> None:
        with pytest.raises(KeyInvalid):
            subject.signer(private)
        with pytest.raises(KeyInvalid):
            subject.public_key(private)

    @pytest.mark.parametrize("public", [b"", b"\x04" * 31, b"\x01" * 65])
    def test_refuses_public_material_of_another_size(self, subject: Suite, public: bytes) -> None:
        with pytest.raises(KeyInvalid):
            subject.verifier(public)
