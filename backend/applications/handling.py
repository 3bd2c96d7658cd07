"""What a clerk (经办人) does with an application: claim, edit, return once, forward, transfer, propose refusal."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from backend import clock
from backend.access import MACHINE, Actor
from backend.applications import deadlines, notices, telling
from backend.applications.drafting import committee
from backend.applications.models import Application, Evidence, ReturnItem, TextRevision
from backend.applications.moving import Moved, Notes, check, find, move
from backend.applications.placing import place
from backend.applications.printable import refuse_unprintable
from backend.applications.reading import findings
from backend.applications.refusals import Refusal
from backend.applications.submitting import note_finding
from backend.applications.workflow import State
from backend.catalogue import service as catalogue
from backend.problems import InvalidInput
from backend.settings import Settings

RETURN_KINDS = ("supply", "replace", "bring_original", "explain")


@dataclass(frozen=True)
class Missing:
    """One thing to be supplied; `evidence_id` where a file already there must be replaced."""

    kind: str
    message: str
    evidence_id: uuid.UUID | None = None


def claim(session: Session, actor: Actor, *, application_id: uuid.UUID, settings: Settings) -> Application:
    """Take it on (认领); the first claim sends the receipt. A lapsed claim may be taken over at once."""
    application = find(session, application_id)
    if has_lapsed(application):
        lapse(session, application)
    moved = move(session, actor, application, "claim", settings=settings)
    application.claimed_by_account_id = actor.account
    application.claimed_by_post = moved.event.post
    if notices.receipt(session, moved):
        telling.applicant(session, application, "received")
    session.flush()
    return application


def has_lapsed(application: Application) -> bool:
    """Whether a claim has stood without work for longer than the office hours allowed."""
    lapses = application.claim_lapses_at
    return application.state == State.REVIEWING and lapses is not None and lapses <= clock.now()


def lapse(session: Session, application: Application) -> None:
    """A claim without work ends; the application rises to the top of what waits."""
    before = application.claimed_by_account_id
    moved = move(session, MACHINE, application, "lapse")
    application.sort_at = min(application.sort_at, moved.case.now)
    if before is not None:
        telling.staff(session, [before], application, "lapsed")


def edit_text(
    session: Session,
    actor: Actor,
    *,
    application_id: uuid.UUID,
    text: str,
    row_version: int,
    settings: Settings,
) -> Application:
    """A new version of the body (修改痕迹); the applicant reads the differences. At most 2,000 characters."""
    refuse_unprintable(text=text)
    application = find(session, application_id)
    if text == application.text:
        check(session, actor, application, "edit", row_version=row_version)
        return application
    moved = move(session, actor, application, "edit", row_version=row_version)
    application.text = text
    application.text_serial += 1
    _worked(session, moved, settings)
    session.add(
        TextRevision(
            county_code=application.county_code,
            application_id=application.id,
            serial=application.text_serial,
            text=text,
            by_post=moved.event.post,
            account_id=actor.account,
            at=moved.case.now,
        )
    )
    _check_text(session, application)
    session.flush()
    return application


def _check_text(session: Session, application: Application) -> None:
    """The clerk's text must not certify what the lists forbid either."""
    found = catalogue.check(
        f"{application.title}。{application.text}",
        purpose=application.purpose,
        receiver=application.receiver,
        receiver_in_city=application.receiver_in_city,
    )
    known = list(findings(session, application))
    for old in known:
        if old.source == "text" and old.overruled_at is None and (found is None or old.key != found.key):
            session.delete(old)
            known = [each for each in known if each is not old]
    if found is not None and found.key not in {each.key for each in known}:
        note_finding(session, application, found, source="text")
        application.necessity_open = True
        return
    application.necessity_open = any(each.overruled_at is None for each in known)


def overrule(
    session: Session, actor: Actor, *, application_id: uuid.UUID, reason: str, settings: Settings
) -> Application:
    """Say in writing why it may be certified although the check matched; audited, read by justice weekly."""
    application = find(session, application_id)
    moved = move(session, actor, application, "overrule", notes=Notes(internal=reason))
    for finding in findings(session, application):
        if finding.overruled_at is None:
            finding.overruled_at = moved.case.now
            finding.overruled_by_account_id = actor.account
            finding.overruled_by_post = moved.event.post
            finding.overrule_reason = reason
    application.necessity_open = False
    _worked(session, moved, settings)
    session.flush()
    return application


