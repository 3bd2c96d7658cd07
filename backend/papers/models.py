"""Tables of sealed papers, seals, signing keys and the register of seal use."""

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, HasId, InCounty, Sealed, Versioned


class SigningKey(Base):
    """A key that signs tokens (签名密钥), wrapped at rest; see `signing.keys`."""

    __tablename__ = "signing_key"
    distribution = "reference"

    kid: Mapped[str] = mapped_column(primary_key=True)  # hex of 8 bytes
    purpose: Mapped[str]
    suite: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    public_key: Mapped[bytes]
    wrapped_private_key: Mapped[bytes | None]
    not_before: Mapped[datetime]
    not_after: Mapped[datetime]


class Seal(HasId, Base):
    """An office's electronic seal (电子印章): its X.509 certificate, wrapped key and kind."""

    __tablename__ = "seal"
    __table_args__ = (Index("ix_seal_organisation", "organisation_id", "kind"),)
    distribution = "reference"

    organisation_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("organisation.id")
    )  # None: the city's CA
    kind: Mapped[str]  # ca | committee 公章 | business 业务专用章
    name: Mapped[str]
    serial_number: Mapped[str] = mapped_column(unique=True)
    certificate_pem: Mapped[str]
    wrapped_private_key: Mapped[bytes]
    not_before: Mapped[datetime]
    not_after: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="active")  # active | retired | compromised


class Paper(InCounty, Versioned, Base):
    """Any sealed paper (文书): certificate, receipt, correction notice, refusal.

    Made by the worker from `document`, resuming.
    """

    __tablename__ = "paper"
    __table_args__ = (
        UniqueConstraint("county_code", "kind", "subject_id", "edition"),
        UniqueConstraint("county_code", "jti"),
        Index("ix_paper_holder", "holder_id", "kind"),
        Index("ix_paper_jti", "jti"),
    )
    distribution = "county"

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    holder_id: Mapped[uuid.UUID]
    kind: Mapped[str]  # certificate | receipt | correction_notice | refusal | notice
    subject_id: Mapped[uuid.UUID]  # certificate, or application
    edition: Mapped[int] = mapped_column(default=1)
    number: Mapped[str]  # 文号
    year: Mapped[int]
    serial: Mapped[int]
    jti: Mapped[bytes]  # 16 bytes, the token's id
    status_list: Mapped[int] = mapped_column(default=0)  # 0: stands in no list
    status_index: Mapped[int] = mapped_column(default=0)
    valid_until: Mapped[date]  # last day of the token, 北京时间
    document_sealed: Mapped[bytes]  # canonical document, RFC 8785 JSON
    document = Sealed("document_sealed")
    digest: Mapped[bytes]  # SHA-256 of the canonical document
    qr_text_sealed: Mapped[bytes | None]
    qr_text = Sealed("qr_text_sealed")
    token: Mapped[bytes | None]  # COSE_Sign1, signed once
    check_code_sealed: Mapped[bytes | None]  # 查验码
    check_code = Sealed("check_code_sealed")
    seal_kind: Mapped[str]  # committee | business
    pdf_blob: Mapped[str | None]
    approved_by_account_id: Mapped[uuid.UUID | None]
    approved_by_post: Mapped[str]
    state: Mapped[str] = mapped_column(default="pending")  # pending | signed | sealed | failed | abandoned
    failure: Mapped[str | None]
    created_at: Mapped[datetime]
    sealed_at: Mapped[datetime | None]


class PaperCounter(Base):
    """The next serial of an office's papers of one kind in a year, certificates aside: those have a
    register.
    """

    __tablename__ = "paper_counter"
    distribution = "county"

    county_code: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    next_serial: Mapped[int] = mapped_column(default=1)


class SealUse(InCounty, Base):
    """One use of a seal (用印登记): which seal, on what, at whose word."""

    __tablename__ = "seal_use"
    __table_args__ = (
        UniqueConstraint("county_code", "paper_id"),
        Index("ix_seal_use_organisation", "organisation_id", "at"),
    )
    distribution = "county"

    organisation_id: Mapped[uuid.UUID]
    paper_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("paper.id"))
    seal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("seal.id"))
    kind: Mapped[str]  # of the paper
    purpose: Mapped[str]  # the paper's title
    number: Mapped[str]  # 文号
    pdf_sha256: Mapped[bytes]
    approved_by_account_id: Mapped[uuid.UUID | None]
    approved_by_post: Mapped[str]
    at: Mapped[datetime]


class LogLeaf(HasId, Base):
    """A pending leaf of the transparency log: a hash and what causes order;
    the sequencer numbers it later.
    """

    __tablename__ = "log_leaf"
    __table_args__ = (UniqueConstraint("kind", "subject_id", "edition"),)
    distribution = "single"

    kind: Mapped[str]  # issue | revoke | suspend | supersede | void | key
    subject_id: Mapped[uuid.UUID]
    edition: Mapped[int] = mapped_column(default=1)
    leaf: Mapped[bytes]
    leaf_hash: Mapped[bytes]
    created_at: Mapped[datetime]
    number: Mapped[int | None] = mapped_column(unique=True)
