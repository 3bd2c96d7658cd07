"""The holder's own table of what they own, filled through the outbox, so that a wallet needs one shard."""

import uuid
from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from backend.db import Base, HasId


class WalletItem(HasId, Base):
    """One card in the wallet (电子卡包)."""

    __tablename__ = "wallet_item"
    __table_args__ = (
        UniqueConstraint("holder_id", "kind", "item_id"),
        Index("ix_wallet_item_list", "holder_id", "sort_at", "id"),
    )
    distribution = "holder"

    holder_id: Mapped[uuid.UUID]
    kind: Mapped[str]  # certificate | receipt | correction_notice | refusal
    item_id: Mapped[uuid.UUID]  # certificate id, or paper id
    title: Mapped[str]
    number: Mapped[str]
    issuer: Mapped[str]
    state: Mapped[str]
    issued_on: Mapped[date]
    valid_until: Mapped[date | None]
    sort_at: Mapped[datetime]
