"""Tables of people, accounts, devices and proofs of who somebody is."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, HasId, Sealed, Versioned


class Person(HasId, Versioned, Base):
    """A natural person (自然人): the holder of certificates. `id` is the immutable holder id."""

    __tablename__ = "person"
    distribution = "holder"
    distribution_key = "id"

    name_sealed: Mapped[bytes]
    name = Sealed("name_sealed")
    id_number_sealed: Mapped[bytes]
    id_number = Sealed("id_number_sealed")
    id_kind: Mapped[str]  # resident | hong_kong | macao | taiwan | foreigner | foreigner_old
    birth_date: Mapped[date | None]
    verified_by: Mapped[str]  # realname_data | face | village_desk | counter
    verified_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="active")  # active | merged | deceased
    merged_into_id: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime]


class IdNumberLookup(Base):
    """The ID number's blind index to the holder (一证办): by key hash, so that a new number moves nothing."""

    __tablename__ = "id_number_lookup"
    distribution = "key hash"

    id_number_index: Mapped[bytes] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(index=True)


class Account(HasId, Versioned, Base):
    """A log-in (账号). Bound to its own person by the real-name check; may act for others by consent."""

    __tablename__ = "account"
    distribution = "key hash"

    phone_sealed: Mapped[bytes | None]
    phone = Sealed("phone_sealed")
    wechat_openid_sealed: Mapped[bytes | None]
    wechat_openid = Sealed("wechat_openid_sealed")
    person_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(default="active")  # active | closed
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class AccountLookup(Base):
    """Blind index of a phone number (field `phone`) or openid (field `wechat_openid`) to its account."""

    __tablename__ = "account_lookup"
    distribution = "key hash"

    key_index: Mapped[bytes] = mapped_column(primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(index=True)


class ActingConsent(HasId, Base):
    """A person lets an account act for them (代办授权); also guardianship of a minor (监护)."""

    __tablename__ = "acting_consent"
    __table_args__ = (Index("ix_acting_consent_account", "account_id"),)
    distribution = "key hash"

    account_id: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID] = mapped_column(index=True)
    relation: Mapped[str]  # spouse | parent | child | ward | other
    basis: Mapped[str]  # sms_code | signed_sheet | guardianship_register | guardianship_document
    evidence_blob: Mapped[str | None]
    recorded_by_account_id: Mapped[uuid.UUID | None]
    asked_at: Mapped[datetime]
    given_at: Mapped[datetime | None]  # NULL while asked for and not yet agreed to
    until: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_account_id: Mapped[uuid.UUID | None]


class Device(HasId, Base):
    """One log-in on one device (登录设备): a family of rotating tokens."""

    __tablename__ = "device"
    distribution = "key hash"

    account_id: Mapped[uuid.UUID] = mapped_column(index=True)
    kind: Mapped[str]  # wechat | browser | desk
    name: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_why: Mapped[str | None]


