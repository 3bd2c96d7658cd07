"""What is shown of an application, to its applicant and to staff; masked by default."""

import json
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock, privacy
from backend.access import Actor
from backend.applications import guards, inbox, reading, submitting, timeline
from backend.applications.evidence_links import record_disclosure
from backend.applications.guards import Case
from backend.applications.models import Application, Evidence, NecessityFinding, ReturnItem
from backend.applications.refusals import REFUSAL_REASONS
from backend.applications.workflow import STATE_NAMES, WITH_COMMITTEE, State
from backend.catalogue import service as catalogue
from backend.identity import service as identity
from backend.organisations import contacts
from backend.organisations import service as organisations
from backend.organisations.models import Organisation

_EARLIER = 5


def for_applicant(session: Session, actor: Actor, application: Application) -> dict[str, Any]:
    """Everything its applicant may see, and what they can do now."""
    organisation = organisations.get(session, application.organisation_id)
    return {
        **_common(session, actor, application, organisation),
        "is_mine": application.holder_id == actor.person_id,
        "contact_phone": application.contact_phone,
        "refusal": refusal(application, proposed=False),
        "findings": [finding(each, internal=False) for each in reading.findings(session, application)],
    }


def for_staff(session: Session, actor: Actor, application: Application) -> dict[str, Any]:
    """What a clerk, approver or reviewer works with, likely duplicates and earlier certificates beside it."""
    organisation = organisations.get(session, application.organisation_id)
    phone = application.contact_phone
    return {
        **_common(session, actor, application, organisation),
        "contact_phone": privacy.mask_phone(phone) if phone else None,
        "refusal": refusal(application, proposed=True),
        "findings": [finding(each, internal=True) for each in reading.findings(session, application)],
        "claimed_by_post": application.claimed_by_post,
        "claimed_by_me": application.claimed_by_account_id == actor.account_id,
        "claim_lapses_at": application.claim_lapses_at,
        "escalated": application.escalated_at is not None,
        "urged_at": application.urged_at,
        "disputed_reason": application.disputed_reason,
        "cosign_required": application.cosign_required,
        "cosigned_by_post": application.cosigned_by_post,
        "duplicates": [_other(each) for each in submitting.duplicates(session, application)],
        "earlier": [_other(each) for each in _earlier(session, application)],
    }


def _common(
    session: Session, actor: Actor, application: Application, organisation: Organisation
) -> dict[str, Any]:
    holder = identity.person(session, application.holder_id)
    state = State(application.state)
    return {
        "id": application.id,
        "state": application.state,
        "state_name": STATE_NAMES[state],
        "row_version": application.row_version,
        "organisation": place(session, organisation),
        "holder": {
            "name": privacy.mask_name(holder.name),
            "id_number": privacy.mask_id_number(holder.id_number),
        },
        "helper": application.helper,
        "helper_basis": application.helper_basis,
        "item_code": application.item_code,
        "title": application.title,
        "purpose": application.purpose,
        "receiver": application.receiver,
        "receiver_in_city": application.receiver_in_city,
        "words": application.words,
        "text": application.text,
        "created_at": application.created_at,
        "updated_at": application.updated_at,
        "submitted_at": application.submitted_at,
        "decided_at": application.decided_at,
        "due_at": application.due_at,
        "step_due_at": application.step_due_at,
        "due_provisional": application.due_provisional,
        "overdue": is_overdue(application),
        "due_words": timeline.due_words(application),
        "who_has_it": timeline.who_has_it(application, organisation.name),
        "necessity_open": application.necessity_open,
        "return_items": [return_item(each) for each in reading.return_items(session, application)],
        "evidence": [evidence(each, application) for each in reading.evidence_of(session, application)],
        "certificate_id": application.certificate_id,
        "certificate_number": application.certificate_number,
        "can": can(actor, application, organisation),
    }


def place(session: Session, organisation: Organisation) -> dict[str, Any]:
    """The committee, and whom to call there."""
    number = contacts.contact(session, organisation)
    return {"id": organisation.id, "name": organisation.name, "contact": number}


def can(actor: Actor, application: Application, organisation: Organisation) -> list[dict[str, Any]]:
    """The verbs this actor may use now, from the state table: what the buttons show."""
    case = Case(application, organisation, actor, clock.now())
    return [{"verb": step.verb, "label": step.label, "pin": step.pin} for step in guards.allowed(case)]


def is_overdue(application: Application) -> bool:
    """Whether the step stands past its limit at the committee."""
    due = application.step_due_at
    return application.state in WITH_COMMITTEE and due is not None and due < clock.now()


