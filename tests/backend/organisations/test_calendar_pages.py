"""The working-day calendar on a desk: a year is read, a notice loaded, one day ruled and cleared, bad lines named."""

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.notifications.models import OutboxEntry
from backend.organisations import calendar_forms, notices
from backend.organisations.models import CalendarDay, CalendarYear
from backend.problems import InvalidInput
from tests.backend.organisations.test_pages import Desk
from tests.factories import organisations as make

YEAR = "/desk/calendar/2027"
NOTICE = """2027-01-01 休 元旦
2027-02-06至2027-02-12  放假 春节

2027-02-14 班 春节调休"""


@pytest.fixture
def desk(app: Flask, session: Session) -> Desk:
    notices.load_notices(session)
    return Desk(app, make.city_admin(session))


def cells(page: str, kind: str) -> int:
    return len(re.findall(rf'<td class="day {kind}"', page))


def test_this_year_is_shown_with_its_notice(desk: Desk) -> None:
    page = desk.see("/desk/calendar/2026")
    assert "暂按周末推算" not in page and "12 月" in page
    assert cells(page, "off") + cells(page, "makeup") == len(
        [day for day in notices._published_days(2026) if day.day.year == 2026]
    )
    assert len(re.findall(r'<td class="day [a-z]*"', page)) == 365
    assert "年工作日历" in desk.see("/desk/calendar")


def test_a_year_without_notice_says_so_and_takes_one(desk: Desk, session: Session) -> None:
    page = desk.see(YEAR)
    assert "放假通知还没有录入" in page and "2027-01-01 休 元旦" in page
    answer = desk.post(YEAR, f"{YEAR}/notice", source="国办发明电〔2026〕7号", lines=NOTICE)
    assert (answer.status_code, answer.location) == (303, YEAR), answer.text
    page = desk.see(YEAR)
    assert "放假通知还没有录入" not in page and "国办发明电〔2026〕7号" in page
    assert (cells(page, "off"), cells(page, "makeup")) == (8, 1)
    topics = session.scalars(select(OutboxEntry.topic).where(OutboxEntry.topic == notices.TOPIC)).all()
    assert topics


def test_one_day_is_ruled_and_cleared(desk: Desk, session: Session) -> None:
    answer = desk.post(YEAR, f"{YEAR}/days", day="2027-07-05", working="no", name="防汛停班")
    assert answer.status_code == 303, answer.text
    assert 'title="防汛停班"' in desk.see(YEAR)
    desk.post(YEAR, f"{YEAR}/days", day="2027-07-05", working="yes", name="防汛值班")
    assert session.get_one(CalendarDay, date(2027, 7, 5), populate_existing=True).working
    assert desk.post(YEAR, f"{YEAR}/days/clear", clear_day="2027-07-05").status_code == 303
    assert "防汛值班" not in desk.see(YEAR)
    gone = desk.post(YEAR, f"{YEAR}/days/clear", clear_day="2027-07-05")
    assert gone.status_code == 404 and "没有特别规定" in gone.text


@pytest.mark.parametrize(
    ("action", "fields", "told"),
    [
        ("days", {"day": "", "working": "no", "name": "x"}, "请填写"),
        ("days", {"day": "2027-02-30", "working": "no", "name": "x"}, "日期格式"),
        ("days", {"day": "2028-02-01", "working": "no", "name": "x"}, "请选择 2027 年的日期"),
        ("days", {"day": "2027-07-05", "working": "maybe", "name": "x"}, "请选择上班或不上班"),
        ("days", {"day": "2027-07-05", "working": "no", "name": "暗\u202e藏"}, "不能使用的字符"),
        ("days/clear", {"clear_day": "2026-10-01"}, "请选择 2027 年的日期"),
        ("notice", {"source": "通知", "lines": ""}, "请填写"),
        ("notice", {"source": "", "lines": NOTICE}, "请填写"),
        ("notice", {"source": "通知", "lines": "2027-01-01 元旦"}, "第 1 行应写成"),
        ("notice", {"source": "通知", "lines": f"{NOTICE}\n2027-02-30 休 x"}, "第 5 行没有 2027-02-30"),
        ("notice", {"source": "通知", "lines": "2027-02-12至2027-02-06 休 春节"}, "起止日期不对"),
        ("notice", {"source": "通知", "lines": "2027-01-01至2027-12-31 休 全年"}, "最多 31 天"),
        ("notice", {"source": "通知", "lines": "2026-01-01 休 元旦"}, "年份不符"),
        ("notice", {"source": "通知", "lines": f"{NOTICE}\n2027-01-01 休 元旦"}, "日期重复"),
        ("notice", {"source": "通知", "lines": "<script>alert(1)</script>"}, "&lt;script&gt;"),
    ],
)
def test_bad_input_changes_nothing_and_is_said_beside_what_was_typed(
    desk: Desk, session: Session, action: str, fields: dict[str, str], told: str
) -> None:
    answer = desk.post(YEAR, f"{YEAR}/{action}", **fields)
    assert answer.status_code == 422 and told in answer.text
    assert session.get(CalendarYear, 2027) is None
    assert session.scalars(select(CalendarDay).where(CalendarDay.day >= date(2027, 1, 1))).all() == []


def test_what_is_written_is_read_again() -> None:
    days = calendar_forms.read(NOTICE)
    assert len(days) == 9 and calendar_forms.read(calendar_forms.written(days)) == days
    with pytest.raises(InvalidInput):
        calendar_forms.read("2027-1-1 休 元旦")


def test_no_such_year_and_nobody_else(app: Flask, desk: Desk, session: Session) -> None:
    desk.see("/desk/calendar/1999", 404)
    desk.see("/desk/calendar/2101", 404)
    other = Desk(app, make.organisation_admin(session, make.city(session)))
    other.see("/desk/calendar", 403)
    assert "工作日历" not in other.see("/desk")
    assert "工作日历" in desk.see("/desk")
