"""Handing out a certificate's PDF: every time recorded where the holder sees it."""

from flask import Response
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor, Permission, require_over
from backend.audit import service as audit
from backend.certificates import reading
from backend.certificates.models import Certificate
from backend.organisations import service as organisations
from backend.papers import downloads
from backend.papers import service as papers
from backend.storage import BlobStore


def by_holder(session: Session, actor: Actor, certificate: Certificate, *, storage: BlobStore) -> Response:
    """To the holder, or to somebody who acts for them. The caller has checked which."""
    answer = pdf_response(session, certificate, storage=storage)
    own = certificate.holder_id == actor.person_id
    _record(session, actor, certificate, "本人" if own else "代办亲友", "")
    return answer


def by_staff(session: Session, actor: Actor, certificate: Certificate, *, storage: BlobStore) -> Response:
    """To somebody in office over the committee."""
    organisation = organisations.get(session, certificate.organisation_id)
    grant = require_over(actor, Permission.READ_CERTIFICATES, organisation.path)
    answer = pdf_response(session, certificate, storage=storage)
    office = organisations.get(session, grant.organisation_id)
    _record(session, actor, certificate, office.name, grant.post)
    return answer


def pdf_response(session: Session, certificate: Certificate, *, storage: BlobStore) -> Response:
    """The sealed file, named by its number, kept by no cache and no search engine."""
    data = papers.pdf(session, reading.paper_of(session, certificate), storage=storage)
    return downloads.response(data, certificate.number)


def _record(session: Session, actor: Actor, certificate: Certificate, office: str, post: str) -> None:
    standing = reading.standing(certificate, clock.now())
    audit.look(
        session,
        actor,
        holder_id=certificate.holder_id,
        kind="download",
        item_kind="certificate",
        item_id=certificate.id,
        verdict=reading.STANDING_NAMES[standing],
        reason=str(standing),
        scope="full",
        organisation_name=office,
        post=post,
    )
