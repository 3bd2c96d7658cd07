"""Smallest valid things of the notifications capability."""

import uuid
from typing import Any

from sqlalchemy.orm import Session

from backend.notifications.models import OutboxEntry, SubscriptionGrant
from backend.notifications.outbox import enqueue


def entry(session: Session, topic: str = "test.topic", **payload: Any) -> OutboxEntry:
    """An outbox entry that is due."""
    made = enqueue(session, topic, payload, dedup_key=uuid.uuid4().hex)
    assert made is not None
    session.commit()
    return made


def subscription(
    session: Session, account_id: uuid.UUID, template_id: str, remaining: int = 1
) -> SubscriptionGrant:
    """WeChat messages a person has accepted."""
    grant = SubscriptionGrant(account_id=account_id, template_id=template_id, remaining=remaining)
    session.add(grant)
    session.commit()
    return grant
