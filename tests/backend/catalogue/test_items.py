"""The seed catalogue: real, sourced, and honest about what nobody confirmed."""

from collections import Counter

import pytest

from backend.catalogue import items, published
from backend.catalogue.items import of_rows

ROWS = items.read("proof-items.json")["items"]


def test_at_least_sixty_items_with_unique_codes() -> None:
    codes = Counter(item.code for item in items.seed())
    assert len(codes) >= 60 and set(codes.values()) == {1}


@pytest.mark.parametrize("item", items.seed(), ids=lambda item: item.code)
def test_each_says_who_has_it_how_it_is_spared_and_where_that_is_from(item: items.ProofItem) -> None:
    assert item.name and item.aliases and item.purpose and item.office and item.where and item.how_to
    assert item.source and item.demanded_by and item.concerns <= {"person", "company"}
    assert item.confirmed or "待" in item.source or "种子目录" in item.source or "示范" in item.source


def test_no_name_belongs_to_two_items() -> None:
    claims = Counter(name for item in items.seed() for name in item.aliases)
    assert [name for name, count in claims.items() if count > 1] == []


def test_every_forbidden_entry_stands_on_a_published_list() -> None:
    editions = {each.edition for each in published.lists()}
    for item in items.seed():
        if item.bound == "committees":
            assert {law.law for law in item.basis} & editions


def test_permitted_items_are_the_same_in_both_files() -> None:
    retained = {item.code for item in items.seed() if item.by_committee}
    assert set(published.permitted()) <= retained


@pytest.mark.parametrize(
    "change", [{"bound": "nobody"}, {"ways": []}, {"ways": [{"way": "magic", "needs": ""}]}]
)
def test_a_row_that_cannot_be_is_refused_by_name(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="kinship"):
        list(of_rows([{**ROWS[0], **change}]))
