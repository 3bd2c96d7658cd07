"""What approvers (负责人) and town reviewers (复核人) decide, and what the making reports back."""

import json
import uuid
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.access import MACHINE, Actor, Grant
from backend.applications import deadlines, notices, telling
from backend.applications.guards import SameEyes
from backend.applications.models import Application, TextRevision
from backend.applications.moving import Notes, check, find, move
from backend.applications.reading import get_visible
from backend.applications.workflow import State
from backend.identity import pins
from backend.problems import NotAllowed
from backend.settings import Settings

__all__ = [
    "cosign",
    "decline_cosign",
    "get_visible",
    "mark_issued",
    "mark_voided",
    "refuse",
    "send_back",
    "start_sealing",
]


def start_sealing(session: Session, actor: Actor, *, application_id: uuid.UUID) -> tuple[Application, Grant]:
    """Take the approval's step, approving -> sealing: two pairs of eyes, co-sign done, guarded UPDATE.

    The caller has checked the PIN (before this: a wrong one commits its count) and fixes number and document
    in the same transaction. Of two approvers at once one gets here, the other gets WrongState (409).
    """
    application = find(session, application_id)
    case, _ = check(session, actor, application, "approve")
    if not case.organisation.one_person and _has_drafted(session, actor, application):
        raise SameEyes()
    moved = move(session, actor, application, "approve")
    if moved.grant is None:
        raise NotAllowed()
    return application, moved.grant


def _has_drafted(session: Session, actor: Actor, application: Application) -> bool:
    """Whether any version of the text is this account's, not only the last."""
    own = select(TextRevision.id).where(
        TextRevision.application_id == application.id, TextRevision.account_id == actor.account
    )
    return session.scalars(own.limit(1)).first() is not None


def mark_issued(
    session: Session,
    *,
    application_id: uuid.UUID,
    certificate_id: uuid.UUID | None = None,
    number: str | None = None,
    valid_until: date | None = None,
) -> Application:
    """The certificate stands in the wallet: sealing -> issued, and the applicant is told. Twice is once."""
    application = find(session, application_id)
    if application.state == State.ISSUED:
        return application
    move(session, MACHINE, application, "issue")
    application.certificate_id = certificate_id
    application.certificate_number = number
    application.valid_until = valid_until
    telling.applicant(session, application, "issued")
    return application


def mark_voided(session: Session, actor: Actor, *, application_id: uuid.UUID, reason: str) -> Application:
    """The document cannot be made and its number is voided: sealing -> reviewing, back to the clerk."""
    application = find(session, application_id)
    move(session, actor, application, "void", notes=Notes(internal=reason))
    application.cosigned_at = application.cosigned_by_post = None
    telling.clerks(session, application, "voided")
    return application


def refuse(
    session: Session, actor: Actor, *, application_id: uuid.UUID, pin: str, settings: Settings
) -> Application:
    """Decide not to issue (不予出具): PIN, written notice with reason, basis, where to go and remedy."""
    application = find(session, application_id)
    check(session, actor, application, "refuse")
    pins.check(session, actor, pin=pin)  # before any change: a wrong PIN commits its count
    proposal = json.loads(application.refusal or "{}")
    moved = move(
        session, actor, application, "refuse", settings=settings, notes=Notes(public=proposal["words"])
    )
    notices.refusal(session, moved)
    telling.applicant(session, application, "refused")
    return application


def send_back(
    session: Session, actor: Actor, *, application_id: uuid.UUID, remark: str, settings: Settings
) -> Application:
    """Back to the clerk with a remark: approving or refusing -> reviewing."""
    application = find(session, application_id)
    return _back(session, actor, application, "send_back", remark, settings)


def decline_cosign(
    session: Session, actor: Actor, *, application_id: uuid.UUID, remark: str, settings: Settings
) -> Application:
    """The town does not co-sign: back to the clerk with a remark."""
    application = find(session, application_id)
    return _back(session, actor, application, "decline_cosign", remark, settings)


def _back(
    session: Session, actor: Actor, application: Application, verb: str, remark: str, settings: Settings
) -> Application:
    move(session, actor, application, verb, settings=settings, notes=Notes(internal=remark))
    application.cosigned_at = application.cosigned_by_post = None
    telling.clerks(session, application, "sent_back")
    return application


def cosign(
    session: Session, actor: Actor, *, application_id: uuid.UUID, settings: Settings, remark: str = ""
) -> Application:
    """The town agrees (复核同意); the approver may now sign, and has a working day of their own."""
    application = find(session, application_id)
    moved = move(session, actor, application, "cosign", notes=Notes(internal=remark or None))
    application.cosigned_at = moved.case.now
    application.cosigned_by_post = moved.event.post
    deadlines.enter(session, application, State.APPROVING, now=moved.case.now, settings=settings)
    telling.approvers(session, application, "to_sign")
    return application