class AccessToken(Base):
    """A short-lived opaque token, stored hashed."""

    __tablename__ = "access_token"
    distribution = "key hash"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    device_id: Mapped[uuid.UUID] = mapped_column(index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class RefreshToken(Base):
    """A rotating token, used once; a second use ends the whole device (RFC 9700 4.14.2)."""

    __tablename__ = "refresh_token"
    distribution = "key hash"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    device_id: Mapped[uuid.UUID] = mapped_column(index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    #: sealed answer of the first use, given again within seconds when the phone lost it on a bad network
    answer_sealed: Mapped[bytes | None]


class SmsCode(HasId, Base):
    """A code sent to a phone for one purpose (短信验证码)."""

    __tablename__ = "sms_code"
    __table_args__ = (Index("ix_sms_code_phone", "phone_index", "purpose"),)
    distribution = "key hash"

    phone_index: Mapped[bytes]
    phone_sealed: Mapped[bytes]
    phone = Sealed("phone_sealed")
    code_sealed: Mapped[bytes]
    code = Sealed("code_sealed")
    purpose: Mapped[str]  # log_in | consent | step_up | invitation
    subject_id: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class RateCount(Base):
    """How often something happened in a window: the rate limiter's table."""

    __tablename__ = "rate_count"
    distribution = "key hash"

    key_hash: Mapped[bytes] = mapped_column(primary_key=True)
    window_start: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


class PinCredential(Base):
    """A staff member's PIN (argon2id), its failures and its lock."""

    __tablename__ = "pin_credential"
    distribution = "key hash"

    account_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    pin_hash: Mapped[str]
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    locked_hard: Mapped[bool] = mapped_column(default=False)
    set_at: Mapped[datetime]


class DeskLogin(Base):
    """A desktop page waiting for a phone (扫码登录): the phone must type the two digits the screen shows."""

    __tablename__ = "desk_login"
    distribution = "key hash"

    secret_hash: Mapped[bytes] = mapped_column(primary_key=True)
    browser_hash: Mapped[bytes]
    digits: Mapped[str]
    wrong: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(default="waiting")  # waiting | confirmed | taken | refused
    account_id: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Consent(HasId, Base):
    """A separate consent (单独同意) to handling sensitive data, and its withdrawal."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_account", "account_id", "kind"),)
    distribution = "key hash"

    account_id: Mapped[uuid.UUID]
    kind: Mapped[str]  # privacy_policy | id_number | face | share_with_offices
    text_version: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class IdentityAttempt(HasId, Base):
    """A real-name check (实名核验): asked, answered or still checking."""

    __tablename__ = "identity_attempt"
    distribution = "key hash"

    account_id: Mapped[uuid.UUID] = mapped_column(index=True)
    name_sealed: Mapped[bytes]
    name = Sealed("name_sealed")
    id_number_sealed: Mapped[bytes]
    id_number = Sealed("id_number_sealed")
    state: Mapped[str]  # checking | matched | mismatched | face | desk
    reason: Mapped[str | None]  # why it was not matched at once: mismatch, no_record, not_in_register, ...
    #: shown to the person, typed by the clerk who sees the document; 8 digits
    desk_code_hash: Mapped[bytes | None] = mapped_column(index=True)
    desk_code_sealed: Mapped[bytes | None]
    desk_code = Sealed("desk_code_sealed")
    #: WeChat's face check under way: verify_id and cert_hash, separated by a blank
    face_sealed: Mapped[bytes | None]
    face = Sealed("face_sealed")
    confirmed_by_account_id: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]


class PersonMerge(HasId, Base):
    """Two records of one person joined, or a wrong merge split again (档案合并/拆分), with its trace."""

    __tablename__ = "person_merge"
    __table_args__ = (UniqueConstraint("from_person_id", "at"),)
    distribution = "holder"
    distribution_key = "from_person_id"

    from_person_id: Mapped[uuid.UUID]
    into_person_id: Mapped[uuid.UUID]
    at: Mapped[datetime]
    by_account_id: Mapped[uuid.UUID]
    reason: Mapped[str]
    moved: Mapped[dict[str, Any]]
    split_at: Mapped[datetime | None]
    split_by_account_id: Mapped[uuid.UUID | None]


class Correction(HasId, Base):
    """A request to correct personal data (更正, 个人信息保护法 article 46), and its decision."""

    __tablename__ = "correction"
    distribution = "key hash"

    account_id: Mapped[uuid.UUID] = mapped_column(index=True)
    person_id: Mapped[uuid.UUID | None]
    field: Mapped[str]  # name | other
    wanted_sealed: Mapped[bytes]
    wanted = Sealed("wanted_sealed")
    state: Mapped[str] = mapped_column(default="open", index=True)  # open | done | refused
    answer_sealed: Mapped[bytes | None]
    answer = Sealed("answer_sealed")
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_account_id: Mapped[uuid.UUID | None]
