"""From an access token to an Actor: who calls, for whom, and with which grants in force today."""

import uuid
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor, Grant, Role
from backend.identity import sessions
from backend.organisations.models import Organisation, RoleGrant
from backend.organisations.service import in_force

_TODAY: Any = bindparam("today")
#: Asked by every request of staff, so it is built once and takes columns, not objects.
_GRANTS = (
    select(
        RoleGrant.id,
        RoleGrant.role,
        RoleGrant.organisation_id,
        RoleGrant.post,
        RoleGrant.acting,
        Organisation.path,
        Organisation.name,
    )
    .join(Organisation, Organisation.id == RoleGrant.organisation_id)
    .where(RoleGrant.account_id == bindparam("account_id"), in_force(_TODAY), Organisation.active)
    .order_by(RoleGrant.id)
)


def grants_of(session: Session, account_id: uuid.UUID, *, today: date) -> tuple[Grant, ...]:
    """The account's grants in force on this day, at offices that are active."""
    rows = session.execute(_GRANTS, {"account_id": account_id, "today": today})
    return tuple(
        Grant(
            id=row.id,
            role=Role(row.role),
            organisation_id=row.organisation_id,
            path=row.path,
            post=row.post,
            deputy=row.acting,
            organisation_name=row.name,
        )
        for row in rows
    )


def actor_of_token(session: Session, token: str, address: str) -> Actor:
    """The caller behind an access token; NotLoggedIn when it is unknown, expired or revoked."""
    found = sessions.resolve(session, token)
    return Actor(
        account_id=found.account_id,
        person_id=found.person_id,
        acts_for=found.acts_for,
        grants=grants_of(session, found.account_id, today=clock.today()),
        device_id=found.device_id,
        address=address,
    )
