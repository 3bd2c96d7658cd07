"""One line of the audit trail for an act at an office."""

import uuid
from typing import Any

from sqlalchemy.orm import Session

from backend.access import Actor, Grant
from backend.audit import service as audit
from backend.organisations.models import Organisation


def act(
    session: Session,
    actor: Actor,
    action: str,
    organisation: Organisation,
    *,
    grant: Grant | None,
    subject_kind: str = "organisation",
    subject_id: uuid.UUID | None = None,
    **facts: Any,
) -> None:
    """Record an act at this office; by default the office itself is its subject."""
    audit.record(
        session,
        actor,
        action,
        subject_kind=subject_kind,
        subject_id=subject_id or organisation.id,
        grant=grant,
        organisation_id=organisation.id,
        county_code=organisation.county_code,
        **facts,
    )
