"""Leaves of the transparency log (透明日志): what happened and when, as hashes, never personal data.

Only the leaf and its hash are here; the tree, its proofs and checkpoints are the log's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from hashlib import sha256

from . import cbor
from .errors import ClaimsInvalid, Reason, VerificationFailed

_KIND, _TIME, _HASHES = 1, 2, 3
_LEAF_PREFIX = b"\x00"
HASH_SIZE = 32


class LeafKind(IntEnum):
    """What a leaf records. Numbers are forever: they are hashed into the log."""

    ISSUE = 1
    REVOCATION = 2
    SUSPENSION = 3
    REINSTATEMENT = 4
    VOID = 5
    CORRECTION = 6
    KEY_EVENT = 7


@dataclass(frozen=True)
class Leaf:
    """`time`: aware UTC, whole seconds; `hashes`: one or more of 32 bytes, their order fixed by the kind."""

    kind: LeafKind
    time: datetime
    hashes: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if self.time.tzinfo is None or self.time.microsecond:
            raise ClaimsInvalid("time", "带时区的整秒时间")
        if not self.hashes or any(len(item) != HASH_SIZE for item in self.hashes):
            raise ClaimsInvalid("hashes", "一个或多个 32 字节的摘要")

    def to_bytes(self) -> bytes:
        """Deterministic CBOR of {1: kind, 2: seconds, 3: [hashes]}."""
        seconds = int(self.time.timestamp())
        return cbor.encode({_KIND: int(self.kind), _TIME: seconds, _HASHES: list(self.hashes)})

    @classmethod
    def from_bytes(cls, data: bytes) -> Leaf:
        """The leaf in `data`: VerificationFailed `not_ours`, `not_canonical` or `bad_claims`."""
        match cbor.decode(data):
            case {1: int(kind), 2: int(seconds), 3: list(hashes)} if all(
                type(item) is bytes for item in hashes
            ):
                leaf = cls._checked(kind, seconds, hashes)
            case _:
                raise VerificationFailed(Reason.BAD_CLAIMS)
        # A further label would be a place to smuggle what no leaf may hold; `true` for 1 would be a second
        # encoding.
        if leaf.to_bytes() != data:
            raise VerificationFailed(Reason.BAD_CLAIMS)
        return leaf

    @classmethod
    def _checked(cls, kind: int, seconds: int, hashes: list[bytes]) -> Leaf:
        try:
            return cls(LeafKind(kind), datetime.fromtimestamp(seconds, UTC), tuple(hashes))
        except (ClaimsInvalid, ValueError, OverflowError, OSError) as error:
            raise VerificationFailed(Reason.BAD_CLAIMS) from error


def leaf_hash(leaf: bytes) -> bytes:
    """RFC 6962 section 2.1: SHA-256(0x00 || leaf), so that a leaf can never pass for an inner node; 32
    bytes.
    """
    return sha256(_LEAF_PREFIX + leaf).digest()
