"""Idempotency keys: a write that comes twice is done once, and both callers get the first answer.

The key's row is written first in the same transaction as the work, so that two at once meet on its primary key;
a repeat with a different body is refused (422). Answers are kept sealed, since they carry personal data.
"""

import hashlib
import re
from datetime import datetime

from flask import Request, Response
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend import clock, privacy
from backend.access import Actor
from backend.db import Base
from backend.problems import InvalidInput, Problem

_KEY = re.compile(r"[\x21-\x7e]{8,128}")


class IdempotencyKeyMissing(Problem):
    status = 400
    code = "idempotency_key_missing"
    detail = "缺少 Idempotency-Key 请求头（8 到 128 个可见字符，每次操作一个新值）"


class IdempotencyKeyReused(Problem):
    status = 422
    code = "idempotency_key_reused"
    detail = "同一个 Idempotency-Key 不能用于不同的请求"


class IdempotentAnswer(Base):
    """One write already done: what was asked and what was answered."""

    __tablename__ = "idempotent_answer"
    distribution = "key hash"

    key_hash: Mapped[bytes] = mapped_column(primary_key=True)
    request_hash: Mapped[bytes]
    status: Mapped[int | None]
    content_type: Mapped[str | None]
    answer_sealed: Mapped[bytes | None]
    created_at: Mapped[datetime] = mapped_column(index=True)


def key_hash(request: Request, actor: Actor) -> bytes:
    """The scope (account, or address of an anonymous caller) and the key, hashed; refuses a missing key."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        raise IdempotencyKeyMissing()
    if not _KEY.fullmatch(key):
        raise InvalidInput(IdempotencyKeyMissing.detail, errors={"header.Idempotency-Key": ["格式无效"]})
    scope = str(actor.account_id) if actor.account_id else f"address:{actor.address}"
    return hashlib.sha256(f"{scope}\x00{key}".encode()).digest()


def request_hash(request: Request) -> bytes:
    """What must be equal for a repeat to be the same request.

    Keyed: a body may be little more than a six-digit PIN, which a plain hash would give away to whoever reads a backup.
    """
    head = f"{request.method} {request.full_path}\x00".encode()
    return privacy.keys().index_bytes("idempotent_request", head + request.get_data(cache=True))


def replay(session: Session, key: bytes, request: Request) -> Response | None:
    """The first answer, if this was asked before."""
    row = session.get(IdempotentAnswer, key)
    if row is None or row.answer_sealed is None:
        return None
    if row.request_hash != request_hash(request):
        raise IdempotencyKeyReused()
    body = privacy.keys().open(row.answer_sealed, context=_context(key))
    response = Response(body, status=row.status, content_type=row.content_type)
    response.headers["Idempotency-Replayed"] = "true"
    return response


def reserve(session: Session, key: bytes, request: Request) -> IdempotentAnswer:
    """Take the key before the work begins; a second taker fails on the primary key."""
    row = IdempotentAnswer(key_hash=key, request_hash=request_hash(request), created_at=clock.now())
    session.add(row)
    session.flush()
    return row


def keep(row: IdempotentAnswer, response: Response) -> None:
    """Store the answer beside the work, before both are committed."""
    row.status = response.status_code
    row.content_type = response.content_type
    row.answer_sealed = privacy.keys().seal(response.get_data(), context=_context(row.key_hash))


def _context(key: bytes) -> str:
    return f"idempotent_answer.answer.{key.hex()}"
