"""Accounts (账号): found or made by a phone number or a WeChat openid; two log-ins of one person become one account.

Whoever receives a number's codes can log in to its account; so joining the two by the phone number gives nobody more
than they had. Two different persons, or two different WeChats, are never joined.
"""

import uuid
from datetime import timedelta

from sqlalchemy import Uuid, column, delete, select, table, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend import clock, privacy
from backend.access import Actor
from backend.audit import service as audit
from backend.identity import changing_phone, codes, limits, service, sessions
from backend.identity.models import (
    Account,
    AccountLookup,
    ActingConsent,
    Consent,
    Device,
    IdentityAttempt,
    PinCredential,
)
from backend.identity.sessions import Lifetimes, Tokens
from backend.problems import Conflict, NotAllowed

PHONE, OPENID = "phone", "wechat_openid"
BIND_PHONE = "bind_phone"
_DESK_TRIES_AN_HOUR = 300
_staff_member = table("staff_member", column("account_id", Uuid))


class NoStaff(NotAllowed):
    code = "no_staff"
    detail = "这个账号没有工作台的岗位。请先接受机构管理员的邀请；群众请使用微信小程序“掌上证”"
    keeps_changes = True  # the spent code and the line in the audit trail


class PhoneTaken(Conflict):
    """The number logs in somebody else's account."""

    code = "phone_taken"
    detail = (
        "这个手机号已是另一位用户的登录号。如果是家人共用，您可以不绑定手机号，或由家人在“亲友代办”里替您办理；"
        "如果是您本人换了微信，请做实名核验找回"
    )


def find(session: Session, field: str, value: str) -> Account | None:
    """The account of a phone number (`PHONE`) or openid (`OPENID`)."""
    row = session.get(AccountLookup, privacy.blind_index(field, value))
    return session.get(Account, row.account_id) if row else None


def find_or_make(session: Session, field: str, value: str) -> Account:
    """The account, made on first use."""
    found = find(session, field, value)
    if found is not None:
        return found
    new = Account(created_at=clock.now(), **{field: value})
    try:
        with session.begin_nested():
            session.add(new)
            session.add(AccountLookup(key_index=privacy.blind_index(field, value), account_id=new.id))
    except IntegrityError:  # made by another request in this moment
        found = find(session, field, value)
        if found is None:
            raise
        return found
    return new


def log_in_by_phone(
    session: Session, actor: Actor, *, phone: str, code: str, device: str, lifetimes: Lifetimes
) -> tuple[Account, Tokens]:
    """Log a browser in by SMS code; WrongCode."""
    codes.check(session, phone=phone, purpose=codes.LOG_IN, subject_id=None, code=code)
    account = find_or_make(session, PHONE, phone)
    return account, _opened(session, actor, account, sessions.BROWSER, device, lifetimes)


def log_in_by_wechat(
    session: Session, actor: Actor, *, openid: str, device: str, lifetimes: Lifetimes
) -> tuple[Account, Tokens]:
    """Log a phone in; WeChat has said who it is."""
    account = find_or_make(session, OPENID, openid)
    return account, _opened(session, actor, account, sessions.WECHAT, device, lifetimes)


def log_in_at_desk(
    session: Session, actor: Actor, *, phone: str, code: str, device: str, lifetimes: Lifetimes
) -> Tokens:
    """Let staff into a desk's browser by SMS code; WrongCode, NoStaff, TooMany. Every try stands in the audit trail."""
    key = limits.network(actor.address)
    limits.count(session, name="desk.sms", key=key, limit=_DESK_TRIES_AN_HOUR, window=timedelta(hours=1))
    account = find(session, PHONE, phone)
    try:
        codes.check(session, phone=phone, purpose=codes.LOG_IN, subject_id=None, code=code)
    except codes.WrongCode as wrong:
        _let_nobody_in(session, actor, account, wrong.code)
        raise
    if account is None or not is_staff(session, account.id):
        _let_nobody_in(session, actor, account, NoStaff.code)
        raise NoStaff()
    return _opened(session, actor, account, sessions.DESK, device, lifetimes)


def bind_phone(
    session: Session, actor: Actor, *, phone: str, old_code: str | None = None
) -> tuple[Account, bool]:
    """Give the actor's account a number that is proven to be theirs; whether another account was joined to it.

    `old_code`: the step-up code sent to the number it has. Raises OldPhoneFirst when another number is bound and
    neither that code nor a fresh proof in person is there, WrongCode, and PhoneTaken when the number belongs to
    another person or another WeChat.
    """
    own = service.account(session, actor.account)
    changes = own.phone not in (None, phone)
    proof = changing_phone.require_proof(session, own, old_code=old_code) if changes else None
    other = find(session, PHONE, phone)
    if other is None:
        _set_phone(session, own, phone)
    elif other.id != own.id:
        own = _joined(session, own, other)
    joined = other is not None and other.id != actor.account
    audit.record(
        session,
        actor,
        "identity.phone_bound",
        subject_kind="account",
        subject_id=own.id,
        joined=joined,
        proof=proof,
    )
    return own, joined


