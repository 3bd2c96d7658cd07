"""The last step: the paper is sealed and archived, so the certificate is issued and told of, once."""

import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend import clock
from backend.access import MACHINE
from backend.applications import deciding
from backend.certificates import ending, telling
from backend.certificates.models import Certificate
from backend.notifications.outbox import enqueue
from backend.runtime import Runtime

_BATCH = 500


def issue(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Handler of `papers.sealed.certificate`: sealing -> issued, and everything that is told, in one
    commit.
    """
    with runtime.database.session() as session:
        certificate = session.get(Certificate, uuid.UUID(payload["subject_id"]))
        if certificate is None or not _take(session, certificate):
            return
        session.refresh(certificate)
        deciding.mark_issued(
            session,
            application_id=certificate.application_id,
            certificate_id=certificate.id,
            number=certificate.number,
            valid_until=certificate.valid_until,
        )
        telling.wallet(session, certificate)
        if certificate.supersedes_id is not None:
            old = session.get_one(Certificate, certificate.supersedes_id)
            ending.superseded_by(session, MACHINE, old, certificate)
        session.commit()


def _take(session: Session, certificate: Certificate) -> bool:
    """The guarded UPDATE: False when it was issued before, or voided."""
    guarded = update(Certificate).where(
        Certificate.id == certificate.id,
        Certificate.county_code == certificate.county_code,
        Certificate.state == "sealing",
    )
    guarded = guarded.values(
        state="issued", issued_at=clock.now(), row_version=Certificate.row_version + 1
    ).returning(Certificate.id)
    return session.scalar(guarded.execution_options(synchronize_session=False)) is not None


def cannot_be_made(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Handler of `papers.failed.certificate`: who signed is asked to void the number."""
    with runtime.database.session() as session:
        certificate = session.get(Certificate, uuid.UUID(payload["subject_id"]))
        if certificate is not None and certificate.state == "sealing":
            telling.approver(session, certificate)
            session.commit()


def refresh_expired(runtime: Runtime) -> None:
    """Cards of certificates whose last day was one of the last three: expiry itself needs no write."""
    today = clock.today()
    with runtime.database.session() as session:
        over = select(Certificate).where(
            Certificate.state == "issued",
            Certificate.valid_until < today,
            Certificate.valid_until >= today - timedelta(days=3),
        )
        for certificate in session.scalars(over.execution_options(yield_per=_BATCH)):
            item = {
                "holder_id": str(certificate.holder_id),
                "kind": "certificate",
                "item_id": str(certificate.id),
            }
            key, county = f"{certificate.id.hex}.expired", certificate.county_code
            enqueue(session, "wallet.item_changed", item, dedup_key=key, county_code=county)
        session.commit()
