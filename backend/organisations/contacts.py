"""The number a citizen calls (联系电话): the committee's own, else that of the nearest office above that has one."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.organisations.models import Organisation
from backend.organisations.service import path_ids


@dataclass(frozen=True)
class Contact:
    """Whom one reaches, and at which number."""

    office: str
    phone: str


def contacts(session: Session, rows: Sequence[Organisation]) -> dict[uuid.UUID, Contact | None]:
    """Office -> its contact; None when nobody up to the city has named a number. One query more for those without."""
    silent = [row for row in rows if not row.phone]
    above = {one for row in silent for one in path_ids(row.path)[:-1]}
    statement = select(Organisation).where(Organisation.id.in_(above), Organisation.phone.is_not(None))
    known = {row.id: row for row in session.scalars(statement)} if above else {}
    return {row.id: _nearest(row, known) for row in rows}


def contact(session: Session, row: Organisation) -> Contact | None:
    """The contact of one office."""
    return contacts(session, [row])[row.id]


def _nearest(row: Organisation, known: dict[uuid.UUID, Organisation]) -> Contact | None:
    chain = [row, *(known[one] for one in reversed(path_ids(row.path)[:-1]) if one in known)]
    return next((Contact(one.name, one.phone) for one in chain if one.phone), None)
