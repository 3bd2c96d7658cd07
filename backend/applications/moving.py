"""The one door by which an application changes: authority, conditions, guarded UPDATE, event, audit."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from backend import access, clock
from backend.access import Actor, Grant, Permission
from backend.applications import deadlines
from backend.applications.guards import Case, WrongState, is_applicant, refusal
from backend.applications.models import Application, ApplicationEvent
from backend.applications.workflow import BY_VERB, Party, State, Step, shelf
from backend.audit import service as audit
from backend.organisations import service as organisations
from backend.problems import Conflict, NotFound
from backend.settings import Settings


class EditedMeanwhile(Conflict):
    code = "edited_meanwhile"
    detail = "这件申请刚被改动过，请刷新后核对再保存；您的修改尚未保存"


@dataclass(frozen=True)
class Notes:
    """What is written with a step: for everybody, for staff, and codes for the audit trail."""

    public: str | None = None
    internal: str | None = None
    facts: dict[str, Any] | None = None


@dataclass(frozen=True)
class Moved:
    """A step taken: the case, the grant it was taken by (None: the applicant or the machine), its event."""

    case: Case
    grant: Grant | None
    event: ApplicationEvent


_NO_NOTES = Notes()


def find(session: Session, application_id: uuid.UUID) -> Application:
    """The application, or NotFound. Not a permission check."""
    application = session.get(Application, application_id)
    if application is None:
        raise NotFound("没有找到这件申请")
    return application


def check(
    session: Session, actor: Actor, application: Application, verb: str, *, row_version: int | None = None
) -> tuple[Case, Grant | None]:
    """May this actor take this step now? The case and the grant, or the problem that says why not."""
    step = BY_VERB[verb]
    organisation = organisations.get(session, application.organisation_id)
    case = Case(application, organisation, actor, clock.now())
    grant = authority(step, case)
    problem = refusal(step, case)
    if problem is not None:
        raise problem
    if row_version is not None and row_version != application.row_version:
        raise EditedMeanwhile()
    return case, grant


def authority(step: Step, case: Case) -> Grant | None:
    """The grant that lets the actor take the step; None for applicant and machine; else refused."""
    if step.party is Party.CITIZEN and is_applicant(case.actor, case.application):
        return None
    if step.party is Party.MACHINE and case.actor.machine:
        return None
    if step.party is Party.CITIZEN:
        if case.application.helper != "clerk":
            raise NotFound("没有找到这件申请")
        return access.require_over(case.actor, Permission.ASSIST_APPLICATIONS, case.organisation.path)
    return access.require_over(case.actor, step.permission, case.organisation.path)


def move(
    session: Session,
    actor: Actor,
    application: Application,
    verb: str,
    *,
    to: State | None = None,
    settings: Settings | None = None,
    notes: Notes = _NO_NOTES,
    row_version: int | None = None,
) -> Moved:
    """Take one step: exactly one of two at once succeeds, the other learns the state it met.

    Call it before changing anything else on the row: the guarded UPDATE compares state and version as read.
    """
    session.flush()
    case, grant = check(session, actor, application, verb, row_version=row_version)
    step = BY_VERB[verb]
    before = State(application.state)
    after = to or (step.to[0] if step.to else before)
    _guarded_update(session, case, step, after)
    if after != before and not step.clock_runs_on:
        deadlines.enter(session, application, after, now=case.now, settings=settings)
    if after != before:
        _arrive(session, case, after, settings)
    return Moved(case, grant, record(session, case, step, before, grant, notes))


def _arrive(session: Session, case: Case, state: State, settings: Settings | None) -> None:
    """What comes with standing in a state: whose desk it is on, and until when."""
    application = case.application
    if state is State.SUBMITTED:
        application.claimed_by_account_id = application.claimed_by_post = application.claim_lapses_at = None
    elif state is State.REVIEWING:
        lapses = deadlines.lapse_at(session, now=case.now, settings=settings) if settings else None
        application.claim_lapses_at = lapses
    elif shelf(state) == "closed":
        application.decided_at = application.sort_at = case.now


def _guarded_update(session: Session, case: Case, step: Step, after: State) -> None:
    application = case.application
    values = {
        "state": str(after),
        "shelf": shelf(after),
        "row_version": application.row_version + 1,
        "updated_at": case.now,
    }
    done = session.execute(
        update(Application)
        .where(
            Application.id == application.id,
            Application.state == application.state,
            Application.row_version == application.row_version,
        )
        .values(values)
        .execution_options(synchronize_session=False)
    )
    if getattr(done, "rowcount", 0) != 1:
        raise _overtaken(session, step, application.id)
    for name, value in values.items():
        set_committed_value(application, name, value)


def _overtaken(session: Session, step: Step, application_id: uuid.UUID) -> Conflict:
    """Somebody was quicker: say what stands there now."""
    state = State(session.scalars(select(Application.state).where(Application.id == application_id)).one())
    return EditedMeanwhile() if state in step.sources else WrongState(step, state)


def record(
    session: Session, case: Case, step: Step, before: State, grant: Grant | None, notes: Notes
) -> ApplicationEvent:
    """Write the step into the timeline and the audit trail."""
    application = case.application
    event = ApplicationEvent(
        county_code=application.county_code,
        application_id=application.id,
        at=case.now,
        verb=step.verb,
        from_state=str(before),
        to_state=application.state,
        account_id=case.actor.account_id,
        for_person_id=application.holder_id if step.party is Party.CITIZEN else None,
        organisation_name=case.organisation.name,
        post=post_of(case, grant),
        public_note=notes.public,
        internal_note=notes.internal,
        facts=notes.facts or {},
    )
    session.add(event)
    audit.record(
        session,
        case.actor,
        f"application.{step.verb}",
        subject_kind="application",
        subject_id=application.id,
        grant=grant,
        organisation_id=application.organisation_id,
        county_code=application.county_code,
        for_person_id=event.for_person_id,
        from_state=event.from_state,
        to_state=event.to_state,
        **event.facts,
    )
    return event


def post_of(case: Case, grant: Grant | None) -> str:
    """How the actor is shown: by post (岗位), never by name."""
    if grant is not None:
        return f"{grant.post}(代理)" if grant.deputy else grant.post
    if case.actor.machine:
        return "系统"
    return "申请人" if case.application.holder_id == case.actor.person_id else "代办亲友"
