"""Correcting what is held of a person (更正): asked by the person, decided by the city's admin, each step traced."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor, Permission, require
from backend.audit import service as audit
from backend.identity import service, telling
from backend.identity.models import Correction
from backend.paging import Key, Page, page
from backend.problems import Conflict, NotFound

NAME, OTHER = "name", "other"


def ask(session: Session, actor: Actor, *, field: str, wanted: str) -> Correction:
    """Ask for a correction; `wanted`: the right name, or in words what is wrong."""
    row = Correction(
        account_id=actor.account,
        person_id=actor.person_id,
        field=field,
        wanted=wanted,
        state="open",
        created_at=clock.now(),
    )
    session.add(row)
    audit.record(
        session, actor, "identity.correction_asked", subject_kind="correction", subject_id=row.id, field=field
    )
    return row


def own(session: Session, actor: Actor) -> list[Correction]:
    """The actor's own requests, newest first."""
    statement = select(Correction).where(Correction.account_id == actor.account)
    return list(session.scalars(statement.order_by(Correction.id.desc()).limit(50)))


def waiting(session: Session, actor: Actor, *, cursor: str | None, limit: int | None) -> Page:
    """Open requests, oldest first, for the city's admin."""
    require(actor, Permission.MERGE_PERSONS)
    statement = select(Correction).where(Correction.state == "open")
    return page(session, statement, keys=[Key(Correction.id, "id")], cursor=cursor, limit=limit)


def get(session: Session, actor: Actor, correction_id: uuid.UUID) -> Correction:
    """One request, decided or not; NotFound."""
    require(actor, Permission.MERGE_PERSONS)
    row = session.get(Correction, correction_id)
    if row is None:
        raise NotFound("没有这项更正申请")
    return row


def decide(
    session: Session, actor: Actor, *, correction_id: uuid.UUID, accepted: bool, answer: str
) -> Correction:
    """Accept (a name is changed at once; issued papers stay as they are) or refuse with words; told either way."""
    require(actor, Permission.MERGE_PERSONS)
    row = session.get(Correction, correction_id, with_for_update=True)
    if row is None:
        raise NotFound("没有这项更正申请")
    if row.state != "open":
        raise Conflict("这项更正申请已有人处理")
    if accepted and row.field == NAME and row.person_id is not None:
        service.person(session, row.person_id).name = row.wanted
    row.state = "done" if accepted else "refused"
    row.answer, row.decided_at, row.decided_by_account_id = answer, clock.now(), actor.account
    audit.record(
        session,
        actor,
        "identity.correction_decided",
        subject_kind="correction",
        subject_id=row.id,
        for_person_id=row.person_id,
        state=row.state,
    )
    telling.correction_decided(session, row)
    return row
