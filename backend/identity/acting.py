"""Acting for others (代办): only by that person's recorded consent, until a date, ended at once by either."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.identity.models import ActingConsent
from backend.identity.service import in_force


def acts_for(session: Session, account_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """The persons this account may act for now: what `Actor.acts_for` carries."""
    statement = select(ActingConsent.person_id).where(ActingConsent.account_id == account_id, *in_force())
    return frozenset(session.scalars(statement))
