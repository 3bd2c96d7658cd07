"""Personal data at rest and on screens: field encryption, blind indexes, masks.

Fields are AES-256-GCM (NIST SP 800-38D) with a per-value nonce, a key id, and `table.column.row` as associated data,
so that a value copied into another row does not open. Look-ups go by HMAC-SHA-256 blind index over the normalised value.
"""

import hashlib
import hmac
import secrets
import unicodedata
import uuid
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_FORMAT = b"\x01"
_NONCE_BYTES = 12
_INDEX_BYTES = 16


class Unreadable(Exception):
    """A stored value does not open: wrong key, wrong row, or altered. Never told to a client in detail."""


@dataclass(frozen=True)
class FieldKeys:
    """Keys of personal fields: `keys` by id, `current` seals, all open; `index_key` makes blind indexes."""

    keys: dict[str, bytes]
    current: str
    index_key: bytes

    @classmethod
    def parse(cls, field_keys: str, index_key: str) -> "FieldKeys":
        """From the settings' text: `id:hex,id:hex` (newest first) and hex."""
        pairs = [part.split(":", 1) for part in field_keys.split(",")]
        keys = {key_id: bytes.fromhex(value) for key_id, value in pairs}
        return cls(keys=keys, current=pairs[0][0], index_key=bytes.fromhex(index_key))

    def seal(self, plain: bytes, *, context: str) -> bytes:
        """Ciphertext: format | key id length | key id | nonce | AES-GCM output."""
        key_id = self.current.encode()
        nonce = secrets.token_bytes(_NONCE_BYTES)
        body = AESGCM(self.keys[self.current]).encrypt(nonce, plain, context.encode())
        return _FORMAT + bytes([len(key_id)]) + key_id + nonce + body

    def open(self, sealed: bytes, *, context: str) -> bytes:
        """The plaintext, or Unreadable."""
        if sealed[:1] != _FORMAT or len(sealed) < 2:
            raise Unreadable("unknown format")
        end = 2 + sealed[1]
        key = self.keys.get(sealed[2:end].decode("ascii", "replace"))
        if key is None:
            raise Unreadable("unknown key")
        nonce, body = sealed[end : end + _NONCE_BYTES], sealed[end + _NONCE_BYTES :]
        try:
            return AESGCM(key).decrypt(nonce, body, context.encode())
        except InvalidTag as error:
            raise Unreadable("does not open") from error

    def index(self, field: str, value: str) -> bytes:
        """Blind index of a value of this field: 16 bytes, equal for equal normalised values."""
        text = f"{field}\x00{normalise(value)}".encode()
        return hmac.new(self.index_key, text, hashlib.sha256).digest()[:_INDEX_BYTES]

    def index_bytes(self, field: str, value: bytes) -> bytes:
        """Keyed digest of bytes (32 bytes), for content addresses."""
        return hmac.new(self.index_key, field.encode() + b"\x00" + value, hashlib.sha256).digest()


def normalise(value: str) -> str:
    """What counts as the same value: NFKC (full-width digits), no blanks, upper case (`x` of an ID number)."""
    return "".join(unicodedata.normalize("NFKC", value).split()).upper()


class _Configured:
    keys: FieldKeys | None = None


def use(keys: FieldKeys) -> None:
    """Set this process's field keys. Called once by `create_app`; columns have no other way to reach them."""
    _Configured.keys = keys


def keys() -> FieldKeys:
    """This process's field keys."""
    if _Configured.keys is None:
        raise RuntimeError("privacy.use(keys) was not called")
    return _Configured.keys


def blind_index(field: str, value: str) -> bytes:
    """Blind index with this process's keys; `field` is a name such as `id_number` or `phone`."""
    return keys().index(field, value)


def secret_hash(value: str) -> bytes:
    """Hash of a random secret (token, link): SHA-256, since the secret itself has 128 bits or more."""
    return hashlib.sha256(value.encode()).digest()


def row_context(table: str, column: str, row: uuid.UUID) -> str:
    """Associated data of one field of one row."""
    return f"{table}.{column}.{row.hex}"


def mask_name(name: str) -> str:
    """`张*`, `阿****`: the first character stays."""
    return name[:1] + "*" * max(1, len(name) - 1) if name else ""


def mask_id_number(number: str) -> str:
    """`4****************X`: first and last stay."""
    return number[:1] + "*" * (len(number) - 2) + number[-1:] if len(number) > 2 else "*" * len(number)


def mask_phone(phone: str) -> str:
    """`138****5678`."""
    return phone[:3] + "****" + phone[-4:] if len(phone) >= 8 else "*" * len(phone)
