from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing import cbor
from signing.errors import NotEncodable, Reason, VerificationFailed

KEYS = st.integers(-(2**64), 2**64 - 1) | st.text(max_size=6)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**64), 2**64 - 1)
    | st.binary(max_size=300)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_encoded_decodes_to_the_same(value: Any) -> None:
    assert cbor.decode(cbor.encode(value)) == value


@given(st.dictionaries(KEYS, st.integers(0, 3), max_size=6))
def test_order_of_insertion_does_not_matter(value: dict[Any, int]) -> None:
    backwards = dict(reversed(value.items()))
    assert cbor.encode(backwards) == cbor.encode(value)


def test_keys_sort_by_their_bytes() -> None:
    # RFC 8949 section 4.2.1 gives 10, 100, -1, "z", "aa", which RFC 7049's length-first order would give
    # otherwise.
    encoded = cbor.encode({"aa": 0, -1: 0, "z": 0, 100: 0, 10: 0})
    assert encoded.hex() == "a50a0018640020" + "00" + "617a00" + "62616100"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("1801", id="integer longer than needed"),
        pytest.param("190001", id="integer in two bytes"),
        pytest.param("a201010102", id="duplicate key"),
        pytest.param("a202000100", id="unsorted keys"),
        pytest.param("a220000100", id="negative key first"),
        pytest.param("9fff", id="indefinite array"),
        pytest.param("bfff", id="indefinite map"),
        pytest.param("5f4101ff", id="indefinite bytes"),
        pytest.param("0102", id="trailing byte"),
        pytest.param("f93c00", id="float"),
        pytest.param("f97e00", id="not a number"),
        pytest.param("c100", id="a time"),
        pytest.param("c24101", id="small bignum"),
        pytest.param("c249010000000000000000", id="bignum past 64 bits"),
        pytest.param("d9010281" + "01", id="a set"),
        pytest.param("d9d9f701", id="self-described"),
        pytest.param("d81c01", id="shared value"),
        pytest.param("d9010082" + "6561616161" + "61" + "d81900", id="string reference"),
        pytest.param("f7", id="undefined"),
        pytest.param("f0", id="simple value"),
        pytest.param("ff", id="lone break"),
        pytest.param("a1810100", id="array as key"),
        pytest.param("a1410100", id="bytes as key"),
        pytest.param("a1f500", id="true as key"),
        pytest.param("5801" + "00", id="length longer than needed"),
    ],
)
def test_other_encodings_are_not_canonical(data: str) -> None:
    with pytest.raises(VerificationFailed) as caught:
        cbor.decode(bytes.fromhex(data))
    assert caught.value.reason is Reason.NOT_CANONICAL


@pytest.mark.parametrize(
    "data", ["", "18", "62ffff", "5b7fffffffffffffff00", "9bffffffffffffffff", "81" * 2000, "1c"]
)
def test_what_is_no_cbor_is_not_ours(data: str) -> None:
    with pytest.raises(VerificationFailed) as caught:
        cbor.decode(bytes.fromhex(data))
    assert caught.value.reason is Reason.NOT_OURS


@pytest.mark.parametrize("value", [1.5, 2**64, {1.0: 2}, {b"k": 1}, object(), "\ud800", {True: 1}, {1, 2}])
def test_values_outside_the_profile_are_not_encoded(value: object) -> None:
    with pytest.raises(NotEncodable):
        cbor.encode(value)


@given(st.binary(max_size=400))
def test_byte_string_is_what_encode_gives(data: bytes) -> None:
    assert cbor.byte_string(data) == cbor.encode(data)


@pytest.mark.parametrize("size", [23, 24, 255, 256, 65535, 65536])
def test_byte_string_at_the_edges(size: int) -> None:
    assert cbor.byte_string(bytes(size)) == cbor.encode(bytes(size))


@given(st.binary(max_size=60))
def test_random_bytes_raise_nothing_else(data: bytes) -> None:
    try:
        value = cbor.decode(data)
    except VerificationFailed:
        return
    assert cbor.encode(value) == data
