"""What a scan reads of the register (登记簿) and of the paper: one query, columns instead of objects.

Checking is the call that grows without bound, so its statements are built once and load nothing they do not tell.
"""

import json
import uuid
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Executable, bindparam, select
from sqlalchemy.orm import Session

from backend.certificates.models import Certificate
from backend.papers.models import Paper
from backend.problems import NotFound


class Entry(NamedTuple):
    """One certificate as a verifier may need it. `digest`: SHA-256 of the canonical document."""

    id: uuid.UUID
    holder_id: uuid.UUID
    number: str
    state: str
    valid_until: date
    ended_at: datetime | None
    end_reason: str | None
    superseded_by_id: uuid.UUID | None
    paper_id: uuid.UUID
    digest: bytes
    document_sealed: bytes

    @property
    def document(self) -> dict[str, Any]:
        """The canonical document as data."""
        text = Paper.document.open(Paper.__tablename__, self.paper_id, self.document_sealed)
        document: dict[str, Any] = json.loads(text)
        return document


_ENTRY = select(
    Certificate.id,
    Certificate.holder_id,
    Certificate.number,
    Certificate.state,
    Certificate.valid_until,
    Certificate.ended_at,
    Certificate.end_reason,
    Certificate.superseded_by_id,
    Paper.id,
    Paper.digest,
    Paper.document_sealed,
).join(Paper, Paper.id == Certificate.paper_id)
_BY_JTI = _ENTRY.where(Certificate.jti == bindparam("value"))
_BY_NUMBER = _ENTRY.where(Certificate.number == bindparam("value"))
_BY_ID = _ENTRY.where(Certificate.id == bindparam("value"))


def by_jti(session: Session, jti: bytes) -> Entry | None:
    """The certificate a token names. Not a permission check, as all of these."""
    return _one(session, _BY_JTI, jti)


def by_number(session: Session, number: str) -> Entry | None:
    """The certificate of a number (文号) exactly as the register writes it."""
    return _one(session, _BY_NUMBER, number)


def get(session: Session, certificate_id: uuid.UUID) -> Entry:
    """The certificate of this id, or NotFound."""
    found = _one(session, _BY_ID, certificate_id)
    if found is None:
        raise NotFound("没有找到这份证明，请核对，或回卡包重新打开")
    return found


def _one(session: Session, statement: Executable, value: Any) -> Entry | None:
    # Past the session: these are columns, and its own part would cost more than the query.
    row = session.connection().execute(statement, {"value": value}).one_or_none()
    return Entry(*row) if row else None
