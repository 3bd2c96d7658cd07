"""Private keys at rest: wrapped by a key-encryption key (密钥加密密钥, KEK) of 32 bytes with AES-256-GCM.

pycryptodome does this rare work: it is the second implementation beside `cryptography`, and has scrypt.
"""

from __future__ import annotations

from dataclasses import dataclass

from Crypto.Cipher import AES
from Crypto.Protocol.KDF import scrypt
from Crypto.Random import get_random_bytes

from . import cbor
from .errors import KeyInvalid, UnwrapFailed
from .keys import PrivateKey, PublicKey

KEK_SIZE, SALT_SIZE = 32, 16
_VERSION, _NONCE, _TAG = b"\x01", 12, 16


@dataclass(frozen=True)
class WrappedKey:
    """A key pair as a database row holds it. `blob`: version byte, 12 bytes nonce, ciphertext, 16 bytes
    tag.
    """

    public: PublicKey
    blob: bytes


def kek_from_passphrase(passphrase: str, salt: bytes) -> bytes:
    """32 bytes by scrypt (RFC 7914; N=2^16, r=8, p=1: 64 MB and a fraction of a second). Keep the 16-byte
    salt with the record.
    """
    if len(salt) != SALT_SIZE:
        raise KeyInvalid(f"盐应为 {SALT_SIZE} 字节")
    return bytes(scrypt(passphrase.encode(), salt, KEK_SIZE, N=2**16, r=8, p=1))


def wrap(key: PrivateKey, kek: bytes) -> WrappedKey:
    """Encrypts the private bytes; bound to key id, purpose and suite, so that two records cannot be
    swapped.
    """
    cipher = AES.new(_checked(kek), AES.MODE_GCM, nonce=get_random_bytes(_NONCE), mac_len=_TAG)
    cipher.update(_bound_to(key.public))
    ciphertext, tag = cipher.encrypt_and_digest(key.material)
    return WrappedKey(key.public, _VERSION + cipher.nonce + ciphertext + tag)


def unwrap(record: WrappedKey, kek: bytes) -> PrivateKey:
    """The private key; UnwrapFailed when the KEK is wrong or the record was altered."""
    blob = record.blob
    if blob[:1] != _VERSION or len(blob) <= 1 + _NONCE + _TAG:
        raise UnwrapFailed("密钥记录的格式无法识别")
    cipher = AES.new(_checked(kek), AES.MODE_GCM, nonce=blob[1 : 1 + _NONCE], mac_len=_TAG)
    cipher.update(_bound_to(record.public))
    try:
        material = cipher.decrypt_and_verify(blob[1 + _NONCE : -_TAG], blob[-_TAG:])
    except ValueError as error:
        raise UnwrapFailed("密钥记录打不开：密钥加密密钥不对，或记录被改动过") from error
    return PrivateKey(record.public, material)


def _bound_to(public: PublicKey) -> bytes:
    return cbor.encode([public.kid, str(public.purpose), str(public.suite)])


def _checked(kek: bytes) -> bytes:
    if len(kek) != KEK_SIZE:
        raise KeyInvalid(f"密钥加密密钥应为 {KEK_SIZE} 字节")
    return kek
