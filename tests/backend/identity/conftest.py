"""A clock that tests can move."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from backend import clock

Advance = Callable[[timedelta], None]


@pytest.fixture
def advance(monkeypatch: pytest.MonkeyPatch) -> Iterator[Advance]:
    """`advance(timedelta(...))` moves the product's clock on from where it stands."""
    real = clock.now
    ahead = timedelta()

    def moved() -> datetime:
        return real() + ahead

    def by(more: timedelta) -> None:
        nonlocal ahead
        ahead += more

    monkeypatch.setattr(clock, "now", moved)
    yield by
