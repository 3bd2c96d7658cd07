"""Complaining of what a person finds in their own affairs: finds the thing, whose it is, and the office concerned."""

import uuid
from typing import NamedTuple

from sqlalchemy.orm import Session

from backend.access import Actor
from backend.applications import reading as applications
from backend.audit import service as audit
from backend.certificates import reading as certificates
from backend.complaints import service as complaints
from backend.complaints.models import Complaint
from backend.organisations import service as organisations
from backend.papers import service as papers
from backend.problems import InvalidInput, NotFound
from backend.settings import Settings
from backend.wallet.service import CERTIFICATE

#: What a complaint may start from -> the kinds it may be.
ABOUT: dict[str, tuple[str, ...]] = {
    "application": ("application", "refusal", "outside_list"),
    "look": ("not_me",),
    "certificate": ("application",),
}


class _Subject(NamedTuple):
    holder_id: uuid.UUID
    organisation_id: uuid.UUID


def complain(
    session: Session,
    actor: Actor,
    *,
    about: str,
    subject_id: uuid.UUID,
    kind: str,
    text: str,
    settings: Settings,
) -> Complaint:
    """File a complaint about an application, a look in the history, or a certificate of the actor's own.

    `about`: a key of ABOUT. A thing of somebody else's does not exist for the actor (NotFound).
    """
    if kind not in ABOUT[about]:
        raise InvalidInput("投诉种类与所投诉的事不符", errors={"json.kind": ["请重新选择"]})
    subject = _FINDERS[about](session, actor, subject_id)
    if kind == "refusal" and applications.get_own(session, actor, subject_id).state != "refused":
        raise InvalidInput("这件申请没有被拒绝出具，请按“办理过程”投诉", errors={"json.kind": ["请重新选择"]})
    return complaints.file(
        session,
        actor,
        kind=kind,
        subject_kind="access_record" if about == "look" else about,
        subject_id=subject_id,
        person_id=subject.holder_id,
        organisation=organisations.get(session, subject.organisation_id),
        text=text,
        settings=settings,
    )


def _application(session: Session, actor: Actor, subject_id: uuid.UUID) -> _Subject:
    application = applications.get_own(session, actor, subject_id)
    return _Subject(application.holder_id, application.organisation_id)


def _certificate(session: Session, actor: Actor, subject_id: uuid.UUID) -> _Subject:
    certificate = certificates.get_held(session, actor, subject_id)
    return _Subject(certificate.holder_id, certificate.organisation_id)


def _look(session: Session, actor: Actor, subject_id: uuid.UUID) -> _Subject:
    look = audit.look_of(session, subject_id)
    if look is None or look.item_id is None or look.holder_id not in {actor.person_id, *actor.acts_for}:
        raise NotFound("没有找到这条查验记录")
    if look.item_kind == CERTIFICATE:
        return _certificate(session, actor, look.item_id)
    return _Subject(look.holder_id, papers.get(session, look.item_id).organisation_id)


_FINDERS = {"application": _application, "look": _look, "certificate": _certificate}
