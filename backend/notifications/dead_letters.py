"""Dead letters (死信): outbox entries that failed too often, for an operator to see and to drive again."""

import uuid

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor, Permission, require
from backend.audit import service as audit
from backend.notifications.models import OutboxEntry
from backend.paging import Key, Page, page
from backend.problems import NotFound


def dead_letters(session: Session, actor: Actor, *, cursor: str | None, limit: int | None) -> Page:
    """All dead letters, newest failure first. Operators only; payloads hold ids, never personal data."""
    require(actor, Permission.OPERATE)
    statement = select(OutboxEntry).where(OutboxEntry.state == "dead")
    keys = [Key(OutboxEntry.next_at, "next_at", descending=True), Key(OutboxEntry.id, "id", descending=True)]
    return page(session, statement, keys=keys, cursor=cursor, limit=limit)


def redrive(session: Session, actor: Actor, *, entry_id: uuid.UUID) -> OutboxEntry:
    """Give one dead letter a fresh start."""
    require(actor, Permission.OPERATE)
    entry = session.get(OutboxEntry, entry_id, with_for_update=True)
    if entry is None or entry.state != "dead":
        raise NotFound("没有这条死信，可能已被重新处理")
    entry.state, entry.attempts, entry.next_at = "pending", 0, clock.now()
    _record(session, actor, entry.id, entry.topic)
    return entry


def redrive_topic(session: Session, actor: Actor, *, topic: str) -> int:
    """Give all dead letters of a topic a fresh start; how many."""
    require(actor, Permission.OPERATE)
    dead = update(OutboxEntry).where(OutboxEntry.state == "dead", OutboxEntry.topic == topic)
    dead = dead.values(state="pending", attempts=0, next_at=clock.now()).returning(OutboxEntry.id)
    driven = session.scalars(dead.execution_options(synchronize_session=False)).all()
    for entry_id in driven:
        _record(session, actor, entry_id, topic)
    return len(driven)


def _record(session: Session, actor: Actor, entry_id: uuid.UUID, topic: str) -> None:
    audit.record(
        session, actor, "outbox.redrive", subject_kind="outbox_entry", subject_id=entry_id, topic=topic
    )
