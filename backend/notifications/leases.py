"""Taking outbox entries and giving them back: a guarded UPDATE each, so that two workers never hold one
entry at once.

A lease moves the entry's `next_at` to the lease's end: a worker that dies simply lets it come due again.
`attempts` is counted when the entry is taken, so that an entry that kills its worker becomes a dead letter
too.
"""

import random
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Select, Update, delete, select, update
from sqlalchemy.orm import Session

from backend import clock
from backend.notifications.models import OutboxEntry

MOST_ATTEMPTS = 20
_LONGEST_WAIT = timedelta(minutes=15)
_ERROR_LENGTH = 300
_FREE = {"lease_owner": None, "lease_until": None}


@dataclass(frozen=True)
class Taken:
    """An entry in our hands, until its lease ends."""

    id: uuid.UUID
    topic: str
    payload: dict[str, Any]
    attempts: int
    owner: str


@dataclass(frozen=True)
class Lane:
    """Which topics one thread of a worker takes: `only` these, or all but `without`."""

    only: frozenset[str] | None = None
    without: frozenset[str] = frozenset()

    def condition(self) -> tuple[ColumnElement[bool], ...]:
        """What the lane adds to the WHERE."""
        if self.only is not None:
            return (OutboxEntry.topic.in_(self.only),)
        return (OutboxEntry.topic.not_in(self.without),) if self.without else ()


def is_due(session: Session, lane: Lane) -> bool:
    """Whether there is anything to take; a read, so that an idle worker never locks SQLite."""
    return session.execute(_due(lane)).first() is not None


def take(session: Session, *, owner: str, lease: timedelta, lane: Lane) -> Taken | None:
    """The entry that has been due longest, leased to `owner`;
    None when there is none or another was quicker.
    """
    row = session.execute(_due(lane).with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    until = clock.now() + lease
    guard = _pending(row.id, OutboxEntry.next_at == row.next_at)
    values = {"attempts": row.attempts + 1, "lease_owner": owner, "lease_until": until, "next_at": until}
    if not _changed(session, guard.values(**values)):
        return None
    return Taken(row.id, row.topic, row.payload, row.attempts + 1, owner)


def finish(session: Session, taken: Taken) -> bool:
    """Done. False when the lease had ended and somebody else holds the entry now."""
    values = {
        "state": "done",
        "done_at": clock.now(),
        "last_error": None,
        "lease_owner": None,
        "lease_until": None,
    }
    return _changed(session, _held(taken).values(**values))


def give_back(session: Session, taken: Taken, *, error: str, hopeless: bool = False) -> bool:
    """Failed: due again after a back-off with jitter, or a dead letter when hopeless or tried too often."""
    dead = hopeless or taken.attempts >= MOST_ATTEMPTS
    values = {
        "state": "dead" if dead else "pending",
        "next_at": clock.now() + back_off(taken.attempts),
        "last_error": error[:_ERROR_LENGTH],
    }
    return _changed(session, _held(taken).values(**values, **_FREE)) and dead


def back_off(attempts: int) -> timedelta:
    """1, 2, 4 … seconds, at most a quarter of an hour, each between half and one and a half times as long."""
    wait = min(timedelta(seconds=2 ** min(attempts - 1, 30)), _LONGEST_WAIT)
    return wait * random.uniform(0.5, 1.5)


def sweep(session: Session, *, before: datetime) -> int:
    """Forget what was done before a moment; how many rows. Dead letters stay until an operator acts."""
    old = delete(OutboxEntry).where(OutboxEntry.state == "done", OutboxEntry.next_at < before)
    old = old.execution_options(synchronize_session=False)
    return cast(CursorResult[Any], session.execute(old)).rowcount


def _due(lane: Lane) -> Select[Any]:
    columns = (
        OutboxEntry.id,
        OutboxEntry.topic,
        OutboxEntry.payload,
        OutboxEntry.attempts,
        OutboxEntry.next_at,
    )
    due = (OutboxEntry.state == "pending", OutboxEntry.next_at <= clock.now(), *lane.condition())
    return select(*columns).where(*due).order_by(OutboxEntry.next_at, OutboxEntry.id).limit(1)


def _pending(entry_id: uuid.UUID, *more: ColumnElement[bool]) -> Update:
    return update(OutboxEntry).where(OutboxEntry.id == entry_id, OutboxEntry.state == "pending", *more)


def _held(taken: Taken) -> Update:
    return _pending(taken.id, OutboxEntry.lease_owner == taken.owner, OutboxEntry.attempts == taken.attempts)


def _changed(session: Session, statement: Update) -> bool:
    statement = statement.execution_options(synchronize_session=False)
    return cast(CursorResult[Any], session.execute(statement)).rowcount == 1
