"""Who may see an application, and everything that belongs to one for reading."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.access import Actor, Permission
from backend.applications.guards import is_applicant
from backend.applications.models import (
    Application,
    ApplicationEvent,
    Evidence,
    NecessityFinding,
    ReturnItem,
    TextRevision,
)
from backend.applications.moving import find
from backend.organisations import service as organisations
from backend.paging import Key, Page, page
from backend.problems import NotFound

#: Who applied for the holder (代办), as every paper prints it.
_HELPERS = {"relative": "由亲友代为申请", "clerk": "由村（社区）经办人代为申请"}
_UNKNOWN = "没有找到这件申请，可能已转走，或不在您的管辖范围"


def get_visible(session: Session, actor: Actor, application_id: uuid.UUID) -> Application:
    """The application, for its applicant (own or acted for) or staff of the area; else it does not exist."""
    application = find(session, application_id)
    if actor.machine or is_applicant(actor, application):
        return application
    organisation = organisations.get(session, application.organisation_id)
    permission = Permission.READ_INBOX if application.shelf != "own" else Permission.ASSIST_APPLICATIONS
    seen = actor.grant_over(permission, organisation.path) is not None
    if seen and (application.shelf != "own" or application.helper == "clerk"):
        return application
    raise NotFound(_UNKNOWN)


def acting_for(application: Application) -> str:
    """The words of a paper on who applied for the holder (代办); nothing when they did so themselves."""
    return _HELPERS.get(application.helper, "")


def get_own(session: Session, actor: Actor, application_id: uuid.UUID) -> Application:
    """The application as its applicant; not through a post somebody holds."""
    application = find(session, application_id)
    if not is_applicant(actor, application):
        raise NotFound(_UNKNOWN)
    return application


def of_holder(
    session: Session, actor: Actor, *, holder_id: uuid.UUID | None, cursor: str | None, limit: int | None
) -> Page:
    """A person's applications, newest first: the actor's own, or of somebody they act for."""
    holder = actor.acting_for(holder_id) if holder_id else actor.person
    statement = select(Application).where(Application.holder_id == holder)
    return page(
        session, statement, keys=[Key(Application.id, "id", descending=True)], cursor=cursor, limit=limit
    )


def events(session: Session, application: Application) -> Sequence[ApplicationEvent]:
    """The timeline, oldest first."""
    statement = select(ApplicationEvent).where(ApplicationEvent.application_id == application.id)
    return session.scalars(statement.order_by(ApplicationEvent.at, ApplicationEvent.id)).all()


def revisions(session: Session, application: Application) -> Sequence[TextRevision]:
    """Every version of the body, oldest first."""
    statement = select(TextRevision).where(TextRevision.application_id == application.id)
    return session.scalars(statement.order_by(TextRevision.serial)).all()


def return_items(session: Session, application: Application) -> Sequence[ReturnItem]:
    """What the single return named, in its order."""
    statement = select(ReturnItem).where(ReturnItem.application_id == application.id)
    return session.scalars(statement.order_by(ReturnItem.id)).all()


def findings(session: Session, application: Application) -> Sequence[NecessityFinding]:
    """What the necessity check said, oldest first."""
    statement = select(NecessityFinding).where(NecessityFinding.application_id == application.id)
    return session.scalars(statement.order_by(NecessityFinding.found_at, NecessityFinding.id)).all()


def evidence_of(session: Session, application: Application) -> Sequence[Evidence]:
    """Evidence still there, oldest first."""
    statement = select(Evidence).where(
        Evidence.application_id == application.id, Evidence.removed_at.is_(None)
    )
    return session.scalars(statement.order_by(Evidence.id)).all()
