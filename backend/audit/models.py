"""Tables of the audit trail and of who looked at whose data."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, CountyCode, HasId, Sealed


class AuditEntry(HasId, Base):
    """One act of one actor (审计记录). Append-only; `facts` carries ids and codes, never personal data."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject_kind", "subject_id"),)
    distribution = "county"

    county_code: Mapped[str] = mapped_column(CountyCode, index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    action: Mapped[str]
    account_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    for_person_id: Mapped[uuid.UUID | None]
    organisation_id: Mapped[uuid.UUID | None]
    role: Mapped[str | None]
    subject_kind: Mapped[str]
    subject_id: Mapped[uuid.UUID | None]
    facts: Mapped[dict[str, Any]]
    trace_id: Mapped[str]


class AccessRecord(HasId, Base):
    """Who looked at a holder's thing (查验记录): scans, failed ones too, disclosures and opened links. Shown to the holder."""

    __tablename__ = "access_record"
    __table_args__ = (
        Index("ix_access_record_holder", "holder_id", "at"),
        Index("ix_access_record_account", "account_id", "at"),
    )
    distribution = "holder"

    holder_id: Mapped[uuid.UUID]
    at: Mapped[datetime]
    kind: Mapped[str]  # scan | public_page | disclosure | share_link | download
    item_kind: Mapped[str]
    item_id: Mapped[uuid.UUID | None]
    number: Mapped[str] = mapped_column(default="")  # 文号, where the scope told it
    organisation_name: Mapped[str]
    post: Mapped[str]
    matter: Mapped[str]
    scope: Mapped[str]
    verdict: Mapped[str]
    reason: Mapped[str]
    account_id: Mapped[uuid.UUID | None]
    address_sealed: Mapped[bytes | None]
    address = Sealed("address_sealed")
