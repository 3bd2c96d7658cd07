"""SM2 with SM3 (GB/T 32918.2, GB/T 35276), for cities where the national-cryptography assessment (密评,
GB/T 39786) applies.

The native library is an optional extra (`pip install zhangshangzheng[sm2]`) and is imported on first use.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from .errors import KeyInvalid, SuiteUnavailable

SIGNER_ID = b"1234567812345678"
"""可辨别标识: the default user id of GB/T 35276 section 10; it enters the hash before the message."""

_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
_N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123


class Sm2:
    """COSE has no registered number for SM2: ours is private-use (RFC 9053: below -65536), see
    docs/tokens.md.
    """

    cose_algorithm = -65537
    public_size = 64

    def generate(self) -> bytes:
        public, scalar = _library().sm2_key_generate()
        return bytes(scalar) + bytes(public)

    def public_key(self, private: bytes) -> bytes:
        scalar, public = _split(private)
        # The library cannot derive the point, so the pair proves itself: what one signs the other must
        # verify.
        if not self.verifier(public)(b"pair", self._sign(scalar, public, b"pair")):
            raise KeyInvalid("SM2 私钥与公钥不成对")
        return public

    def signer(self, private: bytes) -> Callable[[bytes], bytes]:
        scalar, public = _split(private)
        return lambda message: self._sign(scalar, public, message)

    def verifier(self, public: bytes) -> Callable[[bytes, bytes], bool]:
        library = _library()
        _check_point(public)

        def verify(message: bytes, signature: bytes) -> bool:
            if len(signature) != 64:
                return False
            r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
            try:
                return bool(library.sm2_verify(public, message, encode_dss_signature(r, s), SIGNER_ID))
            except library.GmsslInnerError:
                return False

        return verify

    @staticmethod
    def _sign(scalar: bytes, public: bytes, message: bytes) -> bytes:
        library = _library()
        try:
            r, s = decode_dss_signature(library.sm2_sign(scalar, public, message, SIGNER_ID))
        except library.GmsslInnerError as error:
            raise KeyInvalid("SM2 签名失败，私钥无效") from error
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _library() -> Any:
    try:
        return import_module("gmssl_pyx")
    except ImportError as error:
        raise SuiteUnavailable("使用 SM2 需要安装国密组件：pip install 'zhangshangzheng[sm2]'") from error


def _split(private: bytes) -> tuple[bytes, bytes]:
    if len(private) != 96 or not 0 < int.from_bytes(private[:32], "big") < _N - 1:
        raise KeyInvalid("不是有效的 SM2 私钥")
    return private[:32], private[32:]


def _check_point(public: bytes) -> None:
    """The native library trusts its caller here; y² = x³ - 3x + b keeps points of other curves out."""
    x, y = int.from_bytes(public[:32], "big"), int.from_bytes(public[32:], "big")
    if len(public) != 64 or x >= _P or y >= _P or (y * y - x * x * x + 3 * x - _B) % _P:
        raise KeyInvalid("不是有效的 SM2 公钥")
