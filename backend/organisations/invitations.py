"""Inviting staff (邀请): a code that the admin hands over, which works only on the phone number it was made for."""

import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, select, update
from sqlalchemy.orm import Session

from backend import clock, privacy
from backend.access import Actor, Permission, Role
from backend.identity import limits
from backend.identity import service as identity
from backend.identity.models import Account
from backend.notifications import outbox
from backend.organisations import offices, staff, trail
from backend.organisations.authority import grants_of
from backend.organisations.models import Organisation, RoleGrant, StaffInvitation, StaffMember
from backend.organisations.service import get
from backend.paging import Key, Page, page
from backend.problems import Conflict, InvalidInput, NotAllowed, NotFound

INVITED = "organisations.invited"
_DIGITS = 8
_TRIES = 5
_LIVES = timedelta(days=14)
_WINDOW = timedelta(hours=1)
_MOST_ATTEMPTS = 15


class WrongInvitationCode(InvalidInput):
    """The try stays counted."""

    code = "wrong_invitation_code"
    detail = "邀请码不对，请核对后再输；多次输错后须请管理员重新生成"
    keeps_changes = True


class NoInvitation(NotFound):
    code = "no_invitation"
    detail = "没有发给您这个手机号的有效邀请；请核对手机号，或请管理员重新邀请"


class NeedsPhone(NotAllowed):
    code = "needs_phone"
    detail = "请先绑定手机号，再接受邀请"


class NameMismatch(Conflict):
    code = "name_mismatch"
    detail = "邀请上的姓名与您的实名信息不一致，请管理员核对后重新邀请"


class InviterLeft(Conflict):
    code = "inviter_left"
    detail = "发出邀请的管理员已离任，请现任管理员重新邀请"


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
    _record(session, actor, "staff.invite", organisation, row, by, role=role)
    outbox.enqueue(session, INVITED, {"invitation_id": str(row.id)}, dedup_key=str(row.id))
    return Invited(row, code)


def _refuse_own_phone(session: Session, actor: Actor, phone: str) -> None:
    if actor.account_id is not None and identity.account(session, actor.account_id).phone == phone:
        raise staff.SelfAppointment()


def _new_code(row: StaffInvitation) -> str:
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
    row.code_hash = _digest(row.id, code)
    row.tries, row.expires_at = 0, clock.now() + _LIVES
    return code


def _digest(invitation_id: uuid.UUID, code: str) -> bytes:
    """Keyed, since eight digits alone could be tried out against a stolen table."""
    return privacy.keys().index_bytes("invitation_code", f"{invitation_id.hex}:{code}".encode())


def renew(session: Session, actor: Actor, *, invitation_id: uuid.UUID) -> Invited:
    """A new code and 14 more days, for one who lost the code or mistyped it too often."""
    row, organisation = _open(session, invitation_id)
    by = offices.appointing(actor, organisation, Role(row.role))
    _refuse_own_phone(session, actor, row.phone)
    code = _new_code(row)
    row.created_by_account_id = actor.account_id
    _record(session, actor, "staff.renew_invitation", organisation, row, by)
    return Invited(row, code)


def cancel(session: Session, actor: Actor, *, invitation_id: uuid.UUID) -> StaffInvitation:
    """Withdraw an invitation; its code works no more."""
    row, organisation = _open(session, invitation_id)
    by = offices.appointing(actor, organisation, Role(row.role))
    row.cancelled_at = clock.now()
    _record(session, actor, "staff.cancel_invitation", organisation, row, by)
    return row


def _open(session: Session, invitation_id: uuid.UUID) -> tuple[StaffInvitation, Organisation]:
    row = session.get(StaffInvitation, invitation_id, with_for_update=True)
    if row is None:
        raise NotFound("没有找到这份邀请")
    if row.accepted_at is not None or row.cancelled_at is not None:
        raise InvitationOver()
    return row, get(session, row.organisation_id)


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
    rows = session.scalars(select(StaffInvitation).where(*_waiting(account.phone)))
    return [(row, get(session, row.organisation_id)) for row in rows]


