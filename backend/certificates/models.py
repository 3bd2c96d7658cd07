"""Tables of certificates, their numbers, their places in the status lists, and links that share them."""

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, HasId, InCounty, Sealed, Versioned


class NumberCounter(Base):
    """The next serial of a committee and year: locked in the approval's transaction, so numbers have no
    gaps.
    """

    __tablename__ = "number_counter"
    distribution = "county"

    county_code: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    next_serial: Mapped[int] = mapped_column(default=1)


class Certificate(InCounty, Versioned, Base):
    """A template-free certificate (无固定模板证明), from its approval on. Never edited, never deleted."""

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("county_code", "organisation_id", "year", "serial"),
        UniqueConstraint("county_code", "number"),
        UniqueConstraint("county_code", "status_list", "status_index"),
        UniqueConstraint("county_code", "jti"),
        UniqueConstraint("county_code", "paper_id"),
        Index("ix_certificate_holder", "holder_id", "id"),
        Index("ix_certificate_register", "organisation_id", "year", "serial"),
        Index("ix_certificate_application", "application_id"),
        Index("ix_certificate_jti", "jti"),
        Index("ix_certificate_number", "number"),
        Index("ix_certificate_valid_until", "valid_until", "state"),
        Index("ix_certificate_duplicate", "holder_id", "item_code", "receiver_index"),
    )
    distribution = "county"

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"))
    holder_id: Mapped[uuid.UUID]
    item_code: Mapped[str | None]
    receiver_index: Mapped[bytes]
    title: Mapped[str]
    number: Mapped[str]  # 文号
    year: Mapped[int]
    serial: Mapped[int]
    jti: Mapped[bytes]  # 16 bytes, the token's id
    #: sealing | issued | voided | revoked | superseded | suspended
    state: Mapped[str] = mapped_column(default="sealing")
    status_list: Mapped[int]
    status_index: Mapped[int]
    paper_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("paper.id"))
    issued_on: Mapped[date]
    valid_until: Mapped[date]  # last day in force, 北京时间
    approved_at: Mapped[datetime]
    approved_by_account_id: Mapped[uuid.UUID]
    approved_by_post: Mapped[str]
    by_deputy: Mapped[bool] = mapped_column(default=False)
    one_person: Mapped[bool] = mapped_column(default=False)
    issued_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason_code: Mapped[str | None]
    end_reason: Mapped[str | None]  # public words of a revocation or void
    ended_by_post: Mapped[str | None]
    supersedes_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("certificate.id"))
    superseded_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("certificate.id"))


class StatusListCounter(Base):
    """How full each county's newest status list is."""

    __tablename__ = "status_list_counter"
    distribution = "county"

    county_code: Mapped[str] = mapped_column(primary_key=True)
    list_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    used: Mapped[int] = mapped_column(default=0)


class ShareLink(HasId, Base):
    """A link to the PDF that dies (分享链接), for an employer's HR."""

    __tablename__ = "share_link"
    distribution = "key hash"
    distribution_key = "token_hash"

    certificate_id: Mapped[uuid.UUID] = mapped_column(index=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    for_whom_sealed: Mapped[bytes]
    for_whom = Sealed("for_whom_sealed")
    account_id: Mapped[uuid.UUID]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    opened: Mapped[int] = mapped_column(default=0)
