"""From an access token to an Actor: who calls, for whom, and with which grants in force today."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Actor, Grant, Role
from backend.identity import sessions
from backend.identity.models import Account
from backend.organisations.models import Organisation, RoleGrant
from backend.organisations.service import in_force

_TODAY: Any = bindparam("today")
_COLUMNS = (
    RoleGrant.id.label("grant_id"),
    RoleGrant.role,
    RoleGrant.organisation_id,
    RoleGrant.post,
    RoleGrant.acting,
    Organisation.path,
    Organisation.name.label("organisation_name"),
    Organisation.kind.label("organisation_kind"),
)
_GRANTS = (
    select(*_COLUMNS)
    .join(Organisation, Organisation.id == RoleGrant.organisation_id)
    .where(RoleGrant.account_id == bindparam("account_id"), in_force(_TODAY), Organisation.active)
    .order_by(RoleGrant.id)
)
#: Token, account, whom it acts for and its grants in one query: every request begins with it. Rows are all pairs of
#: a person acted for and a grant; few have many of either.
_CALLER = (
    sessions.STANDING.add_columns(*_COLUMNS)
    .outerjoin(RoleGrant, and_(RoleGrant.account_id == Account.id, in_force(_TODAY)))
    .outerjoin(Organisation, and_(Organisation.id == RoleGrant.organisation_id, Organisation.active))
    .order_by(RoleGrant.id)
)


def grants_of(session: Session, account_id: uuid.UUID, *, today: date) -> tuple[Grant, ...]:
    """The account's grants in force on this day, at offices that are active."""
    return _grants(session.execute(_GRANTS, {"account_id": account_id, "today": today}).all())


def actor_of_token(session: Session, token: str, address: str) -> Actor:
    """The caller behind an access token; NotLoggedIn when it is unknown, expired or revoked."""
    asked = {**sessions.parameters(token), "today": clock.today()}
    rows = session.connection().execute(_CALLER, asked).all()
    found = sessions.resolved(rows)
    return Actor(
        account_id=found.account_id,
        person_id=found.person_id,
        acts_for=found.acts_for,
        grants=_grants(rows),
        device_id=found.device_id,
        address=address,
    )


def _grants(rows: Sequence[Any]) -> tuple[Grant, ...]:
    """One of each; none where there is no grant, or its office is closed."""
    each = {row.grant_id: row for row in rows if row.path is not None}
    return tuple(
        Grant(
            id=row.grant_id,
            role=Role(row.role),
            organisation_id=row.organisation_id,
            path=row.path,
            post=row.post,
            deputy=row.acting,
            organisation_name=row.organisation_name,
            organisation_kind=row.organisation_kind,
        )
        for row in each.values()
    )
