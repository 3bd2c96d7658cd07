"""Binding an account to its person, and finding the person again from a new phone: what is held stays with them."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor
from backend.audit import service as audit
from backend.identity import accounts, service, sessions, telling
from backend.identity.models import Account, ActingConsent, IdentityAttempt, Person
from backend.problems import Conflict


class OtherPerson(Conflict):
    """One account, one person: a family's other members are acted for."""

    code = "account_has_person"
    detail = "这个账号已实名为另一个人。一个账号只能对应一个人，家人的事请在“亲友代办”里办理"


class PersonClosed(Conflict):
    code = "person_closed"
    detail = "这个身份的登记已关闭，请带证件到村（社区）或办事窗口说明情况"


def other_accounts(session: Session, person: Person, account: Account) -> list[Account]:
    """The person's accounts elsewhere."""
    return [other for other in service.own_accounts(session, person.id) if other.id != account.id]


def refuse_closed(person: Person) -> None:
    """PersonClosed for a record that ended with its person's life."""
    if person.state != service.ACTIVE:
        raise PersonClosed()


def bind(
    session: Session, actor: Actor, *, account: Account, person: Person, attempt: IdentityAttempt
) -> None:
    """The account is the person's from now on; the caller has seen the proof. Older accounts are logged out."""
    if account.person_id not in (None, person.id):
        raise OtherPerson()
    refuse_closed(person)
    replaced = other_accounts(session, person, account)
    for old in replaced:
        _replace(session, old, new=account)
    account.person_id = person.id
    attempt.state, attempt.decided_at, attempt.desk_code_hash = "matched", clock.now(), None
    session.flush()
    audit.record(
        session,
        actor,
        "identity.person_bound",
        subject_kind="account",
        subject_id=account.id,
        for_person_id=person.id,
        verified_by=person.verified_by,
        replaced=[str(old.id) for old in replaced],
    )
    if replaced:
        telling.person_moved(session, [old.id for old in replaced], account.id, attempt_id=attempt.id)


def _replace(session: Session, old: Account, *, new: Account) -> None:
    """Log the old account out; whom it acted for by consent, the person's new account acts for.

    A staff account stays, without its person: its powers come back only by a new invitation or log-in of its own.
    Any other is closed; its phone number is kept a day longer, to tell whoever holds it (`work.sweep`).
    """
    sessions.revoke_all(session, old.id, why="person_moved")
    session.execute(
        update(ActingConsent)
        .where(ActingConsent.account_id == old.id)
        .values(account_id=new.id)
        .execution_options(synchronize_session="fetch")
    )
    old.person_id = None
    if not accounts.is_staff(session, old.id):
        accounts.forget_log_ins(session, old)
        old.state, old.closed_at = "closed", clock.now()
    session.flush()