def bind_phone_by_code(
    session: Session, actor: Actor, *, phone: str, code: str, old_code: str | None = None
) -> tuple[Account, bool]:
    """The same where the number is proven by an SMS code (purpose `bind_phone`).

    The new number's code is checked first: whoever guesses at the old one's needs a new message for each guess.
    """
    codes.check(session, phone=phone, purpose=BIND_PHONE, subject_id=actor.account, code=code)
    return bind_phone(session, actor, phone=phone, old_code=old_code)


def is_staff(session: Session, account_id: uuid.UUID) -> bool:
    """Whether offices know this account as staff."""
    statement = select(_staff_member.c.account_id).where(_staff_member.c.account_id == account_id)
    return session.execute(statement).first() is not None


def forget_log_ins(session: Session, account: Account) -> None:
    """Nobody finds the account by phone or WeChat any more; both may be used for a new one."""
    session.execute(delete(AccountLookup).where(AccountLookup.account_id == account.id))


def _let_nobody_in(session: Session, actor: Actor, account: Account | None, reason: str) -> None:
    """A refused try at a desk: which account, if the number has one; never the number."""
    audit.record(
        session,
        actor,
        "identity.log_in_refused",
        subject_kind="account",
        subject_id=account.id if account else None,
        by=sessions.DESK,
        reason=reason,
    )


def _opened(
    session: Session, actor: Actor, account: Account, kind: str, device: str, lifetimes: Lifetimes
) -> Tokens:
    tokens = sessions.open_device(session, account, kind=kind, name=device, lifetimes=lifetimes)
    audit.record(session, actor, "identity.logged_in", subject_kind="account", subject_id=account.id, by=kind)
    return tokens


def _set_phone(session: Session, account: Account, phone: str) -> None:
    if account.phone is not None:
        _give_up_number(session, account, account.phone)
    account.phone = phone
    session.add(AccountLookup(key_index=privacy.blind_index(PHONE, phone), account_id=account.id))
    session.flush()


def _give_up_number(session: Session, account: Account, phone: str) -> None:
    """The account leaves its old number. Its PIN is locked for an admin: codes to the new number could set another,
    and a stolen log-in must not become a signature by way of the thief's own phone.
    """
    session.execute(delete(AccountLookup).where(AccountLookup.key_index == privacy.blind_index(PHONE, phone)))
    pin = session.get(PinCredential, account.id)
    if pin is not None:
        pin.locked_hard = True


def _joined(session: Session, own: Account, other: Account) -> Account:
    """Make one account of two; the one offices know, else the one with a person, else the older stays."""
    persons = {account.person_id for account in (own, other)} - {None}
    openids = {account.wechat_openid for account in (own, other)} - {None}
    both_staff = is_staff(session, own.id) and is_staff(session, other.id)
    if len(persons) > 1 or len(openids) > 1 or both_staff:
        raise PhoneTaken()
    keep, absorb = sorted(
        (own, other),
        key=lambda account: (
            not is_staff(session, account.id),
            account.person_id is None,
            account.created_at,
            account.id,
        ),
    )
    phone, openid, person_id = other.phone, own.wechat_openid or other.wechat_openid, keep.person_id
    person_id = person_id or absorb.person_id
    if own.phone and own.phone != phone:
        _give_up_number(session, own, own.phone)
    _close_absorbed(session, absorb, into=keep)
    keep.phone, keep.wechat_openid, keep.person_id = phone, openid, person_id
    session.flush()
    return keep


def _close_absorbed(session: Session, absorb: Account, *, into: Account) -> None:
    """Log-ins, devices and consents go over; the empty account closes."""
    for model in (AccountLookup, Device, Consent, ActingConsent, IdentityAttempt):
        session.execute(
            update(model)
            .where(model.account_id == absorb.id)
            .values(account_id=into.id)
            .execution_options(synchronize_session="fetch")
        )
    session.execute(delete(PinCredential).where(PinCredential.account_id == absorb.id))
    absorb.phone = absorb.wechat_openid = absorb.person_id = None
    absorb.state, absorb.closed_at = "closed", clock.now()
