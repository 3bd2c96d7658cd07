from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.document import canonical, digest
from signing.errors import NotEncodable

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def test_keys_sort_and_nothing_is_escaped_that_need_not_be() -> None:
    document = {"正文": "兹证明䶮㛃𬭎", "number": 1, "a": [True, None]}
    assert canonical(document).decode() == '{"a":[true,null],"number":1,"正文":"兹证明䶮㛃𬭎"}'


def test_sorting_example_of_rfc_8785_section_3_2_3() -> None:
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    expected = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical(dict.fromkeys(keys, 0)))) == expected


def test_digest_is_sha_256_of_the_canonical_bytes() -> None:
    assert digest({"b": 1, "a": 2}) == sha256(b'{"a":2,"b":1}').digest()


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=4))
def test_order_does_not_matter_and_content_comes_back(document: dict[str, Any]) -> None:
    assert json.loads(canonical(document)) == document
    assert digest(dict(reversed(document.items()))) == digest(document)


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), 2**53, "\ud800", date(2026, 1, 1), b"bytes", {1: "a"}, {"\udfff": 1}],
)
def test_what_json_cannot_hold_is_refused(value: Any) -> None:
    with pytest.raises(NotEncodable):
        canonical({"value": value})


def test_a_document_without_end_is_refused() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(NotEncodable):
        canonical({"value": deep})
