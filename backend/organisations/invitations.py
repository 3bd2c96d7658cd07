"""Inviting staff (邀请): a code that the admin hands over, which works only on the phone number it was made for."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from backend import clock, privacy
from backend.access import Actor, Grant, Permission, Role
from backend.identity import service as identity
from backend.notifications import outbox
from backend.organisations import offices, staff, trail
from backend.organisations.models import Organisation, StaffInvitation
from backend.organisations.service import get
from backend.paging import Key, Page, page
from backend.problems import Conflict, NotFound

INVITED = "organisations.invited"
_DIGITS = 8
_TRIES = 5
_LIVES = timedelta(days=14)


class InvitationOver(Conflict):
    code = "invitation_over"
    detail = "这份邀请已被接受、取消或过期"


@dataclass(frozen=True)
class Invited:
    """An invitation and its code, which is shown this once and stored only as a keyed digest."""

    invitation: StaffInvitation
    code: str


def invite(
    session: Session,
    actor: Actor,
    *,
    organisation_id: uuid.UUID,
    role: Role,
    post: str,
    name: str,
    phone: str,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Invited:
    """Invite the holder of a phone number to a role; the invitation lives 14 days.

    Raises SelfAppointment, RoleTooHigh, RoleDoesNotFit.
    """
    organisation = get(session, organisation_id)
    by = offices.appointing(actor, organisation, role)
    _refuse_own_phone(session, actor, phone)
    term = staff.Term.of(starts_on, ends_on)
    row = StaffInvitation(
        organisation_id=organisation.id,
        role=role,
        post=post,
        name=name,
        phone_index=privacy.blind_index("phone", phone),
        phone=phone,
        starts_on=term.starts_on,
        ends_on=term.ends_on,
        created_at=clock.now(),
        created_by_account_id=actor.account_id,
        code_hash=b"",
        expires_at=clock.now(),
    )
    code = _new_code(row)
    session.add(row)
    session.flush()
    record(session, actor, "staff.invite", organisation, row, by, role=role)
    outbox.enqueue(session, INVITED, {"invitation_id": str(row.id)}, dedup_key=str(row.id))
    return Invited(row, code)


def _refuse_own_phone(session: Session, actor: Actor, phone: str) -> None:
    if actor.account_id is not None and identity.account(session, actor.account_id).phone == phone:
        raise staff.SelfAppointment()


def _new_code(row: StaffInvitation) -> str:
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
    row.code_hash = digest(row.id, code)
    row.tries, row.expires_at = 0, clock.now() + _LIVES
    return code


def digest(invitation_id: uuid.UUID, code: str) -> bytes:
    """Keyed, since eight digits alone could be tried out against a stolen table."""
    return privacy.keys().index_bytes("invitation_code", f"{invitation_id.hex}:{code}".encode())


def renew(session: Session, actor: Actor, *, invitation_id: uuid.UUID) -> Invited:
    """A new code and 14 more days, for one who lost the code or mistyped it too often."""
    row, organisation, by = _open(session, actor, invitation_id)
    _refuse_own_phone(session, actor, row.phone)
    code = _new_code(row)
    row.created_by_account_id = actor.account_id
    record(session, actor, "staff.renew_invitation", organisation, row, by)
    return Invited(row, code)


def cancel(session: Session, actor: Actor, *, invitation_id: uuid.UUID) -> StaffInvitation:
    """Withdraw an invitation; its code works no more."""
    row, organisation, by = _open(session, actor, invitation_id)
    row.cancelled_at = clock.now()
    record(session, actor, "staff.cancel_invitation", organisation, row, by)
    return row


def _open(
    session: Session, actor: Actor, invitation_id: uuid.UUID
) -> tuple[StaffInvitation, Organisation, Grant | None]:
    """The invitation, its office, and the grant that lets the actor act on it: asked before anything is told."""
    row = session.get(StaffInvitation, invitation_id, with_for_update=True)
    if row is None:
        raise NotFound("没有找到这份邀请")
    organisation = get(session, row.organisation_id)
    by = offices.appointing(actor, organisation, Role(row.role))
    if row.accepted_at is not None or row.cancelled_at is not None:
        raise InvitationOver()
    return row, organisation, by


def pending(
    session: Session, actor: Actor, *, organisation_id: uuid.UUID, cursor: str | None, limit: int | None
) -> Page:
    """Invitations of an office not yet accepted, expired ones too (they can be renewed)."""
    organisation = get(session, organisation_id)
    offices.authority(actor, Permission.MANAGE_STAFF, organisation)
    statement = select(StaffInvitation).where(
        StaffInvitation.organisation_id == organisation.id,
        StaffInvitation.accepted_at.is_(None),
        StaffInvitation.cancelled_at.is_(None),
    )
    keys = [Key(StaffInvitation.created_at, "created_at", descending=True), Key(StaffInvitation.id, "id")]
    return page(session, statement, keys=keys, cursor=cursor, limit=limit)


def for_me(session: Session, actor: Actor) -> list[tuple[StaffInvitation, Organisation]]:
    """Invitations waiting for the actor's verified phone number."""
    account = identity.account(session, actor.account)
    if account.phone is None:
        return []
    rows = session.scalars(select(StaffInvitation).where(*waiting(account.phone)))
    return [(row, get(session, row.organisation_id)) for row in rows]


def waiting(phone: str) -> tuple[ColumnElement[bool], ...]:
    """Conditions of the invitations that this phone number may still accept."""
    return (
        StaffInvitation.phone_index == privacy.blind_index("phone", phone),
        StaffInvitation.accepted_at.is_(None),
        StaffInvitation.cancelled_at.is_(None),
        StaffInvitation.expires_at > clock.now(),
        StaffInvitation.tries < _TRIES,
    )


def record(
    session: Session,
    actor: Actor,
    action: str,
    organisation: Organisation,
    row: StaffInvitation,
    by: Any,
    **facts: Any,
) -> None:
    """One line of the audit trail about an invitation."""
    trail.act(
        session,
        actor,
        action,
        organisation,
        grant=by,
        subject_kind="staff_invitation",
        subject_id=row.id,
        **facts,
    )
