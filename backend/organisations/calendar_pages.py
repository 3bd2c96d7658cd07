"""The working-day calendar on a desk: a year at a glance, a year's notice, one day."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backend import clock
from backend.access import Actor, Permission
from backend.desk.web import Pages, redirect_to, render
from backend.organisations import calendar_forms, notices
from backend.organisations.calendar_forms import ClearDayForm, DayForm, NoticeForm
from backend.problems import InvalidInput

pages = Pages("calendar", __name__)

_MAY = Permission.MANAGE_CALENDAR
_YEAR = "/desk/calendar/<int(min=2000, max=2100):year>"
_SATURDAY = 5
_FIELDS = {"json.days": "lines"}  # what `notices` calls it -> the form's field


@dataclass(frozen=True)
class Cell:
    """One day of a month; `name`: of the exception, empty where the weekend rule holds."""

    day: date
    working: bool
    name: str

    @property
    def kind(self) -> str:
        """How it is drawn: a make-up day, a day off, a weekend, a working day."""
        if self.name:
            return "makeup" if self.working else "off"
        return "" if self.working else "weekend"


@pages.page("/desk/calendar", may=_MAY)
def calendar(session: Session, actor: Actor) -> Response:
    """今年的工作日历"""
    return _show(session, clock.today().year)


@pages.page(_YEAR, may=_MAY)
def calendar_year(session: Session, actor: Actor, year: int) -> Response:
    """一年的工作日历"""
    return _show(session, year)


def _show(session: Session, year: int) -> Response:
    seen = notices.view_year(session, year)
    months = [_month(seen, month) for month in range(1, 13)]
    days = [cell for weeks in months for week in weeks for cell in week if cell]
    return render(
        "organisations/calendar.html",
        seen=seen,
        months=months,
        today=clock.today(),
        working=sum(cell.working for cell in days),
        notice=calendar_forms.written(seen.days),
        at=f"/desk/calendar/{year}",
    )


def _month(seen: notices.YearView, month: int) -> list[list[Cell | None]]:
    """Weeks of seven, Monday first; None where the week reaches into another month."""
    special = {day.day: day for day in seen.days}
    weeks = Calendar().monthdatescalendar(seen.year, month)
    return [[_cell(day, special) if day.month == month else None for day in week] for week in weeks]


def _cell(day: date, special: dict[date, notices.NamedDay]) -> Cell:
    named = special.get(day)
    if named is not None:
        return Cell(day, named.working, named.name)
    return Cell(day, day.weekday() < _SATURDAY, "")


@pages.form(f"{_YEAR}/days", may=_MAY, takes=DayForm, again=calendar_year)
def set_day(session: Session, actor: Actor, form: dict[str, Any], year: int) -> Response:
    """规定某一天上班或不上班"""
    day = _of(form["day"], year, "day")
    notices.set_day(session, actor, day=day, working=form["working"] == "yes", name=form["name"])
    return redirect_to(f"/desk/calendar/{year}")


@pages.form(f"{_YEAR}/days/clear", may=_MAY, takes=ClearDayForm, again=calendar_year)
def clear_day(session: Session, actor: Actor, form: dict[str, Any], year: int) -> Response:
    """取消对某一天的特别规定"""
    notices.clear_day(session, actor, day=_of(form["clear_day"], year, "clear_day"))
    return redirect_to(f"/desk/calendar/{year}")


def _of(day: date, year: int, name: str) -> date:
    if day.year != year:
        raise InvalidInput(errors={name: [f"请选择 {year} 年的日期，或先打开 {day.year} 年"]})
    return day


@pages.form(f"{_YEAR}/notice", may=_MAY, takes=NoticeForm, again=calendar_year)
def load_notice(session: Session, actor: Actor, form: dict[str, Any], year: int) -> Response:
    """录入或替换一年的放假通知"""
    days = calendar_forms.read(form["lines"])
    try:
        notices.load_year(session, actor, year=year, days=days, source=form["source"])
    except InvalidInput as problem:
        told = {_FIELDS.get(name, name): words for name, words in problem.errors.items()}
        raise InvalidInput(problem.message, errors=told) from problem
    return redirect_to(f"/desk/calendar/{year}")
