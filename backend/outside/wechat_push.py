"""WeChat's message push (消息推送) in secure mode: who sent it, and what it says (wechat.md section 8).

AES-256-CBC over random16 + length + message + appid, padded to 32; the signature is SHA-1 over the sorted
parts. This is transport dress that WeChat prescribes, nothing of ours is sealed with it.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import struct
from typing import Any

from Crypto.Cipher import AES

_BLOCK = 32
_RANDOM = 16


class PushForged(Exception):
    """Not from WeChat, not for our app, or damaged; says which check failed, never what was in it."""


def push_signature(*parts: str) -> str:
    """SHA-1 hex over the sorted, joined parts."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


class WeChatPush:
    """Opens pushes and seals answers, with the token and EncodingAESKey of the app's settings page."""

    def __init__(self, *, token: str, encoding_aes_key: str, appid: str) -> None:
        self._token = token
        self._appid = appid.encode()
        self._key = base64.b64decode(encoding_aes_key + "=", validate=True)
        if len(self._key) != 32:
            raise ValueError("EncodingAESKey must have 43 characters")

    def is_genuine(self, *, signature: str, timestamp: str, nonce: str) -> bool:
        """The GET that WeChat makes when the address is set up; answer its `echostr` if true."""
        return _same(push_signature(self._token, timestamp, nonce), signature)

    def open(self, body: bytes, *, msg_signature: str, timestamp: str, nonce: str) -> dict[str, Any]:
        """The event's JSON object; raises PushForged. One event may come three times."""
        encrypted = _encrypted(body)
        if not _same(push_signature(self._token, timestamp, nonce, encrypted), msg_signature):
            raise PushForged("signature")
        try:
            event = json.loads(self._decrypt(encrypted))
        except (ValueError, RecursionError):
            raise PushForged("not JSON") from None
        if not isinstance(event, dict):
            raise PushForged("not an object")
        return event

    def seal(
        self, message: bytes, *, timestamp: str, nonce: str, random: bytes | None = None
    ) -> dict[str, Any]:
        """An encrypted answer {Encrypt, MsgSignature, TimeStamp, Nonce}; `random`: 16 bytes, for vectors."""
        plain = (random or os.urandom(_RANDOM)) + struct.pack(">I", len(message)) + message + self._appid
        padding = _BLOCK - len(plain) % _BLOCK
        sealed = self._cipher().encrypt(plain + bytes([padding]) * padding)
        encrypted = base64.b64encode(sealed).decode()
        return {
            "Encrypt": encrypted,
            "MsgSignature": push_signature(self._token, timestamp, nonce, encrypted),
            "TimeStamp": int(timestamp),
            "Nonce": nonce,
        }

    def _decrypt(self, encrypted: str) -> bytes:
        try:
            sealed = base64.b64decode(encrypted, validate=True)
            plain = _unpadded(self._cipher().decrypt(sealed))
        except (binascii.Error, ValueError):
            raise PushForged("ciphertext") from None
        head = _RANDOM + 4
        (length,) = struct.unpack(">I", plain[_RANDOM:head])
        message, appid = plain[head : head + length], plain[head + length :]
        if not hmac.compare_digest(appid, self._appid):
            raise PushForged("appid")
        return message

    def _cipher(self) -> Any:
        return AES.new(self._key, AES.MODE_CBC, iv=self._key[:16])


def _encrypted(body: bytes) -> str:
    try:
        value = json.loads(body)["Encrypt"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise PushForged("no Encrypt") from None
    if not isinstance(value, str):
        raise PushForged("no Encrypt")
    return value


def _unpadded(plain: bytes) -> bytes:
    padding = plain[-1] if plain else 0
    if not 1 <= padding <= _BLOCK or len(plain) - padding < _RANDOM + 4:
        raise ValueError("padding")
    return plain[:-padding]


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode())
