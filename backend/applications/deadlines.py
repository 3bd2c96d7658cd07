"""Time limits (办理时限): the step's and the whole promise, in working days of the city's calendar."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from backend import clock
from backend.applications.models import Application
from backend.applications.workflow import LIMITS, State
from backend.organisations import calendar
from backend.settings import Settings


def enter(
    session: Session, application: Application, state: State, *, now: datetime, settings: Settings | None
) -> None:
    """Start the clock of a state just entered. Without settings (no calendar) the whole promise counts."""
    application.step_started_at = now
    application.reminded_at = None
    application.escalated_at = None
    if settings is not None:
        compute(session, application, state, settings=settings)
    else:
        application.step_due_at = application.due_at if state in LIMITS else None
        application.sort_at = application.step_due_at or now


def compute(session: Session, application: Application, state: State, *, settings: Settings) -> None:
    """Set both deadlines and the inbox order from what is stored; run again when the calendar has changed."""
    promise = _promise(session, application, settings)
    step = _step(session, application, state, settings)
    application.due_at = promise.at if promise else None
    application.step_due_at = step.at if step else None
    application.due_provisional = any(deadline.provisional for deadline in (promise, step) if deadline)
    application.sort_at = application.step_due_at or application.step_started_at or application.created_at
    if _urged_in_this_step(application):
        application.sort_at = min(application.sort_at, application.urged_at or application.sort_at)


def _urged_in_this_step(application: Application) -> bool:
    urged, started = application.urged_at, application.step_started_at
    return urged is not None and started is not None and urged >= started


def _promise(session: Session, application: Application, settings: Settings) -> calendar.Deadline | None:
    if application.submitted_at is None:
        return None
    days = application.promise_days + application.paused_days
    return calendar.add_working_days(session, application.submitted_at, days, settings=settings)


def _step(
    session: Session, application: Application, state: State, settings: Settings
) -> calendar.Deadline | None:
    limit = LIMITS.get(state)
    start = application.step_started_at
    if limit is None or start is None:
        return None
    if limit.working:
        return calendar.add_working_days(session, start, limit.days, settings=settings)
    return calendar.Deadline(start + timedelta(days=limit.days), provisional=False)


def working_days_between(session: Session, start: datetime, end: datetime) -> int:
    """Working days after the day of `start`, up to and with the day of `end` (北京时间)."""
    first, last = clock.beijing(start).date(), clock.beijing(end).date()
    days = (first + timedelta(days=offset) for offset in range(1, (last - first).days + 1))
    return sum(calendar.is_working_day(session, day) for day in days)


def lapse_at(session: Session, *, now: datetime, settings: Settings) -> datetime:
    """When a claim (or the work just done on it) lapses."""
    return calendar.add_office_hours(session, now, settings.claim_lapses_office_hours, settings=settings)
