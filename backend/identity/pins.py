"""The staff PIN (签批密码): six digits, argon2id; step-up for approve, refuse, revoke, supersede and void.

From the third failure on there is a wait, which doubles from a minute; the tenth locks it until an admin
unlocks. A check costs the same whether or not there is a PIN. WrongPin commits what it counted: check before
any other change.
"""

import uuid
from datetime import datetime, timedelta

import argon2
from sqlalchemy import Date, Select, Uuid, column, or_, select, table
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor, Permission, require, within
from backend.audit import service as audit
from backend.identity import codes, service, weak_pins
from backend.identity.models import PinCredential
from backend.problems import NotAllowed, NotFound, PhoneRequired, Problem

_FREE_FAILURES = 2
_MOST_FAILURES = 10
# OWASP's parameters for argon2id: some 20 ms, so that the transaction around a check stays short.
_HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODYS = _HASHER.hash("no-such-pin")
_role_grant = table(
    "role_grant",
    column("account_id", Uuid),
    column("organisation_id", Uuid),
    column("starts_on", Date),
    column("ends_on", Date),
)


class WrongPin(Problem):
    """Counted; `tries_left` until the hard lock, `locked_until` when a wait begins."""

    status = 403
    code = "wrong_pin"
    detail = "签批密码不对"
    keeps_changes = True


class PinLocked(Problem):
    """Waiting (with `Retry-After`), or locked until an admin unlocks it."""

    status = 423
    code = "pin_locked"
    detail = "签批密码已锁定"


class PinNotSet(Problem):
    status = 409
    code = "pin_not_set"
    detail = "您还没有设置签批密码，请先在“我的-签批密码”里设置"


def set_pin(session: Session, actor: Actor, *, pin: str, sms_code: str) -> PinCredential:
    """Set or change the actor's PIN after a step-up code to their own phone (purpose `step_up`).

    Raises WrongCode, WeakPin, and PinLocked while an admin has to unlock.
    """
    require(actor, Permission.STAFF_SELF)
    account = service.account(session, actor.account)
    if account.phone is None:
        raise PhoneRequired("请先绑定手机号，再设置签批密码")
    codes.check(session, phone=account.phone, purpose=codes.STEP_UP, subject_id=account.id, code=sms_code)
    person = service.person(session, account.person_id) if account.person_id else None
    weak_pins.refuse_weak(pin, person=person, phone=account.phone)
    row = _locked_row(session, account.id)
    if row is not None and row.locked_hard:
        raise _hard()
    row = _stored(session, row, account.id, _HASHER.hash(pin))
    audit.record(session, actor, "identity.pin_set", subject_kind="account", subject_id=account.id)
    return row


def check(session: Session, actor: Actor, *, pin: str) -> None:
    """Let pass, or raise WrongPin (counted), PinLocked or PinNotSet."""
    row = _locked_row(session, actor.account)
    if row is not None:
        _refuse_locked(row)
    right = _matches(row.pin_hash if row else _NOBODYS, pin)
    if row is None:
        raise PinNotSet()
    if not right:
        raise _counted(session, actor, row)
    row.failures, row.locked_until = 0, None
    if _HASHER.check_needs_rehash(row.pin_hash):
        row.pin_hash = _HASHER.hash(pin)


def state(session: Session, actor: Actor) -> tuple[bool, datetime | None, bool]:
    """Whether the actor's PIN is set, until when it waits, whether it is locked for an admin."""
    row = session.get(PinCredential, actor.account)
    return (row is not None, row.locked_until if row else None, bool(row and row.locked_hard))


def unlock(session: Session, actor: Actor, *, account_id: uuid.UUID) -> PinCredential:
    """An admin over an office where the account is in office today unlocks its PIN; nobody unlocks their own."""
    require(actor, Permission.UNLOCK_PIN)
    if account_id == actor.account:
        raise NotAllowed("不能给自己解锁，请找另一位管理员")
    inside = within(_seats(account_id), actor, Permission.UNLOCK_PIN, _role_grant.c.organisation_id)
    office = session.scalars(inside.limit(1)).first()
    row = session.get(PinCredential, account_id)
    if office is None or row is None:
        raise NotFound("没有找到这位工作人员，或其尚未设置签批密码")
    row.failures, row.locked_until, row.locked_hard = 0, None, False
    audit.record(
        session,
        actor,
        "identity.pin_unlocked",
        subject_kind="account",
        subject_id=account_id,
        organisation_id=office,
    )
    return row


def _seats(account_id: uuid.UUID) -> Select[tuple[uuid.UUID]]:
    """The offices where the account holds a role today; those it has left are no longer theirs to answer for."""
    today, grant = clock.today(), _role_grant.c
    return select(grant.organisation_id).where(
        grant.account_id == account_id,
        grant.starts_on <= today,
        or_(grant.ends_on.is_(None), grant.ends_on >= today),
    )


def _locked_row(session: Session, account_id: uuid.UUID) -> PinCredential | None:
    """The row, held until the transaction's end: parallel guesses queue instead of sharing one count."""
    statement = select(PinCredential).where(PinCredential.account_id == account_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).first()


def _stored(
    session: Session, row: PinCredential | None, account_id: uuid.UUID, pin_hash: str
) -> PinCredential:
    if row is None:
        row = PinCredential(account_id=account_id)
        session.add(row)
    row.pin_hash, row.set_at = pin_hash, clock.now()
    row.failures, row.locked_until, row.locked_hard = 0, None, False
    session.flush()
    return row


def _matches(pin_hash: str, pin: str) -> bool:
    try:
        return _HASHER.verify(pin_hash, pin)
    except argon2.exceptions.VerifyMismatchError:
        return False


def _refuse_locked(row: PinCredential) -> None:
    if row.locked_hard:
        raise _hard()
    if row.locked_until is not None and row.locked_until > clock.now():
        raise _waiting(row.locked_until)


def _counted(session: Session, actor: Actor, row: PinCredential) -> WrongPin:
    row.failures += 1
    row.locked_hard = row.failures >= _MOST_FAILURES
    if row.failures > _FREE_FAILURES:
        row.locked_until = clock.now() + timedelta(minutes=2 ** (row.failures - _FREE_FAILURES - 1))
    audit.record(
        session,
        actor,
        "identity.pin_locked" if row.locked_hard else "identity.pin_wrong",
        subject_kind="account",
        subject_id=row.account_id,
        failures=row.failures,
    )
    return WrongPin(_words(row), tries_left=_MOST_FAILURES - row.failures, locked=row.locked_hard)


def _words(row: PinCredential) -> str:
    if row.locked_hard:
        return "签批密码连续输错 10 次，已锁定，请联系机构管理员解锁"
    if row.locked_until is not None:
        return f"签批密码不对，请在 {clock.spoken(row.locked_until)} 之后再试"
    return f"签批密码不对，再错 {_FREE_FAILURES + 1 - row.failures} 次将暂停使用"


def _waiting(until: datetime) -> PinLocked:
    seconds = max(1, int((until - clock.now()).total_seconds()) + 1)
    words = f"签批密码输错次数多，请在 {clock.spoken(until)} 之后再试"
    return PinLocked(words, headers={"Retry-After": str(seconds)}, retry_after=seconds, locked=False)


def _hard() -> PinLocked:
    return PinLocked("签批密码已锁定，请联系机构管理员解锁", locked=True)
