"""Division codes (统计用区划代码): 2 + 2 + 2 + 3 + 3 digits for province, city, county, township, village."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.organisations.models import Division

CODE_LENGTH = 12
#: Level -> how many leading digits name a place of that level; the rest are zeros.
DIGITS = {"province": 2, "city": 4, "county": 6, "township": 9, "village": 12}
LEVELS = tuple(DIGITS)


def level_of(code: str) -> str:
    """The level a 12-digit code speaks of, read off its trailing zeros."""
    return next(level for level, digits in DIGITS.items() if not code[digits:].strip("0"))


def prefix(code: str) -> str:
    """The leading digits that every place inside this one shares."""
    return code[: DIGITS[level_of(code)]]


def above(code: str, level: str) -> str:
    """The code of the place of `level` that holds this one."""
    return code[: DIGITS[level]].ljust(CODE_LENGTH, "0")


def parent_code(code: str) -> str | None:
    """The code one level up; None for a province."""
    position = LEVELS.index(level_of(code))
    return above(code, LEVELS[position - 1]) if position else None


def spoken(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """Code -> where it is, from the county down to the town: `咸安区温泉街道`. One query for all."""
    wanted = set(codes)
    needed = {above(code, level) for code in wanted for level in _levels_spoken(code)}
    rows = session.execute(select(Division.code, Division.name).where(Division.code.in_(needed)))
    names = dict(rows.all())
    return {
        code: "".join(names.get(above(code, level), "") for level in _levels_spoken(code)) for code in wanted
    }


def _levels_spoken(code: str) -> Sequence[str]:
    """County and town, as far as they stand above the place itself or are it."""
    return [level for level in ("county", "township") if LEVELS.index(level) <= LEVELS.index(level_of(code))]
