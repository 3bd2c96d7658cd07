"""Tables of applications for a template-free certificate, their texts, evidence and timeline."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, HasId, InCounty, Sealed, Versioned

#: What is not over yet. Word for word as in the index below, else SQLite does not see that the index holds it.
NOT_OVER = text("shelf <> 'closed'")


class Application(InCounty, Versioned, Base):
    """A citizen's request for a certificate (申请). States and verbs: `workflow.py`."""

    __tablename__ = "application"
    __table_args__ = (
        Index("ix_application_inbox", "organisation_id", "shelf", "sort_at", "id"),
        Index("ix_application_holder", "holder_id", "id"),
        # Only what is not over: small for ever, and of no use to inboxes, for which SQLite would take it.
        Index("ix_application_due", "state", "step_due_at", sqlite_where=NOT_OVER, postgresql_where=NOT_OVER),
        Index("ix_application_holder_name", "holder_name_index"),
        Index("ix_application_holder_number", "holder_number_index"),
        Index("ix_application_duplicate", "holder_id", "receiver_index"),
        Index("ix_application_certificate_number", "certificate_number"),
        Index("ix_application_claim", "claimed_by_account_id"),
    )
    distribution = "county"

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))  # committee at work
    holder_id: Mapped[uuid.UUID]  # whom the certificate is about and for
    holder_name_sealed: Mapped[bytes]
    holder_name = Sealed("holder_name_sealed")  # as it was when applied, so that a list needs no other shard
    holder_name_index: Mapped[bytes]
    holder_number_index: Mapped[bytes]
    account_id: Mapped[uuid.UUID]  # who typed: the holder, a relative, or a clerk (代办)
    acting_person_id: Mapped[uuid.UUID | None]  # the helper's own person
    helper: Mapped[str] = mapped_column(default="self")  # self | relative | clerk
    helper_basis: Mapped[str | None]  # sms_code | signed_sheet | acting_consent
    helper_evidence_blob: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="draft")
    shelf: Mapped[str] = mapped_column(default="own")  # own | open | closed: who has it on the table
    item_code: Mapped[str | None]
    title: Mapped[str] = mapped_column(default="")
    purpose_sealed: Mapped[bytes]
    purpose = Sealed("purpose_sealed")
    receiver_sealed: Mapped[bytes]
    receiver = Sealed("receiver_sealed")  # receiving office 受理（接收）单位
    receiver_index: Mapped[bytes]
    receiver_in_city: Mapped[bool] = mapped_column(default=True)
    words_sealed: Mapped[bytes]
    words = Sealed("words_sealed")  # the person's own words
    text_sealed: Mapped[bytes]
    text = Sealed("text_sealed")  # the body as it stands now
    text_serial: Mapped[int] = mapped_column(default=0)
    drafter_account_id: Mapped[uuid.UUID | None]  # who last edited the text or forwarded
    contact_phone_sealed: Mapped[bytes | None]
    contact_phone = Sealed("contact_phone_sealed")

    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    sort_at: Mapped[datetime]  # inbox order: the step's deadline, earlier when urged or escalated
    due_at: Mapped[datetime | None]  # total promise
    step_due_at: Mapped[datetime | None]
    due_provisional: Mapped[bool] = mapped_column(default=False)  # 暂按周末推算
    promise_days: Mapped[int] = mapped_column(default=0)  # working days promised in all
    paused_days: Mapped[int] = mapped_column(default=0)  # working days it lay with the citizen
    step_started_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]  # the clock stands still in `returned`
    reminded_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    urged_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]

    claimed_by_account_id: Mapped[uuid.UUID | None]
    claimed_by_post: Mapped[str | None]
    claim_lapses_at: Mapped[datetime | None]
    returned_once: Mapped[bool] = mapped_column(default=False)
    necessity_open: Mapped[bool] = mapped_column(default=False)  # a hit nobody has overruled yet
    duplicate_of_id: Mapped[uuid.UUID | None]  # the likely duplicate the applicant was shown and confirmed
    disputed_reason_sealed: Mapped[bytes | None]
    disputed_reason = Sealed("disputed_reason_sealed")
    cosign_required: Mapped[bool] = mapped_column(default=False)
    cosigned_at: Mapped[datetime | None]
    cosigned_by_post: Mapped[str | None]
    refusal_sealed: Mapped[bytes | None]
    refusal = Sealed("refusal_sealed")  # JSON: reason code, words, legal basis, where to go
    certificate_id: Mapped[uuid.UUID | None]
    certificate_number: Mapped[str | None]
    valid_until: Mapped[date | None]


