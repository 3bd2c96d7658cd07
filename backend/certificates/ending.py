"""Ending what was approved or issued: voided 作废 (never made), revoked 吊销, superseded 更正. Nothing is
deleted.

Each is one guarded UPDATE with its log leaf in the same commit: visible to every verifier from that moment.
"""

import uuid
from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor, Grant, Permission, require_over
from backend.applications import deciding
from backend.audit import service as audit
from backend.certificates import approving, reading, telling
from backend.certificates.models import Certificate
from backend.identity import pins
from backend.organisations import service as organisations
from backend.papers import log
from backend.papers import service as papers
from backend.problems import Conflict, InvalidInput
from backend.settings import Settings

#: Why a certificate is revoked: code -> what the public reads.
REVOCATIONS = {
    "issued_in_error": "签发有误",
    "facts_changed": "事实已变化",
    "obtained_by_deceit": "以不实材料取得",
    "holder_request": "持有人申请撤销",
    "ordered": "依上级机关或司法机关的决定",
}
CORRECTED = "corrected"
UNMAKEABLE = "cannot_be_made"


class NotEndable(Conflict):
    """The certificate has moved on, or never was where this verb begins."""

    code = "certificate_state"

    def __init__(self, verb: str, standing: reading.Standing) -> None:
        name = reading.STANDING_NAMES[standing]
        super().__init__(f"这份证明现在是“{name}”，不能{verb}；请刷新后核对", standing=str(standing))


class CorrectionUnderWay(Conflict):
    code = "correction_under_way"

    def __init__(self, number: str) -> None:
        super().__init__(
            f"这份证明已签批更正，新的{number}正在签章或已出具；请等它完成，仍有错再更正新的那一份"
        )


class NotForCorrection(Conflict):
    code = "not_for_correction"
    detail = "更正用的申请须是同一持有人、同一村（社区）的申请，请核对"


def revoke(
    session: Session,
    actor: Actor,
    *,
    certificate_id: uuid.UUID,
    reason_code: str,
    words: str,
    pin: str,
) -> Certificate:
    """Take an issued certificate back (吊销). `reason_code`: of REVOCATIONS;
    `words` are public, no names in them.
    """
    certificate, grant = _mine(session, actor, certificate_id, Permission.REVOKE_CERTIFICATES)
    if reason_code not in REVOCATIONS:
        raise InvalidInput(errors={"json.reason_code": ["请从所列原因中选择"]})
    pins.check(session, actor, pin=pin)
    public = f"{REVOCATIONS[reason_code]}：{words}" if words else REVOCATIONS[reason_code]
    _end(session, certificate, "吊销", ("issued", "suspended"), "revoked", reason_code, public, grant.post)
    _trace(session, actor, certificate, "revoke", grant, reason_code)
    telling.holder(session, certificate, "revoked")
    return certificate


def void(session: Session, actor: Actor, *, certificate_id: uuid.UUID, reason: str, pin: str) -> Certificate:
    """Void the number of a document that cannot be made (作废); the application goes back to its clerk."""
    certificate, grant = _mine(session, actor, certificate_id, Permission.APPROVE_CERTIFICATES)
    pins.check(session, actor, pin=pin)
    if not papers.abandon(session, reading.paper_of(session, certificate)):
        raise NotEndable(
            "作废（只有无法制作的才能作废，正在制作的请稍候）", reading.standing(certificate, clock.now())
        )
    _end(session, certificate, "作废", ("sealing",), "voided", UNMAKEABLE, reason, grant.post)
    _trace(session, actor, certificate, "void", grant, UNMAKEABLE)
    deciding.mark_voided(session, actor, application_id=certificate.application_id, reason=reason)
    return certificate