def _waiting(phone: str) -> tuple[ColumnElement[bool], ...]:
    return (
        StaffInvitation.phone_index == privacy.blind_index("phone", phone),
        StaffInvitation.accepted_at.is_(None),
        StaffInvitation.cancelled_at.is_(None),
        StaffInvitation.expires_at > clock.now(),
        StaffInvitation.tries < _TRIES,
    )


def accept(session: Session, actor: Actor, *, code: str) -> RoleGrant:
    """Take office: the account's verified phone is the invitation's, and the code is right.

    Raises NeedsPhone, NoInvitation, WrongInvitationCode (counted), TooMany, NameMismatch, InviterLeft,
    SelfAppointment, AlreadyHolds.
    """
    account = identity.account(session, actor.account)
    if account.phone is None:
        raise NeedsPhone()
    limits.count(session, name="invitation.accept", key=str(account.id), limit=_MOST_ATTEMPTS, window=_WINDOW)
    row = _matching(session, account.phone, code)
    organisation = offices.locked(session, row.organisation_id)
    _refuse_stale(session, row, organisation)
    _refuse_stranger(session, row, account)
    _take(session, row, account)
    granted = _grant(session, actor, row, organisation, account.id)
    _record(session, actor, "staff.accept_invitation", organisation, row, None, role_grant=str(granted.id))
    return granted


def _matching(session: Session, phone: str, code: str) -> StaffInvitation:
    """The waiting invitation whose code this is; a wrong code counts against every waiting one."""
    rows = session.scalars(select(StaffInvitation).where(*_waiting(phone))).all()
    if not rows:
        raise NoInvitation()
    typed = privacy.normalise(code)
    found = [row for row in rows if hmac.compare_digest(row.code_hash, _digest(row.id, typed))]
    if not found:
        _count_wrong(session, [row.id for row in rows])
        raise WrongInvitationCode(errors={"json.code": [WrongInvitationCode.detail]})
    return found[0]


def _count_wrong(session: Session, ids: list[uuid.UUID]) -> None:
    session.execute(
        update(StaffInvitation).where(StaffInvitation.id.in_(ids)).values(tries=StaffInvitation.tries + 1)
    )


def _refuse_stale(session: Session, row: StaffInvitation, organisation: Organisation) -> None:
    """An invitation holds only while its term lasts and its sender could still give the role."""
    if row.ends_on is not None and row.ends_on < clock.today():
        raise InvitationOver()
    if row.created_by_account_id is None:
        return
    grants = grants_of(session, row.created_by_account_id, today=clock.today())
    sender = Actor(account_id=row.created_by_account_id, grants=grants)
    try:
        offices.appointing(sender, organisation, Role(row.role))
    except (NotFound, NotAllowed) as refused:
        raise InviterLeft() from refused


def _refuse_stranger(session: Session, row: StaffInvitation, account: Account) -> None:
    if account.id == row.created_by_account_id:
        raise staff.SelfAppointment()
    if account.person_id is None:
        return
    registered = identity.person(session, account.person_id).name
    if identity.plain_name(registered) != identity.plain_name(row.name):
        raise NameMismatch()


def _take(session: Session, row: StaffInvitation, account: Account) -> None:
    """One of two accepting at once gets it."""
    taken = session.execute(
        update(StaffInvitation)
        .where(
            StaffInvitation.id == row.id,
            StaffInvitation.accepted_at.is_(None),
            StaffInvitation.cancelled_at.is_(None),
        )
        .values(accepted_at=clock.now(), accepted_by_account_id=account.id)
    )
    if cast(CursorResult[Any], taken).rowcount != 1:
        raise InvitationOver()


def _grant(
    session: Session, actor: Actor, row: StaffInvitation, organisation: Organisation, account_id: uuid.UUID
) -> RoleGrant:
    if staff.member(session, account_id) is None:
        session.add(StaffMember(account_id=account_id, name=row.name, created_at=clock.now()))
    term = staff.Term(max(row.starts_on, clock.today()), row.ends_on)
    granted = staff.add(session, actor, organisation, account_id, Role(row.role), row.post, term)
    granted.granted_by_account_id = row.created_by_account_id
    session.flush()
    return granted


def _record(
    session: Session,
    actor: Actor,
    action: str,
    organisation: Organisation,
    row: StaffInvitation,
    by: Any,
    **facts: Any,
) -> None:
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
