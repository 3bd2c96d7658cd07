"""Table of complaints, in their first form."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, InCounty, Sealed, Versioned


class Complaint(InCounty, Versioned, Base):
    """A complaint (投诉): number, owner, deadline, answer."""

    __tablename__ = "complaint"
    __table_args__ = (
        UniqueConstraint("county_code", "number"),
        Index("ix_complaint_owner", "organisation_id", "state", "due_at"),
    )
    distribution = "county"

    number: Mapped[str]
    kind: Mapped[str]  # refusal | not_me | application | outside_list
    subject_kind: Mapped[str]  # application | access_record | certificate
    subject_id: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID] = mapped_column(index=True)
    account_id: Mapped[uuid.UUID]
    text_sealed: Mapped[bytes]
    text = Sealed("text_sealed")
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    state: Mapped[str] = mapped_column(default="open")  # open | answered | withdrawn
    due_at: Mapped[datetime]
    due_provisional: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    answer_sealed: Mapped[bytes | None]
    answer = Sealed("answer_sealed")
    answered_at: Mapped[datetime | None]
    answered_by_account_id: Mapped[uuid.UUID | None]
    answered_by_post: Mapped[str | None]


class ComplaintSerial(Base):
    """The next complaint number of a county and year."""

    __tablename__ = "complaint_serial"
    distribution = "county"

    county_code: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    next_serial: Mapped[int] = mapped_column(default=1)
