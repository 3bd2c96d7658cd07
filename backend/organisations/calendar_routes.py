"""The city's working-day calendar: public to read, the city's admin to change."""

from datetime import date
from typing import Any

from marshmallow import fields, validate
from sqlalchemy.orm import Session

from backend.access import Actor, Permission
from backend.http import Blueprint
from backend.organisations import notices
from backend.organisations.models import CalendarDay
from backend.problems import NotFound
from backend.schemas import Schema, Words

blueprint = Blueprint("calendar", "calendar", url_prefix="/api/v1/calendar", description="工作日历")
_YEAR = "/<int(min=2000, max=2100):year>"


class CalendarDaySchema(Schema):
    """A day that differs from the weekend rule."""

    day = fields.Date(required=True, metadata={"description": "日期", "example": "2027-02-06"})
    working = fields.Boolean(required=True, metadata={"description": "是否上班（调休）"})
    name = Words(required=True, high=30, metadata={"description": "名目", "example": "春节"})


class CalendarYearSchema(Schema):
    """A year's exceptions."""

    year = fields.Integer(required=True, metadata={"example": 2027})
    provisional = fields.Boolean(required=True, metadata={"description": "放假通知未发布，暂按周末推算"})
    source = fields.String(required=True, metadata={"description": "依据"})
    days = fields.List(fields.Nested(CalendarDaySchema), required=True)


class CalendarNoticeSchema(Schema):
    """A year's notice, whole."""

    source = Words(
        required=True, high=120, metadata={"description": "依据", "example": "国办发明电〔2026〕7号"}
    )
    days = fields.List(
        fields.Nested(CalendarDaySchema),
        required=True,
        validate=validate.Length(1, 120, error="请填写 1 到 120 天"),
        metadata={"description": "通知所列的放假日和调休上班日"},
    )


class CalendarDayChangeSchema(Schema):
    """What to say of one day."""

    working = fields.Boolean(required=True, metadata={"description": "是否上班"})
    name = Words(required=True, high=30, metadata={"description": "名目", "example": "防汛停班"})


@blueprint.get(_YEAR, may=Permission.PUBLIC_READ, gives=CalendarYearSchema)
def read_calendar(session: Session, actor: Actor, year: int) -> notices.YearView:
    """一年的节假日与调休

    放假通知未发布的年份按周末和法定节日推算,provisional 为 true。
    """
    return notices.view_year(session, year)


@blueprint.put(_YEAR, may=Permission.MANAGE_CALENDAR, takes=CalendarNoticeSchema, gives=CalendarYearSchema)
def load_calendar(session: Session, actor: Actor, body: dict[str, Any], year: int) -> notices.YearView:
    """录入或替换一年的放假通知；已算出的期限随后重算"""
    days = [notices.NamedDay(**day) for day in body["days"]]
    notices.load_year(session, actor, year=year, days=days, source=body["source"])
    return notices.view_year(session, year)


@blueprint.put(
    "/days/<day>", may=Permission.MANAGE_CALENDAR, takes=CalendarDayChangeSchema, gives=CalendarDaySchema
)
def set_calendar_day(session: Session, actor: Actor, body: dict[str, Any], day: str) -> CalendarDay:
    """规定某一天上班或不上班"""
    return notices.set_day(session, actor, day=_date(day), **body)


@blueprint.delete("/days/<day>", may=Permission.MANAGE_CALENDAR, status=204)
def clear_calendar_day(session: Session, actor: Actor, day: str) -> None:
    """取消对某一天的特别规定"""
    notices.clear_day(session, actor, day=_date(day))


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise NotFound("日期格式应为 2027-02-06") from error
    if not 2000 <= day.year <= 2100:
        raise NotFound("只能规定 2000 到 2100 年的日期")
    return day
