"""The yearly notice (放假通知) in the calendar: loading it, and the city's own corrections."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from chinese_calendar.constants import holidays, workdays
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import MACHINE, Actor, Permission, require
from backend.audit import service as audit
from backend.notifications import outbox
from backend.organisations import statutory
from backend.organisations.models import CalendarDay, CalendarYear
from backend.problems import InvalidInput, NotFound

TOPIC = "organisations.calendar_changed"
FIRST_YEAR = 2024
_CHINESE = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
}
_SOURCE = "国务院办公厅放假通知(chinesecalendar)"


@dataclass(frozen=True)
class NamedDay:
    """A day that differs from the weekend rule."""

    day: date
    working: bool
    name: str


def load_notices(session: Session) -> list[int]:
    """Fill the years whose notice ships with `chinesecalendar`; years already loaded stay, corrections too.

    Gives the years loaded now. Deadlines computed before are computed again.
    """
    present = set(session.scalars(select(CalendarYear.year)))
    years = [year for year in _published() if year not in present]
    for year in years:
        _write(session, year, _published_days(year), source=_SOURCE)
        audit.record(session, MACHINE, "calendar.load", subject_kind="calendar_year", year=year)
    return years


def _published() -> list[int]:
    return sorted({day.year for day in holidays if day.year >= FIRST_YEAR})


def _published_days(year: int) -> list[NamedDay]:
    tables: tuple[tuple[Mapping[date, str], bool], ...] = ((holidays, False), (workdays, True))
    return [
        NamedDay(day, working, _CHINESE.get(name, name) + ("调休上班" if working else ""))
        for table, working in tables
        for day, name in table.items()
        if day.year == year
    ]


def load_year(
    session: Session, actor: Actor, *, year: int, days: list[NamedDay], source: str
) -> CalendarYear:
    """Load or replace the notice of a year, whole; deadlines in it are recomputed."""
    require(actor, Permission.MANAGE_CALENDAR)
    _refuse_bad_days(year, days)
    row = _write(session, year, days, source=source)
    audit.record(session, actor, "calendar.load", subject_kind="calendar_year", year=year, days=len(days))
    return row


def _refuse_bad_days(year: int, days: list[NamedDay]) -> None:
    wrong = [day.day.isoformat() for day in days if day.day.year != year]
    if wrong:
        raise InvalidInput(
            f"下列日期不在 {year} 年：{'、'.join(wrong[:5])}", errors={"json.days": ["年份不符"]}
        )
    if len({day.day for day in days}) != len(days):
        raise InvalidInput("同一天写了两次，请删去一条", errors={"json.days": ["日期重复"]})
    if not days:
        raise InvalidInput("请至少填写一天放假或调休", errors={"json.days": ["不能为空"]})


def set_day(session: Session, actor: Actor, *, day: date, working: bool, name: str) -> CalendarDay:
    """Say of one day whether offices work (a local holiday, a flood, a correction)."""
    require(actor, Permission.MANAGE_CALENDAR)
    row = session.get(CalendarDay, day)
    if row is None:
        row = CalendarDay(day=day, working=working, name=name)
        session.add(row)
    row.working, row.name = working, name
    audit.record(
        session, actor, "calendar.set_day", subject_kind="calendar_day", day=str(day), working=working
    )
    _announce(session, day.year)
    return row


def clear_day(session: Session, actor: Actor, *, day: date) -> None:
    """Take a day's exception away: the weekend rule holds again."""
    require(actor, Permission.MANAGE_CALENDAR)
    row = session.get(CalendarDay, day)
    if row is None:
        raise NotFound("这一天没有特别规定")
    session.delete(row)
    audit.record(session, actor, "calendar.clear_day", subject_kind="calendar_day", day=str(day))
    _announce(session, day.year)


@dataclass(frozen=True)
class YearView:
    """A year's exceptions, and where they come from; `provisional` while its notice is not out."""

    year: int
    provisional: bool
    source: str
    days: list[NamedDay]


def view_year(session: Session, number: int) -> YearView:
    """The exceptions of a year as deadlines use them."""
    loaded = session.get(CalendarYear, number)
    ruled = {} if loaded else statutory.days_off(number)
    days = {day: NamedDay(day, False, name) for day, name in ruled.items()}
    rows = session.scalars(select(CalendarDay).where(_within(number)))
    days |= {row.day: NamedDay(row.day, row.working, row.name) for row in rows}
    source = loaded.source if loaded else "放假通知尚未发布，暂按周末和法定节日推算"
    return YearView(number, loaded is None, source, [days[day] for day in sorted(days)])


def _write(session: Session, number: int, days: list[NamedDay], *, source: str) -> CalendarYear:
    session.execute(
        delete(CalendarDay).where(_within(number)), execution_options={"synchronize_session": "fetch"}
    )
    session.add_all(CalendarDay(day=day.day, working=day.working, name=day.name) for day in days)
    row = session.get(CalendarYear, number)
    if row is None:
        row = CalendarYear(year=number, source=source, loaded_at=clock.now())
        session.add(row)
    row.source, row.loaded_at = source, clock.now()
    session.flush()
    _announce(session, number)
    return row


def _within(number: int) -> ColumnElement[bool]:
    return CalendarDay.day.between(date(number, 1, 1), date(number, 12, 31))


def _announce(session: Session, number: int) -> None:
    """Each change asks for its own recomputation: a dedup key of its own."""
    outbox.enqueue(session, TOPIC, {"year": number}, dedup_key=f"{number}:{uuid.uuid4()}")
