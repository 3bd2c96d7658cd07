"""Assisted application (代办): a clerk applies for somebody without a phone, with that person's consent recorded."""

import uuid

from sqlalchemy.orm import Session

from backend.access import Actor, Permission, require_over
from backend.applications import evidence
from backend.applications.drafting import Draft, Helper, begin, committee
from backend.applications.models import Application
from backend.applications.moving import check, find
from backend.audit import service as audit
from backend.identity import codes, naming
from backend.identity import service as identity
from backend.problems import InvalidInput, NotFound
from backend.settings import Settings


class OwnPhone(InvalidInput):
    code = "own_phone"
    detail = "请填写申请人本人（或其家人）的手机号，不能填经办人自己的"

    def __init__(self) -> None:
        super().__init__(errors={"json.phone": [self.detail]})


def start_for(
    session: Session, actor: Actor, *, name: str, id_number: str, draft: Draft, settings: Settings
) -> Application:
    """A draft for the person whose ID card the clerk has seen; registered now if new. NameDiffers, TooMany."""
    organisation = committee(session, draft.organisation_id)
    grant = require_over(actor, Permission.ASSIST_APPLICATIONS, organisation.path)
    holder = naming.named_at_desk(
        session, actor, name=name, id_number=id_number, grant=grant, place="village_desk"
    )
    return begin(session, actor, holder, organisation, draft, Helper("clerk"), settings)


def send_consent_code(
    session: Session, actor: Actor, *, application_id: uuid.UUID, phone: str, settings: Settings
) -> None:
    """Send the holder a code; saying it to the clerk is the consent."""
    application = _assisted(session, actor, application_id)
    if identity.account(session, actor.account).phone == phone:
        raise OwnPhone()
    codes.send(
        session,
        phone=phone,
        purpose=codes.CONSENT,
        subject_id=application.id,
        address=actor.address,
        settings=settings,
    )


def consent_by_code(
    session: Session, actor: Actor, *, application_id: uuid.UUID, phone: str, code: str
) -> Application:
    """The holder said the code: consent recorded. A wrong code stays counted."""
    application = _assisted(session, actor, application_id)
    codes.check(session, phone=phone, purpose=codes.CONSENT, subject_id=application.id, code=code)
    application.contact_phone = phone
    return _consented(session, actor, application, "sms_code")


def consent_by_sheet(
    session: Session, actor: Actor, *, application_id: uuid.UUID, evidence_id: uuid.UUID
) -> Application:
    """The photo of the sheet the holder signed, already uploaded as evidence, is the consent."""
    application = _assisted(session, actor, application_id)
    sheet = evidence.get(session, evidence_id)
    if sheet.application_id != application.id:
        raise NotFound("没有找到这份材料，请重新上传本人签名的同意书")
    application.helper_evidence_blob = sheet.blob
    return _consented(session, actor, application, "signed_sheet")


def _assisted(session: Session, actor: Actor, application_id: uuid.UUID) -> Application:
    application = find(session, application_id)
    check(session, actor, application, "save")
    if application.helper != "clerk":
        raise NotFound("没有找到这件代办申请")
    return application


def _consented(session: Session, actor: Actor, application: Application, basis: str) -> Application:
    application.helper_basis = basis
    audit.record(
        session,
        actor,
        "application.consent",
        subject_kind="application",
        subject_id=application.id,
        organisation_id=application.organisation_id,
        county_code=application.county_code,
        for_person_id=application.holder_id,
        basis=basis,
    )
    session.flush()
    return application
