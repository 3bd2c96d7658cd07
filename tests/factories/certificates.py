"""Certificates in every state, with the application, the office and the people they need."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from backend import clock, privacy
from backend.access import Actor
from backend.applications.models import Application
from backend.certificates import preparing, service
from backend.certificates.models import Certificate
from backend.identity import pins
from backend.identity.models import Account, PinCredential
from backend.notifications.worker import drain
from backend.organisations.models import Organisation
from backend.runtime import Runtime
from tests.factories import identity, papers
from tests.factories import organisations as offices
from tests.factories.identity import Citizen
from tests.factories.organisations import Staff

PIN = "482913"
BODY = "兹证明该同志自2019年3月起居住在我社区万年路15号，至今仍在此居住。\n特此证明。"


@dataclass
class Desk:
    """A committee at work: its clerk, its approver with a PIN, and somebody who needs a certificate."""

    session: Session
    runtime: Runtime
    village: Organisation
    clerk: Staff
    approver: Staff
    holder: Citizen

    def application(self, **changes: Any) -> Application:
        """An application that awaits the approver."""
        return approving_application(self.session, self.village, self.holder, self.clerk.account, **changes)

    def approve(self, application: Application | None = None, pin: str = PIN) -> Certificate:
        """Sign it off."""
        return service.approve(
            self.session,
            self.approver.actor,
            application_id=(application or self.application()).id,
            pin=pin,
            settings=self.runtime.settings,
        )

    def issue(self, application: Application | None = None) -> Certificate:
        """Sign it off and let the worker make it."""
        certificate = self.approve(application)
        self.session.commit()
        drain(self.runtime, strict=False)
        self.session.expire_all()
        return certificate


def desk(session: Session, runtime: Runtime, village: Organisation | None = None) -> Desk:
    """A committee ready to certify."""
    papers.city_keys(session, runtime.settings)
    office = village or offices.village(session)
    approver = offices.approver(session, office)
    pin(session, approver.account)
    holder = identity.citizen(session)
    made = Desk(session, runtime, office, offices.clerk(session, office), approver, holder)
    session.commit()
    return made


def read(session: Session, approver: Actor, application_id: uuid.UUID) -> str:
    """The digest of what this approver reads before signing."""
    document, _ = service.preview(session, approver, application_id=application_id)
    return preparing.seen(document)


def pin(session: Session, account: Account, value: str = PIN) -> None:
    """Give an account its PIN."""
    session.add(PinCredential(account_id=account.id, pin_hash=_hash(value), set_at=clock.now()))
    session.flush()


@cache
def _hash(value: str) -> str:
    return pins._HASHER.hash(value)


def approving_application(
    session: Session, village: Organisation, holder: Citizen, drafter: Account, **changes: Any
) -> Application:
    """An application in `approving`, drafted by a clerk."""
    now = clock.now()
    fields: dict[str, Any] = {
        "county_code": village.county_code,
        "division_code": village.division_code,
        "organisation_id": village.id,
        "holder_id": holder.person.id,
        "holder_name": holder.person.name,
        "holder_name_index": privacy.blind_index("name", holder.person.name),
        "holder_number_index": privacy.blind_index("id_number", holder.person.id_number),
        "account_id": holder.account.id,
        "state": "approving",
        "shelf": "open",
        "item_code": "residence",
        "title": "居住情况证明",
        "purpose": "子女入学报名",
        "receiver": "深圳市南山区教育局",
        "receiver_in_city": False,
        "words": "想开个居住证明",
        "text": BODY,
        "text_serial": 1,
        "drafter_account_id": drafter.id,
        "claimed_by_account_id": drafter.id,
        "claimed_by_post": "经办人",
        "created_at": now,
        "updated_at": now,
        "submitted_at": now,
        "sort_at": now + timedelta(days=1),
        **changes,
    }
    fields["receiver_index"] = privacy.blind_index("receiver", fields["receiver"] or "-")
    application = Application(**fields)
    session.add(application)
    session.commit()
    return application
