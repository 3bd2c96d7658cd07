"""Shapes of the calendar's forms, and the notice as an admin copies it from the government's: one line a day or a span."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from marshmallow import fields, validate

from backend.organisations.notices import NamedDay
from backend.problems import InvalidInput
from backend.schemas import Schema, Words

_LONGEST_SPAN = 31
_WORKING = {"休": False, "放假": False, "班": True, "上班": True}
_LINE = re.compile(
    r"(?P<first>\d{4}-\d{2}-\d{2})(?:\s*(?:至|到|~|—)\s*(?P<last>\d{4}-\d{2}-\d{2}))?\s+(?P<what>休|放假|班|上班)\s+(?P<name>\S.{0,29})"
)
_SHAPE = "应写成“2027-02-06 休 春节”或“2027-02-06至2027-02-12 休 春节”"


class DayForm(Schema):
    """What to say of one day."""

    day = fields.Date(required=True)
    working = fields.String(required=True, validate=validate.OneOf(("yes", "no"), error="请选择上班或不上班"))
    name = Words(required=True, high=30)


class ClearDayForm(Schema):
    """Whose exception to take away."""

    clear_day = fields.Date(required=True)


class NoticeForm(Schema):
    """A year's notice, whole."""

    source = Words(required=True, high=120)
    lines = Words(required=True, high=8000, lines=True)


def read(text: str) -> list[NamedDay]:
    """The days of a notice; every line that cannot be read is named by its number."""
    days: list[NamedDay] = []
    faults = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            days += _days(line.strip()) if line.strip() else ()
        except ValueError as error:
            faults.append(f"第 {number} 行{error}")
    if faults:
        raise InvalidInput(errors={"lines": faults[:10]})
    return days


def written(days: Sequence[NamedDay]) -> str:
    """A year's days, one line each, as `read` takes them."""
    return "\n".join(f"{day.day} {'班' if day.working else '休'} {day.name}" for day in days)


def _days(line: str) -> Iterator[NamedDay]:
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError(_SHAPE)
    first = _date(found["first"])
    last = _date(found["last"]) if found["last"] else first
    if not 0 <= (last - first).days < _LONGEST_SPAN:
        raise ValueError(f"的起止日期不对，最多 {_LONGEST_SPAN} 天")
    for offset in range((last - first).days + 1):
        yield NamedDay(first + timedelta(days=offset), _WORKING[found["what"]], found["name"])


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"没有 {text} 这一天") from error