def return_for_completion(
    session: Session,
    actor: Actor,
    *,
    application_id: uuid.UUID,
    items: Sequence[Missing],
    settings: Settings,
) -> Application:
    """Return it once, naming everything missing (一次性告知); the clock stands still until it is answered."""
    application = find(session, application_id)
    check(session, actor, application, "return")
    refuse_unprintable(items="\n".join(item.message for item in items))
    _refuse_foreign_evidence(session, application, items)
    moved = move(session, actor, application, "return", settings=settings)
    application.returned_once = True
    application.paused_at = moved.case.now
    rows = [_return_item(moved, item) for item in items]
    session.add_all(rows)
    session.flush()
    notices.correction_notice(session, moved, rows)
    telling.applicant(session, application, "returned")
    session.flush()
    return application


def _refuse_foreign_evidence(session: Session, application: Application, items: Sequence[Missing]) -> None:
    for item in items:
        file = session.get(Evidence, item.evidence_id) if item.evidence_id else None
        if item.evidence_id and (file is None or file.application_id != application.id):
            errors = {"json.items": ["所指的材料不属于这件申请"]}
            raise InvalidInput("所指的材料不属于这件申请，请刷新后重选", errors=errors)


def _return_item(moved: Moved, item: Missing) -> ReturnItem:
    application = moved.case.application
    return ReturnItem(
        county_code=application.county_code,
        application_id=application.id,
        kind=item.kind,
        evidence_id=item.evidence_id,
        message=item.message,
        created_at=moved.case.now,
    )


def transfer(
    session: Session, actor: Actor, *, application_id: uuid.UUID, to: uuid.UUID, reason: str
) -> Application:
    """Hand it to the right village, with a reason; the clock runs on."""
    application = find(session, application_id)
    check(session, actor, application, "transfer")
    target = committee(session, to)
    if target.id == application.organisation_id:
        errors = {"json.organisation_id": ["就是本村（社区）"]}
        raise InvalidInput("不能转给本村（社区）,请选择另一个", errors=errors)
    notes = Notes(public=reason, facts={"to_organisation_id": str(target.id)})
    move(session, actor, application, "transfer", notes=notes)
    session.flush()
    place(session, application, target)
    telling.clerks(session, application, "transferred_here")
    telling.applicant(session, application, "transferred")
    session.flush()
    return application


def propose_refusal(
    session: Session, actor: Actor, *, application_id: uuid.UUID, refusal: Refusal, settings: Settings
) -> Application:
    """Propose not to issue (不予出具), with a lawful reason and where to go; an approver decides."""
    refuse_unprintable(words=refusal.words, where_to_go="\n".join(" ".join(w) for w in refusal.where_to_go))
    application = find(session, application_id)
    move(session, actor, application, "propose_refusal", settings=settings)
    application.refusal = json.dumps(asdict(refusal), ensure_ascii=False)
    application.drafter_account_id = actor.account
    telling.approvers(session, application, "to_refuse")
    session.flush()
    return application


def forward(
    session: Session, actor: Actor, *, application_id: uuid.UUID, row_version: int, settings: Settings
) -> Application:
    """Checked and worded: to the approver, or first to the town where the item asks for a co-sign."""
    application = find(session, application_id)
    check(session, actor, application, "forward", row_version=row_version)
    if not application.text.strip():
        raise InvalidInput("证明正文是空的，请先拟写正文", errors={"json.text": ["不能为空"]})
    refuse_unprintable(text=application.text)
    move(session, actor, application, "forward", settings=settings, row_version=row_version)
    application.drafter_account_id = actor.account
    if application.cosign_required:
        telling.town(session, application, "to_cosign")
    else:
        telling.approvers(session, application, "to_sign")
    session.flush()
    return application


def _worked(session: Session, moved: Moved, settings: Settings) -> None:
    """Work on it keeps the claim alive and makes the worker its drafter."""
    application = moved.case.application
    application.drafter_account_id = moved.case.actor.account
    application.claim_lapses_at = deadlines.lapse_at(session, now=moved.case.now, settings=settings)
