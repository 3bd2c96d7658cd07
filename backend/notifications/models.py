"""Tables of the transactional outbox and of the messages people get."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, CountyCode, HasId, Sealed


class OutboxEntry(HasId, Base):
    """One side effect to be done after commit, at least once; `payload` carries ids only."""

    __tablename__ = "outbox_entry"
    __table_args__ = (
        UniqueConstraint("county_code", "topic", "dedup_key"),
        Index("ix_outbox_entry_ready", "state", "next_at"),
    )
    distribution = "county"

    county_code: Mapped[str] = mapped_column(CountyCode)
    topic: Mapped[str]
    dedup_key: Mapped[str]
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="pending")  # pending | done | dead
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    last_error: Mapped[str | None]
    done_at: Mapped[datetime | None]


class Message(HasId, Base):
    """A message to an account (消息), in the app and, where it can, by WeChat or SMS;
    `target` opens the thing to do.
    """

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_account", "account_id", "created_at"),)
    distribution = "key hash"

    account_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    title: Mapped[str]
    text_sealed: Mapped[bytes]
    text = Sealed("text_sealed")
    target_kind: Mapped[str]
    target_id: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    sent_by: Mapped[str | None]  # wechat | sms | app
    sent_at: Mapped[datetime | None]


class SubscriptionGrant(Base):
    """How many WeChat subscription messages of a template an account has accepted and not yet received."""

    __tablename__ = "subscription_grant"
    distribution = "key hash"

    account_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    template_id: Mapped[str] = mapped_column(primary_key=True)
    remaining: Mapped[int] = mapped_column(default=0)
