"""The labelled phrasings: split by hash, enough of them, and decide() right on nearly all."""

import hashlib

import pytest

from backend.catalogue import items
from backend.catalogue.decide import KINDS
from benchmarks import necessity
from benchmarks.decide import PHRASINGS

LINES = [line.split("\t") for line in PHRASINGS.read_text(encoding="utf-8").splitlines()[1:]]


def test_six_hundred_or_more_split_by_the_hash_of_the_words() -> None:
    early = [(split, words) for split, words, _ in LINES if split != "late"]
    assert len(early) >= 600
    for split, words in early:
        even = int(hashlib.sha256(words.encode()).hexdigest(), 16) % 2 == 0
        assert split == ("tune" if even else "held")


def test_labels_name_known_kinds_and_items() -> None:
    codes = {item.code for item in items.seed()} | {""}
    for _, _, wishes in LINES:
        for wish in wishes.split(" "):
            kind, _, code = wish.partition(":")
            assert kind in KINDS and code in codes


@pytest.mark.parametrize(("part", "least"), [("tune", 0.95), ("held", 0.93), ("late", 0.93)])
def test_most_texts_are_read_wholly_right(part: str, least: float) -> None:
    count = necessity.tally(part)
    assert count.right_texts / count.texts >= least


@pytest.mark.parametrize("part", ["tune", "held"])
def test_stops_are_right_and_complete(part: str) -> None:
    count = necessity.tally(part)
    for right, of in (count.precision("forbidden"), count.recall("forbidden")):
        assert right / of >= 0.95


def test_wilson_interval() -> None:
    low, high = necessity.wilson(95, 100)
    assert (round(low, 3), round(high, 3)) == (0.888, 0.978)
    assert necessity.wilson(0, 0) == (0.0, 1.0)
