"""The one place that knows what time it is, so that tests can move it.

Everything is stored in UTC and shown in 北京时间 (UTC+8, no summer time).
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date in 北京时间: what a certificate is dated with."""
    return now().astimezone(BEIJING).date()


def beijing(moment: datetime) -> datetime:
    """The same moment in 北京时间."""
    return moment.astimezone(BEIJING)


def spoken(moment: datetime) -> str:
    """`2026年11月23日 15:20`, for people."""
    local = beijing(moment)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
