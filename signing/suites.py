"""Signature suites (签名算法套件): one interface, chosen by the key's own algorithm, never by what a token
claims.

Material is raw bytes: ES256 private 32 (the scalar), public 64 (x || y); EdDSA 32 and 32; SM2 private 96
(the scalar and its public point, which the native library wants beside it), public 64. Signatures are raw:
r || s of 64 bytes for ES256 and SM2 (RFC 9053 section 2.1), 64 bytes for EdDSA.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from .errors import KeyInvalid
from .sm2 import Sm2


class SuiteName(StrEnum):
    ES256 = "ES256"
    EDDSA = "EdDSA"
    SM2 = "SM2"


class Suite(Protocol):
    """What a suite can do. `signer` and `verifier` load the material once, for a key that is used often."""

    @property
    def cose_algorithm(self) -> int:
        """Number of the algorithm in COSE headers (RFC 9053; SM2 is private-use)."""

    @property
    def public_size(self) -> int:
        """Bytes of the public material."""

    def generate(self) -> bytes:
        """New private material from the system's random source."""

    def public_key(self, private: bytes) -> bytes:
        """Public material that belongs to `private`; KeyInvalid when that is no key."""

    def signer(self, private: bytes) -> Callable[[bytes], bytes]:
        """message -> raw signature; KeyInvalid when `private` is no key."""

    def verifier(self, public: bytes) -> Callable[[bytes, bytes], bool]:
        """(message, signature) -> good or not, never an exception; KeyInvalid when `public` is no point of
        the curve.
        """


class Es256:
    """ECDSA on P-256 with SHA-256 (默认套件): the default, since every phone and browser verifies it."""

    cose_algorithm = -7
    public_size = 64
    _hash = ec.ECDSA(hashes.SHA256())

    def generate(self) -> bytes:
        return ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value.to_bytes(32, "big")

    def public_key(self, private: bytes) -> bytes:
        numbers = self.load(private).public_key().public_numbers()
        return numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")

    def signer(self, private: bytes) -> Callable[[bytes], bytes]:
        key = self.load(private)

        def sign(message: bytes) -> bytes:
            r, s = decode_dss_signature(key.sign(message, self._hash))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")

        return sign

    def verifier(self, public: bytes) -> Callable[[bytes, bytes], bool]:
        key = self.load_public(public)

        def verify(message: bytes, signature: bytes) -> bool:
            try:
                key.verify(raw_to_der(signature), message, self._hash)
            except (InvalidSignature, ValueError):
                return False
            return True

        return verify

    @staticmethod
    def load(private: bytes) -> ec.EllipticCurvePrivateKey:
        """The key as the `cryptography` library holds it, for X.509."""
        if len(private) != 32:
            raise KeyInvalid("ES256 私钥应为 32 字节")
        try:
            return ec.derive_private_key(int.from_bytes(private, "big"), ec.SECP256R1())
        except ValueError as error:
            raise KeyInvalid("不是有效的 P-256 私钥") from error

    @staticmethod
    def load_public(public: bytes) -> ec.EllipticCurvePublicKey:
        try:
            return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + public)
        except ValueError as error:
            raise KeyInvalid("不是有效的 P-256 公钥") from error


class EdDsa:
    """Ed25519 (RFC 8032): where the verifier is ours."""

    cose_algorithm = -8
    public_size = 32

    def generate(self) -> bytes:
        return ed25519.Ed25519PrivateKey.generate().private_bytes_raw()

    def public_key(self, private: bytes) -> bytes:
        return self._load(private).public_key().public_bytes_raw()

    def signer(self, private: bytes) -> Callable[[bytes], bytes]:
        return self._load(private).sign

    def verifier(self, public: bytes) -> Callable[[bytes, bytes], bool]:
        try:
            key = ed25519.Ed25519PublicKey.from_public_bytes(public)
        except ValueError as error:
            raise KeyInvalid("不是有效的 Ed25519 公钥") from error

        def verify(message: bytes, signature: bytes) -> bool:
            try:
                key.verify(signature, message)
            except (InvalidSignature, ValueError):
                return False
            return True

        return verify

    @staticmethod
    def _load(private: bytes) -> ed25519.Ed25519PrivateKey:
        try:
            return ed25519.Ed25519PrivateKey.from_private_bytes(private)
        except ValueError as error:
            raise KeyInvalid("不是有效的 Ed25519 私钥") from error


def raw_to_der(signature: bytes) -> bytes:
    """r || s of 64 bytes as the DER sequence that X.509, PDF and OpenSSL want; ValueError for another
    length.
    """
    if len(signature) != 64:
        raise ValueError("raw signature must have 64 bytes")
    return encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))


SUITES: dict[SuiteName, Suite] = {SuiteName.ES256: Es256(), SuiteName.EDDSA: EdDsa(), SuiteName.SM2: Sm2()}
