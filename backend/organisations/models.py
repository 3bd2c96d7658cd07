"""Tables of places, offices, staff and working days."""

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, ByBytes, DivisionCode, HasId, Sealed, Versioned


class Division(Base):
    """An administrative division (行政区划), from province to village; 12-digit statistical code."""

    __tablename__ = "division"
    distribution = "reference"

    code: Mapped[str] = mapped_column(DivisionCode, primary_key=True)
    name: Mapped[str]
    level: Mapped[str]  # province | city | county | township | village
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("division.code"), index=True)
    initials: Mapped[str] = mapped_column(index=True)  # 拼音首字母
    virtual: Mapped[bool] = mapped_column(default=False)  # 虚拟社区: a place without a committee


class Organisation(HasId, Versioned, Base):
    """An office (机构) in the tree; `path` is the chain of ids from the root, each followed by `/`."""

    __tablename__ = "organisation"
    distribution = "reference"

    kind: Mapped[str]  # city | county | zone | township | committee | department | service_hall
    name: Mapped[str] = mapped_column(index=True)
    initials: Mapped[str] = mapped_column(default="")
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"), index=True)
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    path: Mapped[str] = mapped_column(ByBytes, unique=True)
    short_code: Mapped[str | None] = mapped_column(unique=True)  # 文号简称, unique in the city
    short_code_used: Mapped[bool] = mapped_column(default=False)
    credit_code: Mapped[str | None] = mapped_column(unique=True)  # 统一社会信用代码
    credit_code_made_up: Mapped[bool] = mapped_column(default=False)
    one_person: Mapped[bool] = mapped_column(default=False)  # 一人办理: drafter may approve
    phone: Mapped[str | None]
    address: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)

    @property
    def county_code(self) -> str:
        """The first 6 digits of its division: the distribution key of what it does."""
        return self.division_code[:6]


class StaffMember(HasId, Versioned, Base):
    """Somebody who works for offices (工作人员), behind an account."""

    __tablename__ = "staff_member"
    distribution = "reference"

    account_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    name_sealed: Mapped[bytes]
    name = Sealed("name_sealed")
    created_at: Mapped[datetime]


class RoleGrant(HasId, Versioned, Base):
    """A role held at an organisation, for its subtree, between two dates (任职); a deputy's names its principal."""

    __tablename__ = "role_grant"
    __table_args__ = (Index("ix_role_grant_account", "account_id"),)
    distribution = "reference"

    account_id: Mapped[uuid.UUID]
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[str]
    post: Mapped[str]  # 职务, shown instead of the name
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    deputy_for_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("role_grant.id"))
    acting: Mapped[bool] = mapped_column(
        default=False
    )  # 代理: a deputy, or named by the town while nobody is in office
    granted_by_account_id: Mapped[uuid.UUID | None]
    ended_by_account_id: Mapped[uuid.UUID | None]


class StaffInvitation(HasId, Base):
    """An invitation by code, bound to a phone number (邀请)."""

    __tablename__ = "staff_invitation"
    __table_args__ = (UniqueConstraint("code_hash"),)
    distribution = "reference"

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[str]
    post: Mapped[str]
    name_sealed: Mapped[bytes]
    name = Sealed("name_sealed")
    phone_index: Mapped[bytes]
    phone_sealed: Mapped[bytes]
    phone = Sealed("phone_sealed")
    code_hash: Mapped[bytes]
    tries: Mapped[int] = mapped_column(default=0)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by_account_id: Mapped[uuid.UUID | None]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by_account_id: Mapped[uuid.UUID | None]
    cancelled_at: Mapped[datetime | None]


class CalendarDay(Base):
    """A day that differs from the weekend rule: a holiday or a make-up working day (节假日与调休)."""

    __tablename__ = "calendar_day"
    distribution = "reference"

    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    name: Mapped[str]


class CalendarYear(Base):
    """A year whose official notice (放假通知) is loaded; other years are computed, labelled 暂按周末推算."""

    __tablename__ = "calendar_year"
    distribution = "reference"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str]
    loaded_at: Mapped[datetime]
