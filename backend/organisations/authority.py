"""From an access token to an Actor: who calls, for whom, and with which grants in force today."""

import uuid
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor, Grant, Role
from backend.identity import sessions
from backend.organisations.models import Organisation, RoleGrant
from backend.organisations.service import in_force


def grants_of(session: Session, account_id: uuid.UUID, *, today: date) -> tuple[Grant, ...]:
    """The account's grants in force on this day, at offices that are active."""
    statement = (
        select(RoleGrant, Organisation.path)
        .join(Organisation, Organisation.id == RoleGrant.organisation_id)
        .where(RoleGrant.account_id == account_id, in_force(today), Organisation.active)
        .order_by(RoleGrant.id)
    )
    return tuple(as_grant(row, path) for row, path in session.execute(statement))


def as_grant(row: RoleGrant, path: str) -> Grant:
    """A stored grant as the access table knows it."""
    return Grant(
        id=row.id,
        role=Role(row.role),
        organisation_id=row.organisation_id,
        path=path,
        post=row.post,
        deputy=row.acting,
    )


def actor_of_token(session: Session, token: str, address: str) -> Actor:
    """The caller behind an access token; NotLoggedIn when it is unknown, expired or revoked."""
    found = sessions.resolve(session, token)
    return Actor(
        account_id=found.account.id,
        person_id=found.person_id,
        acts_for=found.acts_for,
        grants=grants_of(session, found.account.id, today=clock.today()),
        device_id=found.device.id,
        address=address,
    )
