"""Keys, seals and papers as small as they can be."""

import uuid
from typing import Any

from sqlalchemy.orm import Session

from backend import clock, ids
from backend.access import MACHINE
from backend.organisations.models import Organisation
from backend.papers import documents, key_rotation, seals, service
from backend.papers.models import Paper
from backend.settings import Settings
from tests.factories import organisations as offices


def city_keys(session: Session, settings: Settings) -> None:
    """What `flask zheng init` makes: signing keys and the city's CA."""
    key_rotation.ensure(session, MACHINE, settings=settings)
    seals.ensure_root(session, settings)
    session.commit()


def receipt_document(session: Session, organisation: Organisation, **changes: Any) -> documents.Document:
    """The document of a receipt, without its number."""
    fields: dict[str, Any] = {
        "issuer": documents.issuer(session, organisation),
        "holder": documents.holder("阿依古丽·买买提", "resident", "11010519491231002X"),
        "body": "您的申请材料齐全，已于当日受理。",
        "facts": [("申请事项", "居住情况证明")],
        "issued_on": clock.today(),
        "due_on": clock.today(),
    }
    return documents.receipt(**{**fields, **changes})


def receipt(session: Session, organisation: Organisation | None = None, **changes: Any) -> Paper:
    """A receipt that the worker still has to make."""
    office = organisation or offices.village(session)
    paper = service.prepare(
        session,
        kind="receipt",
        organisation=office,
        holder_id=ids.new_id(),
        subject_id=uuid.uuid4(),
        document=receipt_document(session, office, **changes),
        seal_kind="business",
        post="系统",
    )
    session.commit()
    return paper
