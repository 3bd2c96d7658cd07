"""What every capability holds of a person, in one screen: for the copy a person may have, and for joining records.

Beside `work.py` and `housekeeping.py` it may know every capability; identity, which asks, may know none.
"""

import uuid
from typing import Any

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend.access import Actor
from backend.applications.models import Application
from backend.audit.models import AccessRecord
from backend.certificates.models import Certificate
from backend.complaints.models import Complaint
from backend.db import Base
from backend.identity import export, merging
from backend.identity.export import Exporter, Exporters, dumped
from backend.identity.merging import Mover, Movers
from backend.notifications.models import Message
from backend.papers.models import Paper
from backend.wallet.models import WalletItem

#: Section -> the model, the column that says whose, and what a copy holds.
_SECTIONS: dict[str, tuple[type[Base], Any, tuple[str, ...]]] = {
    "applications": (
        Application,
        Application.holder_id,
        ("id", "state", "title", "purpose", "receiver", "words", "text", "contact_phone", "submitted_at"),
    ),
    "certificates": (
        Certificate,
        Certificate.holder_id,
        ("id", "number", "title", "state", "issued_on", "valid_until", "end_reason"),
    ),
    "papers": (Paper, Paper.holder_id, ("id", "kind", "number", "document", "state", "sealed_at")),
    "looks": (
        AccessRecord,
        AccessRecord.holder_id,
        ("at", "kind", "organisation_name", "post", "matter", "scope", "verdict"),
    ),
    "complaints": (
        Complaint,
        Complaint.person_id,
        ("number", "kind", "text", "state", "answer", "created_at", "answered_at"),
    ),
}
#: What goes over when two records of one person are joined.
_HELD = (
    ("applications", Application, Application.holder_id),
    ("certificates", Certificate, Certificate.holder_id),
    ("papers", Paper, Paper.holder_id),
    ("wallet", WalletItem, WalletItem.holder_id),
    ("looks", AccessRecord, AccessRecord.holder_id),
    ("complaints", Complaint, Complaint.person_id),
)


def attach(app: Flask) -> None:
    """Give the application its exporters and movers."""
    exporters, movers = Exporters(), Movers()
    for name, (model, owner, names) in _SECTIONS.items():
        exporters.add(name, _of_person(model, owner, names))
    exporters.add("messages", _messages)
    for name, held, owner in _HELD:
        movers.add(name, _mover(held, owner))
    export.attach(app, exporters)
    merging.attach(app, movers)


def _of_person(model: Any, owner: Any, names: tuple[str, ...]) -> Exporter:
    def exporter(session: Session, actor: Actor) -> Any:
        if actor.person_id is None:
            return []
        rows = session.scalars(select(model).where(owner == actor.person_id).order_by(model.id))
        return dumped(rows, names)

    return exporter


def _messages(session: Session, actor: Actor) -> Any:
    rows = session.scalars(select(Message).where(Message.account_id == actor.account).order_by(Message.id))
    return dumped(rows, ("title", "text", "created_at", "read_at"))


def _mover(model: Any, owner: Any) -> Mover:
    def move(session: Session, source: uuid.UUID, target: uuid.UUID, ids: list[str] | None) -> list[str]:
        chosen = select(model.id).where(owner == source)
        if ids is not None:
            chosen = chosen.where(model.id.in_([uuid.UUID(text) for text in ids]))
        found = list(session.scalars(chosen))
        session.execute(
            update(model)
            .where(model.id.in_(found))
            .values({owner.key: target})
            .execution_options(synchronize_session="fetch")
        )
        return [str(one) for one in found]

    return move
