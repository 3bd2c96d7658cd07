"""Serials: one row per office and year, changed in the transaction that uses the serial, so that none is
lost.

A row is made at its first use; two that make it at once meet on its primary key, and the second counts on.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.organisations import short_codes
from backend.organisations.models import Organisation
from backend.papers.models import PaperCounter

#: Word of a kind in its number (文号字): `温高新村受〔2026〕12号`.
WORDS = {"certificate": "证", "receipt": "受", "correction_notice": "补", "refusal": "决", "notice": "告"}


@dataclass(frozen=True)
class Number:
    """A number (文号): its text, year and serial."""

    text: str
    year: int
    serial: int


def spoken(short_code: str, kind: str, year: int, serial: int) -> str:
    """`温高新村证〔2026〕12号`, brackets as GB/T 9704-2012 7.2.5 has them."""
    return f"{short_code}{WORDS[kind]}〔{year}〕{serial}号"


def take(session: Session, organisation: Organisation, kind: str, year: int) -> Number:
    """The next number of a paper that is no certificate."""
    county, office = organisation.county_code, organisation.id
    serial = next_serial(
        session, PaperCounter, county_code=county, organisation_id=office, kind=kind, year=year
    )
    head = short_codes.use(session, organisation) if organisation.short_code else organisation.name
    return Number(spoken(head, kind, year, serial), year, serial)


def next_serial(session: Session, counter: Any, **key: str | int | uuid.UUID) -> int:
    """Take the next serial of a counter's row; the row stays locked until the transaction ends."""
    taken = _take(session, counter, key)
    if taken is None:
        _begin(session, counter, key)
        taken = _take(session, counter, key)
    if taken is None:
        raise RuntimeError(f"no row in {counter.__tablename__}")
    return taken


def _take(session: Session, counter: Any, key: dict[str, Any]) -> int | None:
    where = [getattr(counter, name) == value for name, value in key.items()]
    statement = update(counter).where(*where).values(next_serial=counter.next_serial + 1)
    statement = statement.returning(counter.next_serial).execution_options(synchronize_session=False)
    following = session.scalar(statement)
    return None if following is None else following - 1


def _begin(session: Session, counter: Any, key: dict[str, Any]) -> None:
    try:
        with session.begin_nested():
            session.add(counter(**key, next_serial=1))
    except IntegrityError:
        return  # another transaction made it in this moment
