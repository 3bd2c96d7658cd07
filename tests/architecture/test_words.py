"""One word for one thing in what people read: 代办 (the law's word) for applying for somebody, never a second one."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_READ_BY_PEOPLE = [
    path
    for folder in ("backend", "miniprogram_api", "demo")
    for pattern in ("*.py", "*.html", "*.typ")
    for path in sorted((ROOT / folder).rglob(pattern))
]


@pytest.mark.parametrize("other", ["协助申请", "帮办", "代为办证", "代申请"])
def test_acting_for_somebody_has_one_word(other: str) -> None:
    assert len(_READ_BY_PEOPLE) > 200
    assert [path.name for path in _READ_BY_PEOPLE if other in path.read_text(encoding="utf-8")] == []
