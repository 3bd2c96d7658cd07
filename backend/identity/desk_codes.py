"""Confirmation in person (当面确认): a short code on the phone leads a clerk to the attempt; the clerk sees person
and document, and is recorded as the one who confirmed.
"""

import secrets
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock, privacy
from backend.access import Actor, Grant, Permission, Role, require
from backend.audit import service as audit
from backend.identity import limits
from backend.identity.models import IdentityAttempt
from backend.problems import NotAllowed, NotFound

_DIGITS = 8
_LIVES = timedelta(days=30)
_LOOKS_AN_HOUR = 60


class DeskCodeUnknown(NotFound):
    code = "desk_code_unknown"
    detail = "没有这个确认码，或已过期、已确认过；请让群众在手机上重新获取"
    keeps_changes = True  # the counted look


def send_to_desk(session: Session, attempt: IdentityAttempt, *, reason: str) -> IdentityAttempt:
    """Give the attempt a desk code; one it has already stays."""
    attempt.reason = reason
    if attempt.state == "desk" and attempt.desk_code_hash is not None:
        return attempt
    code = _free_code(session)
    attempt.state, attempt.desk_code = "desk", code
    attempt.desk_code_hash = _hash(code)
    session.flush()
    return attempt


def look_up(session: Session, actor: Actor, *, code: str) -> IdentityAttempt:
    """The attempt behind a code, for the clerk to compare with the document; the disclosure is recorded."""
    grant = staff_grant(actor)
    limits.count(
        session,
        name="desk_code",
        key=actor.account.hex,
        limit=_LOOKS_AN_HOUR,
        window=timedelta(hours=1),
    )
    found = session.scalars(
        select(IdentityAttempt).where(IdentityAttempt.desk_code_hash == _hash(code)).limit(2)
    ).all()
    attempt = found[0] if len(found) == 1 else None  # one code for two people tells nothing of either
    if attempt is None or attempt.state != "desk" or attempt.created_at < clock.now() - _LIVES:
        raise DeskCodeUnknown()
    if attempt.account_id == actor.account:
        raise NotAllowed("不能确认自己的身份，请找另一位工作人员")
    audit.record(
        session,
        actor,
        "identity.desk_looked_up",
        subject_kind="identity_attempt",
        subject_id=attempt.id,
        grant=grant,
    )
    return attempt


def staff_grant(actor: Actor) -> Grant:
    """The grant by which the actor confirms people."""
    require(actor, Permission.CONFIRM_PERSON)
    return actor.grants_for(Permission.CONFIRM_PERSON)[0]


def place_of(grant: Grant) -> str:
    """How the confirmation is recorded on the person: `village_desk` or `counter`."""
    return "counter" if grant.role == Role.COUNTER else "village_desk"


def _free_code(session: Session) -> str:
    while True:
        code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
        taken = select(IdentityAttempt.id).where(IdentityAttempt.desk_code_hash == _hash(code))
        if session.scalar(taken) is None:
            return code


def _hash(code: str) -> bytes:
    return privacy.blind_index("desk_code", code)
