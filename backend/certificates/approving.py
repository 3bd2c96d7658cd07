"""Approving what was prepared (签批).

An approval commits number, canonical document, status-list place, a pending log leaf and the paper in one
transaction and answers at once: 正在签章. The worker makes the paper from exactly that.
"""

import uuid
from collections.abc import Sequence

from sqlalchemy.orm import Session

from backend import clock, ids, privacy
from backend.access import Actor, Permission, require, require_over
from backend.applications import deciding
from backend.applications.models import Application
from backend.audit import service as audit
from backend.certificates import numbering, preparing, status_places, telling
from backend.certificates.models import Certificate
from backend.certificates.preparing import Draft, Prepared
from backend.identity import pins
from backend.identity import service as identity
from backend.organisations import service as organisations
from backend.papers import documents
from backend.papers import service as papers
from backend.papers.lint import Fault
from backend.papers.service import Place
from backend.settings import Settings


def approve(
    session: Session,
    actor: Actor,
    *,
    application_id: uuid.UUID,
    pin: str,
    settings: Settings,
    digest: str | None = None,
    supersedes: Certificate | None = None,
) -> Certificate:
    """Sign an application off (签批): the certificate exists from here on, its paper follows within seconds.

    `digest`: of the preview that was read; ChangedSincePreview when it would be another text now.
    WrongPin and PinLocked come first and stay counted; then WrongState (two approvers at once: one gets it),
    SameEyes, CosignMissing; DocumentUnfit when what would be signed may not be: nothing is numbered then.
    """
    require(actor, Permission.APPROVE_CERTIFICATES)
    pins.check(session, actor, pin=pin)
    application, grant = deciding.start_sealing(session, actor, application_id=application_id)
    organisation = organisations.get(session, application.organisation_id)
    holder = identity.person(session, application.holder_id)
    issuer = documents.issuer(session, organisation)
    one_person = _is_one_person(actor, application)
    draft = Draft(application, organisation, holder, issuer, grant, one_person)
    preparing.refuse_unseen(draft, digest)
    number = numbering.take(session, organisation, clock.today().year)
    prepared = preparing.check(session, draft, number, settings=settings)
    return _issue(session, actor, draft, prepared, supersedes)


def _issue(
    session: Session, actor: Actor, draft: Draft, prepared: Prepared, supersedes: Certificate | None
) -> Certificate:
    """Redeem a prepared document: certificate, place, paper and leaf, all in the approval's commit."""
    application, organisation = draft.application, draft.organisation
    certificate_id = ids.new_id(organisation.county_code)
    status_list, status_index = status_places.take(session, organisation.county_code)
    place = Place(papers.new_jti(), prepared.number, status_list, status_index, prepared.valid_until)
    paper = papers.prepare(
        session,
        kind="certificate",
        organisation=organisation,
        holder_id=draft.holder.id,
        subject_id=certificate_id,
        document=prepared.redeem(),
        seal_kind="committee",
        approved_by=actor.account,
        post=draft.grant.post,
        check_code=True,
        place=place,
    )
    certificate = Certificate(
        id=certificate_id,
        county_code=organisation.county_code,
        division_code=organisation.division_code,
        organisation_id=organisation.id,
        application_id=application.id,
        holder_id=draft.holder.id,
        item_code=application.item_code,
        receiver_index=privacy.blind_index("receiver", application.receiver),
        title=application.title,
        number=place.number.text,
        year=place.number.year,
        serial=place.number.serial,
        jti=place.jti,
        status_list=status_list,
        status_index=status_index,
        paper_id=paper.id,
        issued_on=clock.today(),
        valid_until=place.valid_until,
        approved_at=clock.now(),
        approved_by_account_id=actor.account,
        approved_by_post=draft.grant.post,
        by_deputy=draft.grant.deputy,
        one_person=draft.one_person,
        supersedes_id=supersedes.id if supersedes else None,
    )
    session.add(certificate)
    session.flush()
    _record(session, actor, certificate, draft)
    telling.wallet(session, certificate)
    return certificate


def _record(session: Session, actor: Actor, certificate: Certificate, draft: Draft) -> None:
    audit.record(
        session,
        actor,
        "certificate.approve",
        subject_kind="certificate",
        subject_id=certificate.id,
        grant=draft.grant,
        county_code=certificate.county_code,
        number=certificate.number,
        deputy=certificate.by_deputy,
        one_person=certificate.one_person,
    )


def preview(
    session: Session, actor: Actor, *, application_id: uuid.UUID
) -> tuple[documents.Document, Sequence[Fault]]:
    """What would be signed if this application were approved now, and what would stop it; changes nothing."""
    application = deciding.get_visible(session, actor, application_id)
    organisation = organisations.get(session, application.organisation_id)
    grant = actor.grant_over(Permission.APPROVE_CERTIFICATES, organisation.path)
    grant = grant or require_over(actor, Permission.READ_CERTIFICATES, organisation.path)
    holder = identity.person(session, application.holder_id)
    issuer = documents.issuer(session, organisation)
    one_person = _is_one_person(actor, application)
    return preparing.preview(session, Draft(application, organisation, holder, issuer, grant, one_person))


def _is_one_person(actor: Actor, application: Application) -> bool:
    """Whether who signs also worked on it; `start_sealing` let it through only where the office is set to it."""
    return actor.account in (application.drafter_account_id, application.claimed_by_account_id)
