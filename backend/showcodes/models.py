"""Tables of show-codes and of their one use."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, HasId, Sealed
from backend.showcodes.verdicts import LOOKS, REASONS, Word


class ShowCode(HasId, Base):
    """A dynamic QR that a holder shows (亮证码): item, scope and purpose stay here; the code carries a nonce only."""

    __tablename__ = "show_code"
    __table_args__ = (UniqueConstraint("nonce"), Index("ix_show_code_holder", "holder_id", "created_at"))
    distribution = "key hash"
    distribution_key = "nonce"

    nonce: Mapped[bytes]
    holder_id: Mapped[uuid.UUID]
    account_id: Mapped[uuid.UUID]  # who shows
    item_kind: Mapped[str]
    item_id: Mapped[uuid.UUID]
    scope: Mapped[str]  # validity | name | full
    purpose_sealed: Mapped[bytes | None]
    purpose = Sealed("purpose_sealed")
    token: Mapped[bytes]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_by: Mapped[bytes | None]  # hash of the verifier, whose repeat gets the same answer
    used_at: Mapped[datetime | None]
    answer_sealed: Mapped[bytes | None]
    answer = Sealed("answer_sealed")
    facts: Mapped[dict[str, Any]]


class Scan(HasId, Base):
    """A scan at a counter of what is nobody's thing here (窗口查验): foreign codes, forgeries; no personal data.

    A scan of somebody's thing stands in the record of looks, once: checking writes as little as it can.
    """

    __tablename__ = "scan"
    __table_args__ = (Index("ix_scan_account", "account_id", "at"),)
    distribution = "key hash"
    distribution_key = "account_id"

    account_id: Mapped[uuid.UUID]
    at: Mapped[datetime]
    verdict: Mapped[str]
    reason: Mapped[str]
    kind: Mapped[str]
    number: Mapped[str] = mapped_column(default="")  # 文号; a foreign code has none
    matter: Mapped[str]

    @property
    def sentence(self) -> str:
        """What the reason means and what to do, as the verdict said it; nothing for a reason no longer known."""
        return REASONS[self.reason][1] if self.reason in REASONS else ""

    @property
    def colour(self) -> str:
        return LOOKS[Word(self.verdict)].colour

    @property
    def icon(self) -> str:
        return LOOKS[Word(self.verdict)].icon
