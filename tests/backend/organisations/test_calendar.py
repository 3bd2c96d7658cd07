"""Working days: notices, years without one, the city's own changes, over HTTP too."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.notifications.models import OutboxEntry
from backend.organisations import calendar, notices, statutory
from backend.organisations.models import CalendarDay
from backend.organisations.notices import NamedDay
from backend.problems import InvalidInput, NotAllowed
from backend.settings import Settings
from tests.factories import organisations as make


@pytest.fixture
def loaded(session: Session) -> Session:
    notices.load_notices(session)
    return session


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.BEIJING)


def test_2026_has_248_working_days(loaded: Session) -> None:
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    assert sum(calendar.is_working_day(loaded, day) for day in days[::30]) > 0
    year = calendar.WorkingDays(loaded)
    assert sum(year.working(day) for day in days) == 248


@pytest.mark.parametrize(
    "day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]
)
def test_make_up_days_of_2026_are_worked(loaded: Session, day: str) -> None:
    assert calendar.is_working_day(loaded, date.fromisoformat(day))


@pytest.mark.parametrize(
    "day", ["2026-01-02", "2026-02-23", "2026-04-06", "2026-06-19", "2026-09-25", "2026-10-07"]
)
def test_holidays_of_2026_are_not(loaded: Session, day: str) -> None:
    assert not calendar.is_working_day(loaded, date.fromisoformat(day))


def test_loading_again_keeps_what_the_city_corrected(loaded: Session) -> None:
    admin = make.city_admin(loaded).actor
    notices.set_day(loaded, admin, day=date(2026, 12, 1), working=False, name="防汛停班")
    assert notices.load_notices(loaded) == []
    assert not calendar.is_working_day(loaded, date(2026, 12, 1))


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-23T10:00", 1, "2026-11-24T17:30"),
        ("2026-11-23T23:59", 1, "2026-11-24T17:30"),
        ("2026-11-27T10:00", 1, "2026-11-30T17:30"),
        ("2026-11-28T10:00", 3, "2026-12-02T17:30"),
        ("2026-09-30T10:00", 1, "2026-10-08T17:30"),
        ("2026-10-09T10:00", 1, "2026-10-10T17:30"),
        ("2026-10-09T10:00", 2, "2026-10-12T17:30"),
    ],
)
def test_working_days_are_counted_from_the_next_day(
    loaded: Session, settings: Settings, start: str, days: int, due: str
) -> None:
    found = calendar.add_working_days(loaded, at(start), days, settings=settings)
    assert found == calendar.Deadline(at(due), provisional=False)


def test_the_day_is_that_of_beijing_not_of_utc(loaded: Session, settings: Settings) -> None:
    late = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # 01:00 on the 24th in 北京时间
    assert calendar.add_working_days(loaded, late, 1, settings=settings).at == at("2026-11-25T17:30")


def test_a_deadline_in_a_year_without_notice_is_provisional(loaded: Session, settings: Settings) -> None:
    inside = calendar.add_working_days(loaded, at("2026-12-30T10:00"), 1, settings=settings)
    beyond = calendar.add_working_days(loaded, at("2026-12-31T10:00"), 1, settings=settings)
    assert (inside.at, inside.provisional) == (at("2026-12-31T17:30"), False)
    assert (beyond.at, beyond.provisional) == (at("2027-01-04T17:30"), True)


def test_statutory_days_of_2027() -> None:
    off = {day.strftime("%m-%d") for day in statutory.days_off(2027)}
    assert off == {
        "01-01", "02-05", "02-06", "02-07", "02-08", "04-05", "05-01", "05-02", "06-09", "09-15",
        "10-01", "10-02", "10-03",
    }  # fmt: skip
    assert statutory.days_off(2027)[date(2027, 9, 15)] == "中秋节"


def test_a_year_without_notice_follows_weekends_and_statutory_days(loaded: Session) -> None:
    days = calendar.WorkingDays(loaded)
    assert not days.working(date(2027, 2, 8))
    assert not days.working(date(2027, 6, 9))
    assert days.working(date(2027, 10, 4))
    assert not days.working(date(2027, 10, 9))
    assert not days.noticed(date(2027, 3, 1))


def test_the_notice_replaces_the_rule_and_asks_for_recomputation(loaded: Session, settings: Settings) -> None:
    admin = make.city_admin(loaded).actor
    days = [NamedDay(date(2027, 1, 1), False, "元旦"), NamedDay(date(2027, 1, 2), True, "调休上班")]
    notices.load_year(loaded, admin, year=2027, days=days, source="国办发明电〔2026〕7号")
    found = calendar.add_working_days(loaded, at("2026-12-31T10:00"), 1, settings=settings)
    assert found == calendar.Deadline(at("2027-01-02T17:30"), provisional=False)
    assert calendar.is_working_day(loaded, date(2027, 6, 9))
    asked = loaded.scalars(select(OutboxEntry.payload).where(OutboxEntry.topic == notices.TOPIC)).all()
    assert {"year": 2027} in asked


def test_each_change_asks_for_its_own_recomputation(loaded: Session) -> None:
    admin = make.city_admin(loaded).actor
    asked = select(OutboxEntry.id).where(OutboxEntry.topic == notices.TOPIC)
    before = len(loaded.scalars(asked).all())
    notices.set_day(loaded, admin, day=date(2026, 12, 1), working=False, name="停电")
    notices.set_day(loaded, admin, day=date(2026, 12, 1), working=True, name="不停了")
    notices.clear_day(loaded, admin, day=date(2026, 12, 1))
    assert len(loaded.scalars(asked).all()) == before + 3
    assert loaded.get(CalendarDay, date(2026, 12, 1)) is None


@pytest.mark.parametrize(
    "days",
    [
        [],
        [NamedDay(date(2028, 1, 1), False, "元旦")],
        [NamedDay(date(2027, 1, 1), False, "元旦"), NamedDay(date(2027, 1, 1), True, "上班")],
    ],
)
def test_a_notice_that_cannot_be_is_refused(session: Session, days: list[NamedDay]) -> None:
    with pytest.raises(InvalidInput):
        notices.load_year(session, make.city_admin(session).actor, year=2027, days=days, source="试")


def test_only_the_city_admin_changes_the_calendar(session: Session) -> None:
    county_admin = make.organisation_admin(session, make.county(session)).actor
    with pytest.raises(NotAllowed):
        notices.set_day(session, county_admin, day=date(2026, 12, 1), working=False, name="停电")


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-23T09:00", 4, "2026-11-23T13:00"),
        ("2026-11-23T06:00", 4, "2026-11-23T12:30"),
        ("2026-11-23T16:30", 4, "2026-11-24T11:30"),
        ("2026-11-23T18:00", 4, "2026-11-24T12:30"),
        ("2026-11-27T17:00", 1, "2026-11-30T09:00"),
        ("2026-09-30T17:00", 9, "2026-10-08T17:00"),
        ("2026-11-23T13:30", 4, "2026-11-23T17:30"),
    ],
)
def test_office_hours_skip_nights_and_days_off(
    loaded: Session, settings: Settings, start: str, hours: int, end: str
) -> None:
    assert calendar.add_office_hours(loaded, at(start), hours, settings=settings) == at(end)


def test_nonsense_spans_are_refused(session: Session, settings: Settings) -> None:
    for days in (0, -1, 100_000):
        with pytest.raises(ValueError, match="out of range"):
            calendar.add_working_days(session, clock.now(), days, settings=settings)


def test_the_calendar_over_http(client, session: Session) -> None:
    told = client.get("/api/v1/calendar/2027").json
    assert told["provisional"] is True
    assert {"day": "2027-09-15", "working": False, "name": "中秋节"} in told["days"]
    admin = client.as_(make.city_admin(session).token)
    body = {
        "source": "国办发明电〔2026〕7号",
        "days": [{"day": "2027-01-01", "working": False, "name": "元旦"}],
    }
    told = admin.put("/api/v1/calendar/2027", body).json
    assert (told["provisional"], len(told["days"])) == (False, 1)
    day = {"working": False, "name": "防汛停班"}
    assert admin.put("/api/v1/calendar/days/2027-07-01", day).json["name"] == "防汛停班"
    assert admin.delete("/api/v1/calendar/days/2027-07-01").status_code == 204
    assert admin.delete("/api/v1/calendar/days/2027-07-01").status_code == 404
    for bad in ("2027-02-30", "9999-01-01", "1", "2027-7-1"):
        assert admin.put(f"/api/v1/calendar/days/{bad}", day).status_code == 404
    assert client.get("/api/v1/calendar/99999999999999").status_code == 404
    assert client.put("/api/v1/calendar/2027", body).status_code == 401


def test_the_command_loads_once(app) -> None:
    runner = app.test_cli_runner()
    assert "2026" in runner.invoke(args=["zheng", "load-holidays"]).output
    assert "没有新的" in runner.invoke(args=["zheng", "load-holidays"]).output
