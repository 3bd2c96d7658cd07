"""Writing the audit trail and the record of looks; reading them back."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor, Grant, Permission, jurisdiction, require
from backend.audit.models import AccessRecord, AuditEntry
from backend.db import append
from backend.paging import Key, Page, page

NO_COUNTY = "000000"
SCAN = "scan"


def record(
    session: Session,
    actor: Actor,
    action: str,
    *,
    subject_kind: str,
    subject_id: uuid.UUID | None = None,
    grant: Grant | None = None,
    organisation_id: uuid.UUID | None = None,
    county_code: str = NO_COUNTY,
    for_person_id: uuid.UUID | None = None,
    **facts: Any,
) -> AuditEntry:
    """Write one act beside the change it describes. `facts` must hold ids and codes only."""
    entry = AuditEntry(
        county_code=county_code,
        at=clock.now(),
        action=action,
        account_id=actor.account_id,
        for_person_id=for_person_id,
        organisation_id=organisation_id or (grant.organisation_id if grant else None),
        role=str(grant.role) if grant else None,
        subject_kind=subject_kind,
        subject_id=subject_id,
        facts=facts,
        trace_id=actor.trace_id,
    )
    session.add(entry)
    return entry


def look(
    session: Session,
    actor: Actor,
    *,
    holder_id: uuid.UUID,
    kind: str,
    item_kind: str,
    item_id: uuid.UUID | None,
    verdict: str,
    reason: str,
    scope: str = "",
    matter: str = "",
    number: str = "",
    organisation_name: str = "",
    post: str = "",
) -> None:
    """Record that somebody looked at a holder's thing (查验记录); the holder sees it."""
    append(
        session,
        AccessRecord,
        holder_id=holder_id,
        at=clock.now(),
        kind=kind,
        item_kind=item_kind,
        item_id=item_id,
        number=number,
        organisation_name=organisation_name,
        post=post,
        matter=matter,
        scope=scope,
        verdict=verdict,
        reason=reason,
        account_id=actor.account_id,
        address=actor.address or None,
    )


def looks_by(account_id: uuid.UUID, *, since: datetime) -> Select[*tuple[Any, ...]]:
    """SELECT of id, account_id, at, verdict, reason, kind, number and matter of what an account scanned."""
    own = AccessRecord.account_id == account_id
    return select(
        AccessRecord.id,
        AccessRecord.account_id,
        AccessRecord.at,
        AccessRecord.verdict,
        AccessRecord.reason,
        AccessRecord.item_kind.label("kind"),
        AccessRecord.number,
        AccessRecord.matter,
    ).where(own, AccessRecord.at >= since, AccessRecord.kind == SCAN)


def looks_at(
    session: Session,
    *,
    holder_id: uuid.UUID,
    item_id: uuid.UUID | None,
    cursor: str | None,
    limit: int | None,
) -> Page:
    """Who looked at a holder's things, newest first. The caller has checked that the holder is asking."""
    statement = select(AccessRecord).where(AccessRecord.holder_id == holder_id)
    if item_id is not None:
        statement = statement.where(AccessRecord.item_id == item_id)
    keys = [Key(AccessRecord.at, "at", descending=True), Key(AccessRecord.id, "id", descending=True)]
    return page(session, statement, keys=keys, cursor=cursor, limit=limit)


def look_of(session: Session, look_id: uuid.UUID) -> AccessRecord | None:
    """One look. The caller checks whose it is."""
    return session.get(AccessRecord, look_id)


def entries(
    session: Session,
    actor: Actor,
    *,
    action: str | None = None,
    subject_id: uuid.UUID | None = None,
    account_id: uuid.UUID | None = None,
    organisation_id: uuid.UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: str | None,
    limit: int | None,
) -> Page:
    """The audit trail of the actor's area, newest first. Acts at no office are the whole city's auditor's to see."""
    require(actor, Permission.READ_AUDIT)
    inside = jurisdiction(actor, Permission.READ_AUDIT, AuditEntry.organisation_id)
    if _whole_city(actor):
        inside = or_(inside, AuditEntry.organisation_id.is_(None))
    statement = select(AuditEntry).where(inside)
    same = {"subject_id": subject_id, "account_id": account_id, "organisation_id": organisation_id}
    for name, value in same.items():
        if value is not None:
            statement = statement.where(getattr(AuditEntry, name) == value)
    if action:
        statement = statement.where(AuditEntry.action.startswith(action, autoescape=True))
    if since:
        statement = statement.where(AuditEntry.at >= since)
    if until:
        statement = statement.where(AuditEntry.at < until)
    keys = [Key(AuditEntry.at, "at", descending=True), Key(AuditEntry.id, "id", descending=True)]
    return page(session, statement, keys=keys, cursor=cursor, limit=limit)


def _whole_city(actor: Actor) -> bool:
    """Whether a grant stands at the root, whose path is one id."""
    return any(grant.path.count("/") == 1 for grant in actor.grants_for(Permission.READ_AUDIT))
