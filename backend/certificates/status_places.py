"""A certificate's place in its county's status list: an index drawn at random, so that neighbours say
nothing.

A list has 65,536 places; a new one is begun when it is half full, so that a draw soon finds a free place.
"""

import secrets

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.certificates.models import Certificate, StatusListCounter

SIZE = 65_536
_FULL = SIZE // 2


def take(session: Session, county_code: str) -> tuple[int, int]:
    """List and index, never given before. The list's row stays locked until the transaction ends."""
    number = _count(session, county_code)
    while number is None:
        _begin(session, county_code)
        number = _count(session, county_code)
    while True:
        index = secrets.randbelow(SIZE)
        if not _is_taken(session, county_code, number, index):
            return number, index


def _count(session: Session, county_code: str) -> int | None:
    """Count one more in the county's list that has room; its number, None where there is none."""
    counter = StatusListCounter
    room = update(counter).where(counter.county_code == county_code, counter.used < _FULL)
    room = room.values(used=counter.used + 1).returning(counter.list_number)
    return session.scalars(room.execution_options(synchronize_session=False)).first()


def _begin(session: Session, county_code: str) -> None:
    newest = select(StatusListCounter.list_number).where(StatusListCounter.county_code == county_code)
    last = session.scalars(newest.order_by(StatusListCounter.list_number.desc())).first() or 0
    try:
        with session.begin_nested():
            session.add(StatusListCounter(county_code=county_code, list_number=last + 1, used=0))
    except IntegrityError:
        return  # another transaction began it in this moment


def _is_taken(session: Session, county_code: str, number: int, index: int) -> bool:
    place = select(Certificate.id).where(
        Certificate.county_code == county_code,
        Certificate.status_list == number,
        Certificate.status_index == index,
    )
    return session.scalar(place) is not None
