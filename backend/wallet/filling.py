"""Filling the wallet: the outbox brings what changed, and the row is made to say what the register says."""

import uuid
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.certificates import reading as certificates
from backend.papers import service as papers
from backend.runtime import Runtime
from backend.wallet.models import WalletItem
from backend.wallet.service import CERTIFICATE

TOPIC = "wallet.item_changed"


def item_changed(runtime: Runtime, payload: dict[str, Any]) -> None:
    """The handler of `wallet.item_changed` {holder_id, kind, item_id}.

    It reads the present state, so that neither order nor repetition matters.
    """
    with runtime.database.session() as session:
        fill(session, kind=payload["kind"], item_id=uuid.UUID(payload["item_id"]))
        session.commit()


def fill(session: Session, *, kind: str, item_id: uuid.UUID) -> None:
    """Make or refresh one row; a number voided before its issue leaves the wallet, for it never was a paper."""
    values = _certificate(session, item_id) if kind == CERTIFICATE else _paper(session, item_id)
    row = session.scalar(
        select(WalletItem).where(
            WalletItem.holder_id == values["holder_id"],
            WalletItem.kind == kind,
            WalletItem.item_id == item_id,
        )
    )
    if values["state"] == "voided":
        if row is not None:
            session.delete(row)
        return
    if row is None:
        row = WalletItem(kind=kind, item_id=item_id, **values)
        session.add(row)
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()


def _certificate(session: Session, certificate_id: uuid.UUID) -> dict[str, Any]:
    certificate = certificates.find(session, certificate_id)
    state = certificate.state
    return {
        "holder_id": certificate.holder_id,
        "title": certificate.title,
        "number": certificate.number,
        "issuer": certificates.facts(session, certificate)["issuer"],
        "state": "in_force" if state == "issued" else state,
        "issued_on": certificate.issued_on,
        "valid_until": certificate.valid_until,
        "sort_at": certificate.approved_at,
    }


def _paper(session: Session, paper_id: uuid.UUID) -> dict[str, Any]:
    paper = papers.get(session, paper_id)
    document = papers.document_of(paper)
    return {
        "holder_id": paper.holder_id,
        "title": document["title"],
        "number": paper.number,
        "issuer": document["issuer"]["name"],
        "state": "in_force" if paper.state == "sealed" else "sealing",
        "issued_on": date.fromisoformat(document["issued_on"]),
        "valid_until": None,
        "sort_at": paper.created_at,
    }
