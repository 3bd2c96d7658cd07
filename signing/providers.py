"""Who holds private keys: a provider signs, and never hands a key out. Memory here; an HSM would be
another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from .errors import KeyUnusable
from .keys import PrivateKey, PublicKey
from .wrapping import WrappedKey, unwrap


class KeyProvider(Protocol):
    def sign(self, kid: bytes, data: bytes) -> bytes:
        """Raw signature over `data`; KeyUnusable when the provider does not hold the key."""

    def public_key(self, kid: bytes) -> PublicKey:
        """The public half; KeyUnusable when the provider does not hold the key."""

    def public_keys(self) -> tuple[PublicKey, ...]:
        """All it holds, in any state."""


class WrappedKeyProvider:
    """Keeps wrapped records and opens each at its first use; what was opened stays in this process's
    memory.
    """

    def __init__(self, records: Iterable[WrappedKey], kek: bytes) -> None:
        self._records = {record.public.kid: record for record in records}
        self._kek = kek
        self._opened: dict[bytes, PrivateKey] = {}

    def sign(self, kid: bytes, data: bytes) -> bytes:
        key = self._opened.get(kid)
        if key is None:
            key = self._opened[kid] = unwrap(self._record(kid), self._kek)
        return key.sign(data)

    def public_key(self, kid: bytes) -> PublicKey:
        return self._record(kid).public

    def public_keys(self) -> tuple[PublicKey, ...]:
        return tuple(record.public for record in self._records.values())

    def _record(self, kid: bytes) -> WrappedKey:
        record = self._records.get(kid)
        if record is None:
            raise KeyUnusable(kid, "不在本机保管的密钥中")
        return record


@dataclass(frozen=True)
class HeldKey:
    """One key of a provider as something that signs, for `seal.seal_pdf` and `authority`."""

    provider: KeyProvider
    kid: bytes

    @property
    def public(self) -> PublicKey:
        return self.provider.public_key(self.kid)

    def sign(self, data: bytes) -> bytes:
        return self.provider.sign(self.kid, data)
