"""What time and other capabilities do to applications: lapse, expire, remind, escalate, hand over, recompute."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from backend import clock
from backend.access import MACHINE, Role
from backend.applications import deadlines, handling, telling, uploads
from backend.applications.models import NOT_OVER, Application
from backend.applications.moving import find, move
from backend.applications.workflow import WITH_COMMITTEE, State
from backend.notifications.outbox import Handlers
from backend.notifications.timetable import Timetable
from backend.organisations import service as organisations
from backend.problems import Conflict
from backend.runtime import Runtime

_MINUTE, _HOUR = 60, 3600
_BATCH = 200
_REMIND_STAFF = timedelta(hours=2)
_REMIND_APPLICANT = timedelta(days=2)


def register(handlers: Handlers, timetable: Timetable) -> None:
    """Topics and jobs of this capability."""
    handlers.add("organisations.calendar_changed", recompute)
    handlers.add("organisations.term_changed", term_changed)
    timetable.every("applications.lapse_claims", _MINUTE, lapse_claims)
    timetable.every("applications.expire", 5 * _MINUTE, expire)
    timetable.every("applications.remind", 5 * _MINUTE, remind)
    timetable.every("applications.escalate", 5 * _MINUTE, escalate)
    timetable.every("applications.release_orphans", _HOUR, release_orphans)
    timetable.every("applications.forget_uploads", _HOUR, forget_uploads)


Act = Callable[[Session, Application], None]


def _each(runtime: Runtime, where: ColumnElement[bool], act: Act) -> int:
    """Do `act` with every application that is due, each in its own transaction; what moved meanwhile is left."""
    with runtime.database.session(read_only=True) as session:
        due = select(Application.id).where(where, NOT_OVER).order_by(Application.step_due_at).limit(_BATCH)
        ids = list(session.scalars(due))
    return sum(_one(runtime, application_id, act) for application_id in ids)


def _one(runtime: Runtime, application_id: uuid.UUID, act: Act) -> bool:
    with runtime.database.session() as session:
        try:
            act(session, find(session, application_id))
            session.commit()
        except (Conflict, StaleDataError):  # somebody was quicker: nothing is due any more
            session.rollback()
            return False
    return True


def lapse_claims(runtime: Runtime) -> int:
    """Claims without work end; how many."""
    due = (Application.state == State.REVIEWING) & (Application.claim_lapses_at <= clock.now())
    return _each(runtime, due, handling.lapse)


def expire(runtime: Runtime) -> int:
    """Drafts nobody went on with, and returns nobody answered, end; how many."""
    states = (State.DRAFT, State.NOT_NEEDED, State.RETURNED)
    due = Application.state.in_(states) & (Application.step_due_at < clock.now())
    return _each(runtime, due, _expire)


def _expire(session: Session, application: Application) -> None:
    was_returned = application.state == State.RETURNED
    move(session, MACHINE, application, "expire")
    if was_returned:
        telling.applicant(session, application, "expired")


def remind(runtime: Runtime) -> int:
    """Tell whose step is due soon, once a step; how many."""
    now = clock.now()
    fresh = Application.reminded_at.is_(None) & (Application.step_due_at >= now)
    staff = Application.state.in_(WITH_COMMITTEE) & (Application.step_due_at < now + _REMIND_STAFF)
    own = (Application.state == State.RETURNED) & (Application.step_due_at < now + _REMIND_APPLICANT)
    return _each(runtime, fresh & staff, _remind_staff) + _each(runtime, fresh & own, _remind_applicant)


def _remind_staff(session: Session, application: Application) -> None:
    application.reminded_at = clock.now()
    telling.whoever_has_it(session, application, "due_soon")


def _remind_applicant(session: Session, application: Application) -> None:
    application.reminded_at = clock.now()
    telling.applicant(session, application, "expiring")


def escalate(runtime: Runtime) -> int:
    """A step past its limit is told to the town above and to whose step it is, once; how many."""
    late = Application.state.in_(WITH_COMMITTEE) & (Application.step_due_at < clock.now())
    return _each(runtime, late & Application.escalated_at.is_(None), _escalate)


def _escalate(session: Session, application: Application) -> None:
    application.escalated_at = clock.now()
    telling.town(session, application, "overdue")
    telling.whoever_has_it(session, application, "overdue")


def release_orphans(runtime: Runtime, organisation_id: uuid.UUID | None = None) -> int:
    """Claims of people who are no longer clerks there are handed over; how many."""
    claimed = (Application.state == State.REVIEWING) & Application.claimed_by_account_id.is_not(None)
    if organisation_id is not None:
        claimed &= Application.organisation_id == organisation_id
    with runtime.database.session(read_only=True) as session:
        held = select(Application.organisation_id).where(claimed, NOT_OVER).distinct()
        offices = list(session.scalars(held))
        clerks = {office: _clerks(session, office) for office in offices}
    return sum(_release(runtime, office, clerks[office]) for office in offices)


def _clerks(session: Session, organisation_id: uuid.UUID) -> list[uuid.UUID]:
    return organisations.staff_accounts(session, organisation_id, Role.CLERK, include_above=True)


def _release(runtime: Runtime, organisation_id: uuid.UUID, clerks: list[uuid.UUID]) -> int:
    orphaned = (
        (Application.state == State.REVIEWING)
        & (Application.organisation_id == organisation_id)
        & Application.claimed_by_account_id.not_in(clerks)
    )
    return _each(runtime, orphaned, _hand_over)


def _hand_over(session: Session, application: Application) -> None:
    move(session, MACHINE, application, "hand_over")
    application.sort_at = min(application.sort_at, clock.now())
    telling.clerks(session, application, "to_claim")


def term_changed(runtime: Runtime, payload: dict[str, Any]) -> None:
    """People left a committee (换届): their open work is claimed anew."""
    release_orphans(runtime, uuid.UUID(payload["organisation_id"]))


def recompute(runtime: Runtime, payload: dict[str, Any]) -> None:
    """The calendar of a year has changed: every open deadline is computed again."""
    last: uuid.UUID | None = None
    while True:
        with runtime.database.session(read_only=True) as session:
            some = select(Application.id).where(Application.shelf == "open").order_by(Application.id)
            ids = list(
                session.scalars((some if last is None else some.where(Application.id > last)).limit(_BATCH))
            )
        if not ids:
            return
        for application_id in ids:
            _one(runtime, application_id, lambda s, a: _recompute(runtime, s, a))
        last = ids[-1]


def _recompute(runtime: Runtime, session: Session, application: Application) -> None:
    deadlines.compute(session, application, State(application.state), settings=runtime.settings)


def forget_uploads(runtime: Runtime) -> int:
    """Uploads never finished within a day are forgotten; how many."""
    with runtime.database.session() as session:
        count = uploads.forget_expired(session)
        session.commit()
    return count
