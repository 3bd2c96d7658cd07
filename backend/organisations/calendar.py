"""Working days (工作日): deadlines, from the city's own calendar.

A year whose notice (放假通知) is loaded follows `calendar_day`; any other follows weekends and statutory days,
and what falls in it is provisional (暂按周末推算) until the notice comes and `organisations.calendar_changed`
has it recomputed.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.organisations import statutory
from backend.organisations.models import CalendarDay, CalendarYear
from backend.settings import Settings

PROVISIONAL = "暂按周末推算"
_SATURDAY = 5
_MOST_DAYS = 3660


@dataclass(frozen=True)
class Deadline:
    """When something is due, and whether that rests on a year without a notice."""

    at: datetime
    provisional: bool


@dataclass(frozen=True)
class _Year:
    noticed: bool
    differs: dict[date, bool]  # day -> working, where the weekend rule does not say


class WorkingDays:
    """The calendar as this transaction sees it, read a year at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._years: dict[int, _Year] = {}

    def working(self, day: date) -> bool:
        """Whether offices work on this day."""
        return self._year(day.year).differs.get(day, day.weekday() < _SATURDAY)

    def noticed(self, day: date) -> bool:
        """Whether the notice of this day's year has been loaded."""
        return self._year(day.year).noticed

    def _year(self, year: int) -> _Year:
        if year not in self._years:
            self._years[year] = self._read(year)
        return self._years[year]

    def _read(self, year: int) -> _Year:
        noticed = self._session.get(CalendarYear, year) is not None
        differs = {} if noticed else dict.fromkeys(statutory.days_off(year), False)
        rows = select(CalendarDay.day, CalendarDay.working).where(
            CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
        )
        return _Year(noticed, differs | dict(self._session.execute(rows).all()))


def is_working_day(session: Session, day: date) -> bool:
    """Whether offices work on this day (北京时间)."""
    return WorkingDays(session).working(day)


def add_working_days(session: Session, start: datetime, days: int, *, settings: Settings) -> Deadline:
    """The closing hour of the `days`-th working day after the day of `start`, which itself does not count."""
    if not 1 <= days <= _MOST_DAYS:
        raise ValueError(f"working days out of range: {days}")
    calendar = WorkingDays(session)
    day, left, provisional = clock.beijing(start).date(), days, False
    while left:
        day += timedelta(days=1)
        provisional |= not calendar.noticed(day)
        left -= calendar.working(day)
    return Deadline(_moment(day, settings.office_closes), provisional)


def add_office_hours(session: Session, start: datetime, hours: float, *, settings: Settings) -> datetime:
    """The moment after `hours` of office time from `start`; nights and days off do not count."""
    calendar = WorkingDays(session)
    moment, left = start, timedelta(hours=hours)
    for _ in range(_MOST_DAYS):
        day = clock.beijing(moment).date()
        opens, closes = _moment(day, settings.office_opens), _moment(day, settings.office_closes)
        begin = max(moment, opens)
        if calendar.working(day) and begin < closes:
            if closes - begin >= left:
                return begin + left
            left -= closes - begin
        moment = _moment(day + timedelta(days=1), "00:00")
    raise ValueError(f"office hours out of range: {hours}")


def _moment(day: date, clock_time: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock_time), clock.BEIJING)