def supersede(
    session: Session,
    actor: Actor,
    *,
    certificate_id: uuid.UUID,
    application_id: uuid.UUID,
    pin: str,
    settings: Settings,
    digest: str | None = None,
) -> Certificate:
    """Approve a corrected one (更正) from another application of the same holder; the new certificate.

    The old one stays in force until the new one is issued, so that the holder never stands there without.
    """
    old, _ = _mine(session, actor, certificate_id, Permission.REVOKE_CERTIFICATES)
    standing = reading.standing(old, clock.now())
    if old.state != "issued":
        raise NotEndable("更正", standing)
    _refuse_second_correction(session, old)
    application = deciding.get_visible(session, actor, application_id)
    if (application.holder_id, application.organisation_id) != (old.holder_id, old.organisation_id):
        raise NotForCorrection()
    return approving.approve(
        session,
        actor,
        application_id=application_id,
        pin=pin,
        settings=settings,
        digest=digest,
        supersedes=old,
    )


def _refuse_second_correction(session: Session, old: Certificate) -> None:
    """One certificate, one correction: while it is being sealed the old one is in force still, and a second
    correction would stand beside the first. The old one's row is held, so that of two at once one waits.
    """
    session.scalar(select(Certificate.id).where(Certificate.id == old.id).with_for_update())
    under_way = select(Certificate.number).where(
        Certificate.supersedes_id == old.id, Certificate.state != "voided"
    )
    number = session.scalars(under_way.limit(1)).first()
    if number is not None:
        raise CorrectionUnderWay(number)


def superseded_by(session: Session, actor: Actor, old: Certificate, new: Certificate) -> bool:
    """The new one is issued: the old one ends here. False when it has ended otherwise meanwhile."""
    public = f"已由{new.number}更正"
    try:
        _end(
            session,
            old,
            "更正",
            ("issued", "suspended"),
            "superseded",
            CORRECTED,
            public,
            new.approved_by_post,
        )
    except NotEndable:
        return False
    old.superseded_by_id = new.id
    _trace(session, actor, old, "supersede", None, CORRECTED)
    telling.holder(session, old, "superseded")
    return True


def _mine(
    session: Session, actor: Actor, certificate_id: uuid.UUID, permission: Permission
) -> tuple[Certificate, Grant]:
    certificate = reading.find(session, certificate_id)
    organisation = organisations.get(session, certificate.organisation_id)
    return certificate, require_over(actor, permission, organisation.path)


def _end(
    session: Session,
    certificate: Certificate,
    verb: str,
    sources: tuple[str, ...],
    state: str,
    reason_code: str,
    public: str,
    post: str,
) -> None:
    """The guarded UPDATE: one of two at once ends it, the other learns how it stands now."""
    session.flush()
    guarded = update(Certificate).where(
        Certificate.id == certificate.id,
        Certificate.county_code == certificate.county_code,
        Certificate.state.in_(sources),
    )
    values = {
        "state": state,
        "ended_at": clock.now(),
        "end_reason_code": reason_code,
        "end_reason": public,
        "ended_by_post": post,
        "row_version": Certificate.row_version + 1,
    }
    done = session.scalar(
        guarded.values(values).returning(Certificate.id).execution_options(synchronize_session=False)
    )
    session.refresh(certificate)
    if done is None:
        raise NotEndable(verb, reading.standing(certificate, clock.now()))


def _trace(
    session: Session, actor: Actor, certificate: Certificate, verb: str, grant: Grant | None, reason: str
) -> None:
    """Log leaf, audit entry and the wallet's card."""
    hashes = (sha256(certificate.jti).digest(), sha256(reason.encode()).digest())
    log.leave(session, verb, subject_id=certificate.id, hashes=hashes, at=clock.now())
    audit.record(
        session,
        actor,
        f"certificate.{verb}",
        subject_kind="certificate",
        subject_id=certificate.id,
        grant=grant,
        organisation_id=certificate.organisation_id,
        county_code=certificate.county_code,
        number=certificate.number,
        reason=reason,
    )
    telling.wallet(session, certificate)
