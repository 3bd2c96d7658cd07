"""docs/tokens.md names every reason a verifier may be given, with its word and sentence, as the code says them."""

from pathlib import Path

import pytest

from backend.showcodes.verdicts import OF_THE_REGISTER, REASONS
from signing.errors import EXPLANATIONS

TEXT = (Path(__file__).parents[3] / "docs" / "tokens.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip(" `") for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line[:1] == "|"
]


@pytest.mark.parametrize("reason", list(OF_THE_REGISTER))
def test_reason_found_after_the_signature(reason: str) -> None:
    word, sentence = OF_THE_REGISTER[reason]
    assert [row[1:] for row in ROWS if row[0] == reason and len(row) == 3] == [[word.value, sentence]]


@pytest.mark.parametrize("reason", list(REASONS))
def test_no_reason_is_kept_back(reason: str) -> None:
    assert [row for row in ROWS if row[0] == reason]


def test_no_reason_of_the_register_is_one_of_the_signatures() -> None:
    assert not OF_THE_REGISTER.keys() & {str(reason) for reason in EXPLANATIONS}
