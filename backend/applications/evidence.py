"""Evidence (佐证材料): who may add it and when, at most 9 files, removal. Seeing it: `evidence_links.py`."""

import uuid

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor, Permission
from backend.applications.evidence_files import CleanFile
from backend.applications.guards import is_applicant
from backend.applications.models import Application, Evidence
from backend.applications.reading import get_visible
from backend.applications.workflow import State
from backend.audit import service as audit
from backend.organisations import service as organisations
from backend.problems import Conflict, NotFound

MOST_FILES = 9
_APPLICANT_ADDS = (State.DRAFT, State.NOT_NEEDED, State.SUBMITTED, State.RETURNED)
_NEVER_SUBMITTED = (State.DRAFT, State.NOT_NEEDED)


class TooManyFiles(Conflict):
    code = "too_many_files"
    detail = f"最多 {MOST_FILES} 个文件，请先删去不需要的再上传"


class EvidenceClosed(Conflict):
    code = "evidence_closed"
    detail = "这件申请现在不能增减材料；需要补充时，经办人会退回补正，或由经办人现场拍照添加"


def addable(session: Session, actor: Actor, application_id: uuid.UUID) -> Application:
    """The application, if this actor may add evidence to it now: its applicant, or the clerk who has it."""
    application = get_visible(session, actor, application_id)
    if _applies(session, actor, application) and application.state in _APPLICANT_ADDS:
        return application
    is_at_work = application.state == State.REVIEWING and application.claimed_by_account_id == actor.account
    if is_at_work and _handles(session, actor, application):
        return application
    raise EvidenceClosed()


def _handles(session: Session, actor: Actor, application: Application) -> bool:
    """Still a clerk there: who claimed it and then left the post only reads, if that."""
    organisation = organisations.get(session, application.organisation_id)
    return actor.grant_over(Permission.HANDLE_APPLICATIONS, organisation.path) is not None


def _applies(session: Session, actor: Actor, application: Application) -> bool:
    """Applicant, or a clerk of the committee where the application is an assisted one (代办)."""
    if is_applicant(actor, application):
        return True
    organisation = organisations.get(session, application.organisation_id)
    may_assist = actor.grant_over(Permission.ASSIST_APPLICATIONS, organisation.path) is not None
    return application.helper == "clerk" and may_assist


def refuse_too_many(session: Session, application: Application) -> None:
    """TooManyFiles where no further one fits."""
    there = select(func.count()).where(
        Evidence.application_id == application.id, Evidence.removed_at.is_(None)
    )
    if (session.scalar(there) or 0) >= MOST_FILES:
        raise TooManyFiles()


def add(
    session: Session, actor: Actor, *, application_id: uuid.UUID, label: str, clean: CleanFile, blob: str
) -> Evidence:
    """A cleaned file as evidence; its blob is stored already."""
    addable(session, actor, application_id)
    # Held, so that two files at once cannot both be the ninth.
    application = session.get_one(Application, application_id, with_for_update=True)
    refuse_too_many(session, application)
    row = Evidence(
        county_code=application.county_code,
        application_id=application.id,
        label=label,
        media_type=clean.media_type,
        size=len(clean.data),
        pages=clean.pages,
        blob=blob,
        account_id=actor.account,
        added_at=clock.now(),
    )
    session.add(row)
    session.flush()
    _record(session, actor, application, row, "evidence_added")
    return row


def get(session: Session, evidence_id: uuid.UUID | None) -> Evidence:
    """The evidence still there, or NotFound. Not a permission check."""
    row = session.get(Evidence, evidence_id) if evidence_id else None
    if row is None or row.removed_at is not None:
        raise NotFound("没有找到这份材料，可能已被删去")
    return row


def remove(session: Session, actor: Actor, *, application_id: uuid.UUID, evidence_id: uuid.UUID) -> Evidence:
    """Take a file away: for good while nothing was submitted, else out of sight but kept for the archive."""
    application = addable(session, actor, application_id)
    row = get(session, evidence_id)
    own = row.account_id == actor.account or _applies(session, actor, application)
    if row.application_id != application_id or not own:
        raise NotFound("没有找到这份材料，可能已被删去")
    row.removed_at = clock.now()
    _record(session, actor, application, row, "evidence_removed")
    session.flush()
    if application.state in _NEVER_SUBMITTED:
        session.delete(row)
        session.flush()
    return row


def _record(session: Session, actor: Actor, application: Application, row: Evidence, act: str) -> None:
    audit.record(
        session,
        actor,
        f"application.{act}",
        subject_kind="application",
        subject_id=application.id,
        organisation_id=application.organisation_id,
        county_code=application.county_code,
        evidence_id=str(row.id),
    )
