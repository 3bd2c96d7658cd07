"""How often something may happen (限流): counted in the database, so that all processes count together.

A sliding window made of two slots: the slot before counts for the part of it that the window still covers.
"""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Any, cast

from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from backend import clock, privacy
from backend.identity.models import RateCount
from backend.problems import TooMany


def count(
    session: Session, *, name: str, key: str, limit: int, window: timedelta, detail: str | None = None
) -> int:
    """Count one more of `name` for `key` (a phone, an address: kept only as a keyed digest); how many now.

    Raises TooMany, with the seconds to wait, past `limit` in `window`. It stays only if the caller commits.
    """
    key_hash = privacy.keys().index_bytes(f"rate.{name}", key.encode())
    start, gone = _slot(clock.now(), window)
    before = session.scalar(
        select(RateCount.count).where(
            RateCount.key_hash == key_hash, RateCount.window_start == start - window
        )
    )
    now = _add_one(session, key_hash, start) + int((before or 0) * (1 - gone))
    if now > limit:
        raise TooMany(detail, retry_after=max(1, int(window.total_seconds() * (1 - gone))))
    return now


def network(address: str) -> str:
    """What of an address is counted: IPv4 whole, of IPv6 the /64, since a home has 2^64 of those to change through."""
    try:
        parsed = ip_address(address)
    except ValueError:  # no address at all, as in calls of our own
        return address
    if isinstance(parsed, IPv4Address):
        return address
    mapped = parsed.ipv4_mapped
    return str(mapped) if mapped else str(IPv6Network((int(parsed), 64), strict=False))


def _slot(moment: datetime, window: timedelta) -> tuple[datetime, float]:
    """The start of the slot that `moment` lies in, and the part of it gone by."""
    seconds = int(window.total_seconds())
    number, gone = divmod(moment.timestamp(), seconds)
    return datetime.fromtimestamp(number * seconds, UTC), gone / seconds


def _add_one(session: Session, key_hash: bytes, start: datetime) -> int:
    """One more, in one statement, so that two at once both count."""
    table = cast(Table, RateCount.__table__)
    dialect: Any = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    insert = dialect.insert(table).values(key_hash=key_hash, window_start=start, count=1)
    upsert = insert.on_conflict_do_update(
        index_elements=["key_hash", "window_start"], set_={"count": table.c.count + 1}
    )
    return int(session.execute(upsert.returning(table.c.count)).scalar_one())
