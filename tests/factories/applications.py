"""Smallest valid applications, in the states people meet them in."""

import uuid
from dataclasses import dataclass, replace
from typing import Any

import argon2
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Role
from backend.applications import drafting, handling, submitting
from backend.applications.drafting import Draft
from backend.applications.models import Application
from backend.identity.models import PinCredential
from backend.organisations.models import Organisation
from backend.settings import Settings
from tests.factories import identity, organisations
from tests.factories.identity import Citizen
from tests.factories.organisations import Staff

PIN = "827364"
_HASH = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PIN)


@dataclass
class Village:
    """A committee with everybody it takes: a citizen, two clerks, an approver, the town's reviewer."""

    organisation: Organisation
    citizen: Citizen
    clerk: Staff
    other_clerk: Staff
    approver: Staff
    town_reviewer: Staff


def village(session: Session, code: str = organisations.VILLAGE) -> Village:
    """A village at work; the approver has a PIN."""
    committee = organisations.village(session, code)
    town = session.get_one(Organisation, committee.parent_id)
    made = Village(
        committee,
        identity.citizen(session),
        organisations.clerk(session, committee),
        organisations.clerk(session, committee),
        organisations.approver(session, committee),
        organisations.staff(session, town, Role.TOWN_REVIEWER),
    )
    pin(session, made.approver)
    session.commit()
    return made


def pin(session: Session, who: Staff) -> None:
    """Give somebody the PIN of these tests."""
    session.add(PinCredential(account_id=who.account.id, pin_hash=_HASH, set_at=clock.now()))
    session.flush()


def draft(organisation: Organisation, **changes: Any) -> Draft:
    """What a citizen types: a residence certificate for an employer outside the city."""
    typed = Draft(
        organisation_id=organisation.id,
        item_code="residence",
        title="居住情况证明",
        purpose="办理入职",
        receiver="深圳市某电子有限公司",
        receiver_in_city=False,
        words="我从2019年起一直住在万年路社区三组12号。",
    )
    return replace(typed, **changes)


def body(organisation: Organisation, **changes: Any) -> dict[str, Any]:
    """The same as JSON."""
    typed = draft(organisation, **changes)
    return {**vars(typed), "organisation_id": str(typed.organisation_id)}


def drafted_application(session: Session, settings: Settings, here: Village, **changes: Any) -> Application:
    """A draft of the village's citizen."""
    made = drafting.start(
        session,
        here.citizen.actor(session),
        holder_id=None,
        draft=draft(here.organisation, **changes),
        settings=settings,
    )
    session.commit()
    return made


def submitted_application(session: Session, settings: Settings, here: Village, **changes: Any) -> Application:
    """Handed in, waiting to be claimed."""
    made = drafted_application(session, settings, here, **changes)
    submitting.submit(
        session,
        here.citizen.actor(session),
        application_id=made.id,
        settings=settings,
        confirm_duplicate=True,
    )
    session.commit()
    return made


def disputed_application(session: Session, settings: Settings, here: Village, **changes: Any) -> Application:
    """Words the lists forbid, asked for all the same."""
    made = submitted_application(
        session, settings, here, words="老板要我证明没结婚", item_code=None, **changes
    )
    submitting.dispute(
        session,
        here.citizen.actor(session),
        application_id=made.id,
        reason="我要证明的是住在村里",
        settings=settings,
    )
    session.commit()
    return made


def claimed_application(session: Session, settings: Settings, here: Village, **changes: Any) -> Application:
    """Claimed by the village's clerk; the receipt is on its way."""
    made = submitted_application(session, settings, here, **changes)
    handling.claim(session, here.clerk.actor, application_id=made.id, settings=settings)
    session.commit()
    return made


def approving_application(session: Session, settings: Settings, here: Village, **changes: Any) -> Application:
    """Edited and forwarded, waiting for the approver."""
    made = claimed_application(session, settings, here, **changes)
    handling.edit_text(
        session,
        here.clerk.actor,
        application_id=made.id,
        text=f"兹证明欧阳春燕自2019年起居住在我社区三组12号。({uuid.uuid4().hex[:4]})",
        row_version=made.row_version,
        settings=settings,
    )
    handling.forward(
        session, here.clerk.actor, application_id=made.id, row_version=made.row_version, settings=settings
    )
    session.commit()
    return made
