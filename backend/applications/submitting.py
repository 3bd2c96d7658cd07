"""Submitting (提交): complete, printable, needed, not a duplicate; then it is the committee's."""

import uuid
from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor
from backend.applications import deadlines, telling
from backend.applications.models import Application, NecessityFinding, TextRevision
from backend.applications.moving import Moved, Notes, check, find, move
from backend.applications.printable import refuse_unprintable
from backend.applications.workflow import COSIGN_DAYS, PROMISE_DAYS, State
from backend.catalogue import service as catalogue
from backend.catalogue.service import Finding
from backend.identity import consents
from backend.problems import Conflict, InvalidInput
from backend.settings import Settings

_NEEDED = {
    "title": "请填写证明名称",
    "purpose": "请填写用途",
    "receiver": "请填写交给哪个单位",
    "words": "请写清要证明什么",
}
_MOST_SHOWN = 5
_OVER_FOR_GOOD = (State.REFUSED, State.WITHDRAWN, State.EXPIRED, State.DRAFT, State.NOT_NEEDED)


class Incomplete(InvalidInput):
    code = "incomplete"
    detail = "申请还没有填完，请补齐后提交"


class DuplicateFound(Conflict):
    """A like application or certificate exists; `existing` shows it, `confirm_duplicate` goes on."""

    code = "duplicate_found"
    detail = "您已有一件相同的申请或仍有效的证明，请先看看能否直接使用；确需再开，请确认后提交"


def submit(
    session: Session,
    actor: Actor,
    *,
    application_id: uuid.UUID,
    settings: Settings,
    confirm_duplicate: bool = False,
    row_version: int | None = None,
) -> Application:
    """Hand the draft in: to the committee, or, where the lists forbid it, to not_needed with the finding."""
    application = find(session, application_id)
    check(session, actor, application, "submit", row_version=row_version)
    _refuse_withdrawn_consent(session, actor, application)
    _refuse_incomplete(application)
    finding = find_need(application)
    if finding is not None:
        notes = Notes(facts={"key": finding.key})
        move(session, actor, application, "submit", to=State.NOT_NEEDED, settings=settings, notes=notes)
        note_finding(session, application, finding, source="words")
        session.flush()
        return application
    duplicate = _refuse_duplicate(session, application, confirm_duplicate)
    moved = move(session, actor, application, "submit", settings=settings)
    return _accept(session, moved, duplicate, settings)


def _refuse_withdrawn_consent(session: Session, actor: Actor, application: Application) -> None:
    """Who took back the consent to their ID number hands nothing in; a clerk acts on the holder's signed sheet."""
    if application.helper != "clerk":
        consents.refuse_withdrawn(session, actor.account)


def dispute(
    session: Session,
    actor: Actor,
    *,
    application_id: uuid.UUID,
    reason: str,
    settings: Settings,
    confirm_duplicate: bool = False,
) -> Application:
    """Ask for it all the same, with a reason: submitted, marked, for the clerk to judge."""
    application = find(session, application_id)
    check(session, actor, application, "dispute")
    _refuse_withdrawn_consent(session, actor, application)
    duplicate = _refuse_duplicate(session, application, confirm_duplicate)
    moved = move(session, actor, application, "dispute", settings=settings, notes=Notes(public=reason))
    application.disputed_reason = reason
    application.necessity_open = True
    return _accept(session, moved, duplicate, settings)


def find_need(application: Application) -> Finding | None:
    """What the necessity check says of the person's title and words."""
    return catalogue.check(
        f"{application.title}。{application.words}",
        purpose=application.purpose,
        receiver=application.receiver,
        receiver_in_city=application.receiver_in_city,
    )


def note_finding(session: Session, application: Application, finding: Finding, *, source: str) -> None:
    """Keep what the check said, with the edition it used. `source`: words (the person's) or text (the clerk's)."""
    row = NecessityFinding(
        county_code=application.county_code,
        application_id=application.id,
        organisation_id=application.organisation_id,
        key=finding.key,
        edition=finding.edition,
        matched=finding.matched,
        source=source,
        found_at=clock.now(),
    )
    session.add(row)


def _refuse_incomplete(application: Application) -> None:
    texts = {field: getattr(application, field) for field in _NEEDED}
    errors = {f"json.{field}": [_NEEDED[field]] for field, text in texts.items() if not text.strip()}
    if errors:
        raise Incomplete(errors=errors)
    refuse_unprintable(**texts)


def _refuse_duplicate(session: Session, application: Application, confirmed: bool) -> uuid.UUID | None:
    """The likely duplicate the person has confirmed, or None; DuplicateFound before they have seen it."""
    found = duplicates(session, application)
    if found and not confirmed:
        raise DuplicateFound(existing=[_shown(each) for each in found])
    return found[0].id if found else None


def duplicates(session: Session, application: Application) -> Sequence[Application]:
    """Applications of the same person for the same item and receiver: open, or issued and still valid."""
    same = select(Application).where(
        Application.holder_id == application.holder_id,
        Application.receiver_index == application.receiver_index,
        Application.id != application.id,
        Application.state.not_in(_OVER_FOR_GOOD),
    )
    if application.item_code:
        same = same.where(Application.item_code == application.item_code)
    else:
        same = same.where(Application.title == application.title)
    valid = or_(Application.state != State.ISSUED, Application.valid_until >= clock.today())
    return session.scalars(same.where(valid).order_by(Application.id.desc()).limit(_MOST_SHOWN)).all()


def _shown(application: Application) -> dict[str, str | None]:
    """A duplicate as the applicant, whose own it is, is shown it."""
    submitted = application.submitted_at
    return {
        "id": str(application.id),
        "state": application.state,
        "title": application.title,
        "submitted_at": clock.beijing(submitted).isoformat(timespec="seconds") if submitted else None,
        "certificate_id": str(application.certificate_id) if application.certificate_id else None,
        "certificate_number": application.certificate_number,
    }


def _accept(session: Session, moved: Moved, duplicate: uuid.UUID | None, settings: Settings) -> Application:
    """It is the committee's now: the promise begins, the person's words are the first version of the text."""
    application = moved.case.application
    item = catalogue.item(application.item_code) if application.item_code else None
    promise = (item.promise_days if item else None) or PROMISE_DAYS
    application.promise_days = promise + (COSIGN_DAYS if application.cosign_required else 0)
    application.submitted_at = moved.case.now
    application.duplicate_of_id = duplicate
    application.text = application.words
    deadlines.compute(session, application, State.SUBMITTED, settings=settings)
    session.add(
        TextRevision(
            county_code=application.county_code,
            application_id=application.id,
            serial=0,
            text=application.words,
            by_post=moved.event.post,
            account_id=moved.case.actor.account,
            at=moved.case.now,
        )
    )
    telling.clerks(session, application, "to_claim")
    if application.helper != "self":
        telling.applicant(session, application, "assisted")
    session.flush()
    return application
