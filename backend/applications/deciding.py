"""What approvers (负责人) and town reviewers (复核人) decide, and what the making reports back."""

import json
import uuid
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.access import MACHINE, Actor, Grant
from backend.applications import deadlines, notices, telling
from backend.applications.guards import Case, SameEyes
from backend.applications.models import Application, ApplicationEvent
from backend.applications.moving import Notes, check, find, move
from backend.applications.reading import get_visible
from backend.applications.workflow import DRAFTING, State
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


_COSIGNER = "拟稿、复核与签批须由不同的人办理，请由另一位复核人或负责人办理"


def start_sealing(session: Session, actor: Actor, *, application_id: uuid.UUID) -> tuple[Application, Grant]:
    """Take the approval's step, approving -> sealing: two pairs of eyes, co-sign done, guarded UPDATE.

    The caller has checked the PIN (before this: a wrong one commits its count) and fixes number and document
    in the same transaction. Of two approvers at once one gets here, the other gets WrongState (409).
    """
    application = find(session, application_id)
    case, _ = check(session, actor, application, "approve")
    _refuse_same_eyes(session, case, also="cosign")
    moved = move(session, actor, application, "approve")
    if moved.grant is None:
        raise NotAllowed()
    return application, moved.grant


def _refuse_same_eyes(session: Session, case: Case, *, also: str | None = None) -> None:
    """SameEyes for who has ever drafted it, not only last, unless the committee is set to one person; and, whatever
    the committee is set to, for who has taken the step `also`.
    """
    taken = _steps_by(session, case)
    if also in taken:
        raise SameEyes(_COSIGNER)
    if taken & DRAFTING and not case.organisation.one_person:
        raise SameEyes()


def _steps_by(session: Session, case: Case) -> set[str]:
    """Every verb this account has taken with this application."""
    own = select(ApplicationEvent.verb).where(
        ApplicationEvent.application_id == case.application.id,
        ApplicationEvent.account_id == case.actor.account,
    )
    return set(session.scalars(own.distinct()))


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
    case, _ = check(session, actor, application, "refuse")
    _refuse_same_eyes(session, case)
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
    case, _ = check(session, actor, application, "cosign")
    if (
        _steps_by(session, case) & DRAFTING
    ):  # the town looks on: no committee's setting lets it look on itself
        raise SameEyes(_COSIGNER)
    moved = move(session, actor, application, "cosign", notes=Notes(internal=remark or None))
    application.cosigned_at = moved.case.now
    application.cosigned_by_post = moved.event.post
    deadlines.enter(session, application, State.APPROVING, now=moved.case.now, settings=settings)
    telling.approvers(session, application, "to_sign")
    return application