def finding(row: NecessityFinding, *, internal: bool) -> dict[str, Any]:
    """A match of the necessity check, with who holds the fact and the next step; `internal`: why overruled."""
    known = catalogue.of_key(row.key, row.matched)
    return {
        **{
            name: getattr(known, name)
            for name in ("key", "title", "basis", "ways", "office", "where", "how_to")
        },
        "edition": row.edition,
        "matched": row.matched,
        "source": row.source,
        "overruled_at": row.overruled_at,
        "overruled_by_post": row.overruled_by_post,
        "overrule_reason": row.overrule_reason if internal else None,
    }


def return_item(row: ReturnItem) -> dict[str, Any]:
    """One thing the return named, and its answer."""
    names = ("id", "kind", "message", "evidence_id", "answer", "answered_at")
    return {name: getattr(row, name) for name in names}


def evidence(row: Evidence, application: Application) -> dict[str, Any]:
    """One file, without its content."""
    names = ("id", "label", "media_type", "size", "pages", "added_at")
    own = row.account_id == application.account_id and application.helper != "clerk"
    return {**{name: getattr(row, name) for name in names}, "added_by": "申请人" if own else "经办人"}


def refusal(application: Application, *, proposed: bool) -> dict[str, Any] | None:
    """The decision not to issue; `proposed`: also one that is not decided yet, for staff."""
    shown = (State.REFUSED, State.REFUSING) if proposed else (State.REFUSED,)
    if application.refusal is None or application.state not in shown:
        return None
    stored = json.loads(application.refusal)
    words, basis = REFUSAL_REASONS[stored["reason"]]
    where = [{"office": office, "how": how} for office, how in stored["where_to_go"]]
    return {
        "reason": stored["reason"],
        "reason_words": words,
        "basis": basis,
        "words": stored["words"],
        "where_to_go": where,
    }


def _earlier(session: Session, application: Application) -> Sequence[Application]:
    """What the committees of this county issued to the same person before."""
    issued = select(Application).where(
        Application.holder_id == application.holder_id,
        Application.county_code == application.county_code,
        Application.state == State.ISSUED,
        Application.id != application.id,
    )
    return session.scalars(issued.order_by(Application.id.desc()).limit(_EARLIER)).all()


def _other(other: Application) -> dict[str, Any]:
    names = ("id", "state", "title", "receiver", "submitted_at", "certificate_number", "valid_until")
    shown = {name: getattr(other, name) for name in names}
    return {**shown, "state_name": STATE_NAMES[State(other.state)]}


def rows(session: Session, actor: Actor, applications: Sequence[Application]) -> list[dict[str, Any]]:
    """Rows of a list: one query for all committees' names, nothing else."""
    names = inbox.organisation_names(session, applications)
    return [_row(each, actor, names[each.organisation_id]) for each in applications]


def _row(application: Application, actor: Actor, organisation_name: str) -> dict[str, Any]:
    return {
        "id": application.id,
        "state": application.state,
        "state_name": STATE_NAMES[State(application.state)],
        "title": application.title,
        "holder_name": privacy.mask_name(application.holder_name),
        "is_mine": application.holder_id == actor.person_id,
        "organisation_name": organisation_name,
        "submitted_at": application.submitted_at,
        "updated_at": application.updated_at,
        "step_due_at": application.step_due_at,
        "due_provisional": application.due_provisional,
        "overdue": is_overdue(application),
        "urged": application.urged_at is not None and application.shelf == "open",
        "escalated": application.escalated_at is not None,
        "claimed_by_post": application.claimed_by_post,
        "claimed_by_me": application.claimed_by_account_id == actor.account_id,
        "necessity_open": application.necessity_open,
        "due_words": timeline.due_words(application),
        "who_has_it": timeline.who_has_it(application, organisation_name),
        "certificate_number": application.certificate_number,
    }


def holder_in_full(session: Session, actor: Actor, application_id: uuid.UUID) -> dict[str, Any]:
    """Name, ID number and phone unmasked; the look is recorded where the holder sees it."""
    application = reading.get_visible(session, actor, application_id)
    holder = identity.person(session, application.holder_id)
    record_disclosure(session, actor, application, "姓名、证件号码、联系电话")
    return {
        "name": holder.name,
        "id_number": holder.id_number,
        "id_kind": holder.id_kind,
        "contact_phone": application.contact_phone,
    }


def progress(session: Session, actor: Actor, application: Application, *, internal: bool) -> dict[str, Any]:
    """The timeline with who has it and by when; `internal`: with the remarks among staff."""
    organisation = organisations.get(session, application.organisation_id)
    return {
        "state": application.state,
        "state_name": STATE_NAMES[State(application.state)],
        "organisation": place(session, organisation),
        "who_has_it": timeline.who_has_it(application, organisation.name),
        "due_at": application.due_at,
        "step_due_at": application.step_due_at,
        "due_provisional": application.due_provisional,
        "overdue": is_overdue(application),
        "due_words": timeline.due_words(application),
        "steps": timeline.entries(session, application, with_internal=internal),
        "can": can(actor, application, organisation),
    }
