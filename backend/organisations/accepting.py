"""Taking office by an invitation: the right code, on the phone number it was made for."""

import hmac
import uuid
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from backend import clock, privacy
from backend.access import Actor, Role
from backend.identity import limits
from backend.identity import service as identity
from backend.identity.models import Account
from backend.organisations import offices, staff
from backend.organisations.authority import grants_of
from backend.organisations.invitations import InvitationOver, digest, record, waiting
from backend.organisations.models import Organisation, RoleGrant, StaffInvitation, StaffMember
from backend.problems import Conflict, InvalidInput, NotAllowed, NotFound

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
    record(session, actor, "staff.accept_invitation", organisation, row, None, role_grant=str(granted.id))
    return granted


def _matching(session: Session, phone: str, code: str) -> StaffInvitation:
    """The waiting invitation whose code this is; a wrong code counts against every waiting one."""
    rows = session.scalars(select(StaffInvitation).where(*waiting(phone))).all()
    if not rows:
        raise NoInvitation()
    typed = privacy.normalise(code)
    found = [row for row in rows if hmac.compare_digest(row.code_hash, digest(row.id, typed))]
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
