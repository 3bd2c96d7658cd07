"""Drafts (草稿): begun, saved as they are typed, changed after a “not needed”."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from backend import clock, privacy
from backend.access import Actor
from backend.applications import deadlines
from backend.applications.models import Application
from backend.applications.moving import check, find, move
from backend.applications.placing import place
from backend.applications.workflow import State
from backend.audit import service as audit
from backend.catalogue import service as catalogue
from backend.identity import consents, limits
from backend.identity import service as identity
from backend.identity.models import Person
from backend.organisations import service as organisations
from backend.organisations.models import Organisation
from backend.problems import InvalidInput, NotAllowed
from backend.settings import Settings

DRAFTS_A_DAY = 30


@dataclass(frozen=True)
class Draft:
    """What the person has typed so far; any of it may still be empty. `words` at most 2,000 characters."""

    organisation_id: uuid.UUID
    item_code: str | None = None
    title: str = ""
    purpose: str = ""
    receiver: str = ""
    receiver_in_city: bool = True
    words: str = ""
    contact_phone: str | None = None


class NotACommittee(InvalidInput):
    code = "not_a_committee"
    detail = "请选择出具证明的村（居）民委员会"

    def __init__(self) -> None:
        super().__init__(errors={"json.organisation_id": [self.detail]})


class HolderDeceased(NotAllowed):
    code = "holder_deceased"
    detail = "申请人已登记为去世，不能再以其名义申请；家属需要证明的，请以家属本人的名义申请"


@dataclass(frozen=True)
class Helper:
    """Who types: `kind` self, relative or clerk (代办); `basis` of the holder's consent, None while missing."""

    kind: str
    basis: str | None = None


def start(
    session: Session, actor: Actor, *, holder_id: uuid.UUID | None, draft: Draft, settings: Settings
) -> Application:
    """A new draft for oneself, or for somebody one acts for by recorded consent."""
    consents.refuse_withdrawn(session, actor.account)
    holder = identity.person(session, actor.acting_for(holder_id) if holder_id else actor.person)
    is_self = holder.id == actor.person_id
    helper = Helper("self") if is_self else Helper("relative", "acting_consent")
    return begin(session, actor, holder, committee(session, draft.organisation_id), draft, helper, settings)


def begin(
    session: Session,
    actor: Actor,
    holder: Person,
    organisation: Organisation,
    draft: Draft,
    helper: Helper,
    settings: Settings,
) -> Application:
    """The draft's row. The caller has checked that the actor may act for the holder."""
    if holder.state == identity.DECEASED:
        raise HolderDeceased()
    key = str(actor.account)
    limits.count(session, name="applications.draft", key=key, limit=DRAFTS_A_DAY, window=timedelta(days=1))
    application = _row(actor, holder, organisation, helper)
    _write(application, draft)
    session.add(application)
    deadlines.enter(session, application, State.DRAFT, now=application.created_at, settings=settings)
    session.flush()
    audit.record(
        session,
        actor,
        "application.start",
        subject_kind="application",
        subject_id=application.id,
        organisation_id=organisation.id,
        county_code=application.county_code,
        for_person_id=holder.id,
        helper=helper.kind,
    )
    return application


def _row(actor: Actor, holder: Person, organisation: Organisation, helper: Helper) -> Application:
    now = clock.now()
    return Application(
        county_code=organisation.county_code,
        division_code=organisation.division_code,
        organisation_id=organisation.id,
        holder_id=holder.id,
        holder_name=holder.name,
        holder_name_index=privacy.blind_index("name", holder.name),
        holder_number_index=privacy.blind_index("id_number", holder.id_number),
        account_id=actor.account,
        acting_person_id=None if helper.kind == "self" else actor.person_id,
        helper=helper.kind,
        helper_basis=helper.basis,
        text="",
        created_at=now,
        updated_at=now,
        sort_at=now,
    )


def save(
    session: Session,
    actor: Actor,
    *,
    application_id: uuid.UUID,
    draft: Draft,
    settings: Settings,
    row_version: int | None = None,
) -> Application:
    """Autosave: the whole draft replaces the one before; it is kept 30 days from the last save."""
    application = find(session, application_id)
    case, _ = check(session, actor, application, "save", row_version=row_version)
    place(session, application, committee(session, draft.organisation_id))
    _write(application, draft)
    application.updated_at = case.now
    deadlines.enter(session, application, State.DRAFT, now=case.now, settings=settings)
    session.flush()
    return application


def revise(session: Session, actor: Actor, *, application_id: uuid.UUID, settings: Settings) -> Application:
    """Back to a draft, to ask for something else."""
    application = find(session, application_id)
    move(session, actor, application, "revise", settings=settings)
    session.flush()
    return application


def committee(session: Session, organisation_id: uuid.UUID) -> Organisation:
    """The committee in office that is to certify, or NotACommittee."""
    organisation = organisations.get(session, organisation_id)
    if organisation.kind != "committee" or not organisation.active:
        raise NotACommittee()
    return organisation


def _write(application: Application, draft: Draft) -> None:
    item = catalogue.item(draft.item_code) if draft.item_code else None
    application.item_code = draft.item_code
    application.title = draft.title or (item.title if item else "")
    application.purpose = draft.purpose
    application.receiver = draft.receiver
    application.receiver_index = privacy.blind_index("receiver", draft.receiver)
    application.receiver_in_city = draft.receiver_in_city
    application.words = draft.words
    application.contact_phone = draft.contact_phone
    application.cosign_required = bool(item and item.cosign)