class ApplicationEvent(HasId, Base):
    """One step of an application's life (办理进度); shown to the citizen by post, never by name."""

    __tablename__ = "application_event"
    __table_args__ = (Index("ix_application_event_application", "application_id", "id"),)
    distribution = "county"

    county_code: Mapped[str]
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"))
    at: Mapped[datetime]
    verb: Mapped[str]
    from_state: Mapped[str]
    to_state: Mapped[str]
    account_id: Mapped[uuid.UUID | None]
    for_person_id: Mapped[uuid.UUID | None]
    organisation_name: Mapped[str]
    post: Mapped[str]
    public_note_sealed: Mapped[bytes | None]
    public_note = Sealed("public_note_sealed")
    internal_note_sealed: Mapped[bytes | None]
    internal_note = Sealed("internal_note_sealed")
    facts: Mapped[dict[str, Any]]


class TextRevision(HasId, Base):
    """One version of the body (修改痕迹); the citizen sees the differences."""

    __tablename__ = "text_revision"
    __table_args__ = (UniqueConstraint("county_code", "application_id", "serial"),)
    distribution = "county"

    county_code: Mapped[str]
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"))
    serial: Mapped[int]
    text_sealed: Mapped[bytes]
    text = Sealed("text_sealed")
    by_post: Mapped[str]
    account_id: Mapped[uuid.UUID]
    at: Mapped[datetime]


class ReturnItem(HasId, Base):
    """One thing missing, named in the single return (一次性告知)."""

    __tablename__ = "return_item"
    __table_args__ = (Index("ix_return_item_application", "application_id"),)
    distribution = "county"

    county_code: Mapped[str]
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"))
    kind: Mapped[str]  # supply | replace | bring_original | explain
    evidence_id: Mapped[uuid.UUID | None]
    message_sealed: Mapped[bytes]
    message = Sealed("message_sealed")
    created_at: Mapped[datetime]
    answer_sealed: Mapped[bytes | None]
    answer = Sealed("answer_sealed")
    answered_at: Mapped[datetime | None]


class NecessityFinding(HasId, Base):
    """What the necessity check (必要性审查) said of an application's words, with the edition it used."""

    __tablename__ = "necessity_finding"
    __table_args__ = (Index("ix_necessity_finding_application", "application_id"),)
    distribution = "county"

    county_code: Mapped[str]
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"))
    organisation_id: Mapped[uuid.UUID]
    key: Mapped[str]
    edition: Mapped[str]
    matched: Mapped[str]
    source: Mapped[str]  # words (the applicant's) | text (the clerk's)
    found_at: Mapped[datetime]
    overruled_at: Mapped[datetime | None] = mapped_column(index=True)
    overruled_by_account_id: Mapped[uuid.UUID | None]
    overruled_by_post: Mapped[str | None]
    overrule_reason_sealed: Mapped[bytes | None]
    overrule_reason = Sealed("overrule_reason_sealed")


class Evidence(HasId, Base):
    """A file that supports an application (佐证材料), cleaned and encrypted."""

    __tablename__ = "evidence"
    __table_args__ = (Index("ix_evidence_application", "application_id"),)
    distribution = "county"

    county_code: Mapped[str]
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"))
    label_sealed: Mapped[bytes]
    label = Sealed("label_sealed")
    media_type: Mapped[str]
    size: Mapped[int]  # bytes, cleaned
    pages: Mapped[int]
    blob: Mapped[str]
    account_id: Mapped[uuid.UUID]
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Upload(HasId, Base):
    """A file coming in parts (分片上传); resumable until it expires."""

    __tablename__ = "upload"
    distribution = "county"

    county_code: Mapped[str]
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), index=True)
    account_id: Mapped[uuid.UUID]
    size: Mapped[int]
    part_size: Mapped[int]
    label_sealed: Mapped[bytes]
    label = Sealed("label_sealed")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    evidence_id: Mapped[uuid.UUID | None]


class UploadPart(Base):
    """One part of an upload, stored as a blob."""

    __tablename__ = "upload_part"
    distribution = "county"

    upload_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("upload.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    county_code: Mapped[str]
    size: Mapped[int]
    blob: Mapped[str]


class CannedSentence(InCounty, Versioned, Base):
    """A sentence a committee keeps for its texts (常用语); `position` from 1 within its kind."""

    __tablename__ = "canned_sentence"
    __table_args__ = (Index("ix_canned_sentence_kept", "organisation_id", "kind", "position"),)
    distribution = "county"

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str]  # body_text | return_reason | refuse_reason
    words_sealed: Mapped[bytes]
    words = Sealed("words_sealed")
    position: Mapped[int]
    updated_at: Mapped[datetime]
