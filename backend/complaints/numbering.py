"""Numbers of complaints: `TS421202-2026-00012`, one row a county and year."""

from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from backend.complaints.models import ComplaintSerial


def next_number(session: Session, county_code: str, year: int) -> str:
    """The next number of a county (6 digits) and year, taken in the caller's transaction."""
    table = cast(Table, ComplaintSerial.__table__)
    dialect: Any = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    insert = dialect.insert(table).values(county_code=county_code, year=year, next_serial=2)
    upsert = insert.on_conflict_do_update(
        index_elements=["county_code", "year"], set_={"next_serial": table.c.next_serial + 1}
    )
    serial = session.execute(upsert.returning(table.c.next_serial)).scalar_one() - 1
    return f"TS{county_code}-{year}-{serial:05d}"
