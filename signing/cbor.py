"""Deterministic CBOR (RFC 8949 section 4.2.1), a narrow profile of it: what we sign and what we accept.

Profile: integers of 64 bits, byte and text strings, arrays, maps with integer or text keys, true, false,
null. No floats, no tags, no indefinite lengths. Reading is `cbor2` and a second writing that must give the
same bytes back: this alone finds duplicate keys, long forms of short integers, indefinite lengths and
trailing bytes.
"""

from __future__ import annotations

from io import BytesIO
from threading import local
from typing import Any

import cbor2

from .errors import NotEncodable, Reason, VerificationFailed

_SMALLEST, _LARGEST = -(2**64), 2**64 - 1
_TEXTS = 2**66
_THREAD = local()
_PLAIN = frozenset({bytes, str, bool, type(None)})


def encode(value: object) -> bytes:
    """Deterministic bytes of `value`; NotEncodable when it lies outside the profile."""
    try:
        return cbor2.dumps(_ordered(value))
    except (cbor2.CBOREncodeError, ValueError, RecursionError) as error:
        raise NotEncodable(f"不能编码为 CBOR：{error}") from error


def decode(data: bytes) -> Any:
    """The value in `data`.

    VerificationFailed `not_ours` when it is no CBOR, `not_canonical` when it is not deterministic.
    """
    value = decode_shape(data)
    if not _is_ordered(value) or _again(value) != data:
        raise VerificationFailed(Reason.NOT_CANONICAL)
    return value


def decode_shape(data: bytes) -> Any:
    """The value in `data` without the canonical check, for a caller that builds the bytes again itself."""
    try:
        return cbor2.loads(data)
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError, MemoryError) as error:
        raise VerificationFailed(Reason.NOT_OURS) from error


def byte_string(data: bytes) -> bytes:
    """`encode(data)` without the library's detour, for structures that every verification builds; under 4
    GiB.
    """
    size = len(data)
    if size < 24:
        return bytes((0x40 + size,)) + data
    if size < 256:
        return bytes((0x58, size)) + data
    return (b"\x59" + size.to_bytes(2, "big") if size < 65536 else b"\x5a" + size.to_bytes(4, "big")) + data


def _writer() -> cbor2.CBOREncoder:
    """This thread's encoder: making one takes longer than encoding a token's claims with it."""
    writer = getattr(_THREAD, "writer", None)
    if writer is None:
        writer = _THREAD.writer = cbor2.CBOREncoder(BytesIO())
    return writer


def _ordered(value: object) -> object:
    """The same value with its maps in order. Here and below exact types: a bool is no integer, a date no
    text.
    """
    if type(value) in _PLAIN:
        return value
    if type(value) is int and _SMALLEST <= value <= _LARGEST:
        return value
    if type(value) is list or type(value) is tuple:
        return [_ordered(item) for item in value]
    if type(value) is dict:
        return {key: _ordered(value[key]) for key in sorted(value, key=_rank)}
    raise NotEncodable(f"不支持的类型 {type(value).__name__}")


def _is_ordered(value: object) -> bool:
    """Whether a decoded value keeps to the profile and its maps came in order (a dict keeps the order it
    was read).
    """
    kind = type(value)
    if kind in _PLAIN:
        return True
    if kind is int:
        return _SMALLEST <= value <= _LARGEST  # type: ignore[operator]  # `kind` narrows it; isinstance lets bool in
    if kind is list:
        return all(map(_is_ordered, value))  # type: ignore[call-overload]  # as above
    return isinstance(value, dict) and _is_ordered_map(value)


def _is_ordered_map(value: dict[Any, Any]) -> bool:
    last = -1
    for key, item in value.items():
        try:
            rank = _rank(key)
        except NotEncodable:
            return False
        if rank <= last or not _is_ordered(item):
            return False
        last = rank
    return True


def _again(value: object) -> bytes | None:
    try:
        return _writer().encode_to_bytes(value)
    except (cbor2.CBOREncodeError, ValueError):
        return None


def _rank(key: object) -> int:
    """Sorts as the encoded keys sort (4.2.1): 0, 1 ... then -1, -2 ... then texts by length and bytes.

    cbor2's own `canonical` sorts by length first over all types: RFC 7049's older rule.
    """
    if type(key) is int:
        return key if key >= 0 else _LARGEST - key
    if type(key) is str:
        return _TEXTS + int.from_bytes(b"\x01" + key.encode(), "big")
    raise NotEncodable("映射的键只能是整数或文本")
