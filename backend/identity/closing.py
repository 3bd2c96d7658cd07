"""The end of an account (注销) and of a life: the log-in goes, certificates and the archive stay as the law requires."""

import uuid

from sqlalchemy import Date, Uuid, column, delete, or_, select, table
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor, Permission, require
from backend.audit import service as audit
from backend.identity import accounts, acting, codes, service, sessions
from backend.identity.models import Account, Consent, Person, PinCredential
from backend.problems import Conflict, NotAllowed

_role_grant = table("role_grant", column("account_id", Uuid), column("ends_on", Date))


class InOffice(Conflict):
    code = "in_office"
    detail = "您还有任职，请先由机构管理员办理交接，再注销账号"


def close(session: Session, actor: Actor, *, sms_code: str | None) -> None:
    """Close the actor's account after a step-up code (an account without a phone needs none).

    Phone and WeChat may then be used for a new account; the person is found again by the real-name check.
    """
    account = service.account(session, actor.account)
    if account.phone is not None:
        codes.check(
            session,
            phone=account.phone,
            purpose=codes.STEP_UP,
            subject_id=account.id,
            code=sms_code or "",
        )
    if _in_office(session, account.id):
        raise InOffice()
    _shut(session, actor, account, why="closed")
    account.phone = account.wechat_openid = None
    audit.record(session, actor, "identity.account_closed", subject_kind="account", subject_id=account.id)


def record_death(session: Session, actor: Actor, *, person_id: uuid.UUID, basis: str) -> Person:
    """Record a death: the wallet closes, log-ins and authorisations end, nothing is handed over.

    `basis`: what the admin has seen (death_certificate, hukou_cancelled or court).
    """
    require(actor, Permission.MERGE_PERSONS)
    person = service.person(session, person_id)
    if actor.person_id == person.id:
        raise NotAllowed()
    if person.state != service.ACTIVE:
        raise Conflict("这个身份的登记已关闭")
    person.state = service.DECEASED
    for account in service.own_accounts(session, person.id):
        _shut(session, actor, account, why="deceased")
    acting.withdraw_all(session, actor, person_id=person.id)
    audit.record(
        session,
        actor,
        "identity.death_recorded",
        subject_kind="person",
        subject_id=person.id,
        for_person_id=person.id,
        basis=basis,
    )
    return person


def _shut(session: Session, actor: Actor, account: Account, *, why: str) -> None:
    acting.withdraw_all(session, actor, account_id=account.id, person_id=account.person_id)
    sessions.revoke_all(session, account.id, why=why)
    accounts.forget_log_ins(session, account)
    session.execute(delete(PinCredential).where(PinCredential.account_id == account.id))
    now = clock.now()
    for consent in session.scalars(
        select(Consent).where(Consent.account_id == account.id, Consent.withdrawn_at.is_(None))
    ):
        consent.withdrawn_at = now
    account.state, account.closed_at = "closed", now
    session.flush()


def _in_office(session: Session, account_id: uuid.UUID) -> bool:
    held = select(_role_grant.c.account_id).where(
        _role_grant.c.account_id == account_id,
        or_(_role_grant.c.ends_on.is_(None), _role_grant.c.ends_on >= clock.today()),
    )
    return session.execute(held).first() is not None
