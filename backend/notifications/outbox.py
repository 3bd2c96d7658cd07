"""The transactional outbox: side effects written beside the change that causes them, done after commit by
the worker.

At least once: handlers are idempotent and resume wherever they stopped.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.notifications.models import OutboxEntry
from backend.runtime import Runtime

NO_COUNTY = "000000"

#: A handler gets the runtime and the payload and opens its own transactions: work before it may be slow.
Handler = Callable[[Runtime, dict[str, Any]], None]


class NeverWorks(Exception):
    """A handler's word that trying again is useless: the entry becomes a dead letter at once.

    The message is shown to operators; it must hold no personal data.
    """


@dataclass
class Handlers:
    """Topic -> handler. Filled once, by each capability's `work.py`, when the worker starts."""

    by_topic: dict[str, Handler]
    #: Topics that wait for somebody else's server: worked in a lane of their own, so that sealing never
    #: waits for them.
    outside: set[str] = field(default_factory=set)

    def add(self, topic: str, handler: Handler, *, outside: bool = False) -> None:
        """Register the one handler of a topic; `outside` when it calls an outside service."""
        if topic in self.by_topic:
            raise ValueError(f"topic {topic} has a handler already")
        self.by_topic[topic] = handler
        if outside:
            self.outside.add(topic)


def enqueue(
    session: Session,
    topic: str,
    payload: dict[str, Any],
    *,
    dedup_key: str,
    county_code: str = NO_COUNTY,
    not_before: datetime | None = None,
) -> OutboxEntry | None:
    """Ask for a side effect, once per topic and `dedup_key`; None when it was asked before."""
    again = select(OutboxEntry.id).where(
        OutboxEntry.county_code == county_code, OutboxEntry.topic == topic, OutboxEntry.dedup_key == dedup_key
    )
    if session.scalar(again) is not None:
        return None
    now = clock.now()
    entry = OutboxEntry(
        county_code=county_code,
        topic=topic,
        dedup_key=dedup_key,
        payload=payload,
        created_at=now,
        next_at=max(now, not_before) if not_before else now,
    )
    session.add(entry)
    session.flush()
    return entry
