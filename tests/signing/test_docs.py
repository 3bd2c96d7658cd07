"""docs/tokens.md is what others build verifiers from: its tables must say what the code does."""

from __future__ import annotations

from pathlib import Path

import pytest

from signing.claims import CONTENT_TYPES, FACTS, Kind
from signing.errors import Reason
from signing.keys import CURVES
from signing.scanned import ScanKind
from signing.seal_check import SealReason
from signing.suites import SUITES, SuiteName

TEXT = (Path(__file__).parents[2] / "docs" / "tokens.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip(" `") for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line[:1] == "|"
]


@pytest.mark.parametrize("reason", list(Reason))
def test_reason_of_a_token_with_its_verdict(reason: Reason) -> None:
    assert [row[2] for row in ROWS if row[0] == reason] == [reason.verdict]


def test_reasons_stand_in_the_order_in_which_they_are_found() -> None:
    assert [row[0] for row in ROWS if row[0] in list(Reason)] == list(Reason)


@pytest.mark.parametrize("reason", list(SealReason))
def test_reason_of_a_seal_with_its_sentence(reason: SealReason) -> None:
    assert [row[1:] for row in ROWS if row[0] == reason] == [[reason.verdict, reason.sentence]]


@pytest.mark.parametrize("kind", list(ScanKind))
def test_scanned_kind_with_its_sentence(kind: ScanKind) -> None:
    assert [kind, kind.sentence] in ROWS


@pytest.mark.parametrize("kind", list(Kind))
def test_content_type(kind: Kind) -> None:
    assert f"{CONTENT_TYPES[kind]} {kind.value}" in TEXT


def test_private_use_numbers() -> None:
    assert [row[1] for row in ROWS if row[0] == str(FACTS)] == ["facts"]
    assert f"algorithm **{SUITES[SuiteName.SM2].cose_algorithm}**, curve **{CURVES[SuiteName.SM2]}**" in TEXT
