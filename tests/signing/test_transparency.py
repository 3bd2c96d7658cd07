from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import ClaimsInvalid, Reason, VerificationFailed
from signing.transparency import Leaf, LeafKind, leaf_hash
from tests.signing.conftest import NOW

SECONDS = int(NOW.timestamp())


def test_leaf_is_three_labels_in_deterministic_cbor() -> None:
    leaf = Leaf(LeafKind.ISSUE, NOW, (bytes(32), b"\x01" * 32))
    assert leaf.to_bytes() == cbor2.dumps({1: 1, 2: SECONDS, 3: [bytes(32), b"\x01" * 32]})


@pytest.mark.parametrize("kind", list(LeafKind))
def test_leaf_comes_back(kind: LeafKind) -> None:
    leaf = Leaf(kind, NOW, (b"\x02" * 32,))
    assert Leaf.from_bytes(leaf.to_bytes()) == leaf


def test_numbers_of_the_kinds_never_change() -> None:
    assert [kind.value for kind in LeafKind] == [1, 2, 3, 4, 5, 6, 7]


def test_hash_of_the_empty_leaf_is_rfc_6962s() -> None:
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


def test_hash_has_the_leafs_prefix() -> None:
    assert leaf_hash(b"one") == sha256(b"\x00one").digest()


@pytest.mark.parametrize("hashes", [(), (bytes(31),), (bytes(32), bytes(33))])
def test_hashes_have_32_bytes(hashes: tuple[bytes, ...]) -> None:
    with pytest.raises(ClaimsInvalid):
        Leaf(LeafKind.VOID, NOW, hashes)


@pytest.mark.parametrize("time", [NOW.replace(tzinfo=None), NOW + timedelta(microseconds=1)])
def test_time_is_whole_seconds_with_a_zone(time: object) -> None:
    with pytest.raises(ClaimsInvalid):
        Leaf(LeafKind.VOID, time, (bytes(32),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "leaf",
    [
        {1: 99, 2: SECONDS, 3: [bytes(32)]},
        {1: 1, 2: SECONDS, 3: ["张三"]},
        {1: 1, 2: SECONDS, 3: []},
        {1: 1, 2: 2**62, 3: [bytes(32)]},
        {1: 1, 2: SECONDS, 3: [bytes(32)], 4: "张三"},
        {1: True, 2: SECONDS, 3: [bytes(32)]},
        {1: 1, 3: [bytes(32)]},
        [1, 2, 3],
    ],
)
def test_another_structure_is_refused(leaf: object) -> None:
    with pytest.raises(VerificationFailed) as caught:
        Leaf.from_bytes(cbor2.dumps(leaf))
    assert caught.value.reason is Reason.BAD_CLAIMS


@given(st.binary(max_size=100))
def test_any_bytes(data: bytes) -> None:
    with pytest.raises(VerificationFailed):
        Leaf.from_bytes(data)
