"""The world the fuzzer meets: one village with its people and papers in every state, undone after every call.

Everything is seeded through the product's own services and HTTP, then each generated request runs inside a
savepoint that is rolled back, so that a failing one is the same when it is tried again and none spoils the next.
"""

import random
import uuid
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from schemathesis import Case
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.access import Role
from backend.applications.models import Application, Evidence, Upload
from backend.certificates.models import Certificate, ShareLink
from backend.complaints.models import Complaint
from backend.identity.models import Account, ActingConsent, Correction, Device, Person, PersonMerge
from backend.notifications.models import Message
from backend.notifications.worker import drain
from backend.organisations import notices
from backend.organisations.models import Organisation, RoleGrant, StaffInvitation
from backend.runtime import Runtime
from backend.showcodes.models import Scan, ShowCode
from backend.wallet.models import WalletItem
from tests.conftest import JoinedDatabase
from tests.factories import applications, certificates, identity, organisations, papers
from tests.factories.applications import PIN, Village
from tests.http_client import Caller

IDENTITIES = (
    "anonymous",
    "citizen",
    "clerk",
    "approver",
    "counter",
    "city_admin",
    "town_reviewer",
    "justice_reviewer",
    "auditor",
)
_TABLES: dict[str, Any] = {
    "account_id": Account,
    "application_id": Application,
    "certificate_id": Certificate,
    "complaint_id": Complaint,
    "consent_id": ActingConsent,
    "correction_id": Correction,
    "device_id": Device,
    "evidence_id": Evidence,
    "grant_id": RoleGrant,
    "invitation_id": StaffInvitation,
    "item_id": WalletItem.item_id,
    "link_id": ShareLink,
    "merge_id": PersonMerge,
    "message_id": Message,
    "organisation_id": Organisation,
    "person_id": Person,
    "holder_id": Person,
    "look_id": Scan,
    "show_code_id": ShowCode,
    "upload_id": Upload,
}


@dataclass
class World:
    """The application, who calls it, and the values that are real in it."""

    app: Flask
    database: JoinedDatabase
    tokens: dict[str, str | None] = field(default_factory=dict)
    real: dict[str, list[Any]] = field(default_factory=dict)

    def headers(self, who: str) -> dict[str, str]:
        """What this identity sends along."""
        token = self.tokens[who]
        return {"Authorization": f"Bearer {token}"} if token else {}

    def ground(self, case: Case) -> None:
        """Put real ids, versions and secrets in the place of some generated ones; the same for the same case."""
        dice = random.Random(zlib.crc32(repr(case).encode("utf-8", "surrogatepass")))
        for name in case.path_parameters:
            if self.real.get(name) and dice.random() < 0.8:
                case.path_parameters[name] = dice.choice(self.real[name])
        if isinstance(case.body, dict | list):
            case.body = self._grounded(case.body, dice)

    def _grounded(self, value: Any, dice: random.Random) -> Any:
        if isinstance(value, list):
            return [self._grounded(inner, dice) for inner in value]
        if not isinstance(value, dict):
            return value
        return {
            name: dice.choice(self.real[name])
            if self.real.get(name) and dice.random() < 0.6
            else self._grounded(inner, dice)
            for name, inner in value.items()
        }

    @contextmanager
    def undone(self) -> Iterator[None]:
        """What is done inside is rolled back."""
        savepoint = self.database.connection.begin_nested()
        try:
            yield
        finally:
            savepoint.rollback()


def build(app: Flask, runtime: Runtime, database: JoinedDatabase) -> World:
    """A world of its own in an empty database."""
    world = World(app, database)
    with database.session() as session:
        papers.city_keys(session, runtime.settings)
        notices.load_notices(session)
        here = applications.village(session)
        _people(world, session, here)
        _applications(session, runtime, here)
        drain(runtime, strict=False)
        _certificates(world, session, runtime, here)
        drain(runtime, strict=False)
        _around(world, session, here)
        drain(runtime, strict=False)
        _collect(world, session, here)
    return world


def _people(world: World, session: Session, here: Village) -> None:
    counter = organisations.counter_clerk(session)
    admin = organisations.city_admin(session)
    city = organisations.city(session)
    world.tokens = {
        "anonymous": None,
        "citizen": here.citizen.token,
        "clerk": here.clerk.token,
        "approver": here.approver.token,
        "counter": counter.token,
        "city_admin": admin.token,
        "town_reviewer": here.town_reviewer.token,
        "justice_reviewer": organisations.staff(session, city, Role.JUSTICE_REVIEWER).token,
        "auditor": organisations.auditor(session).token,
    }
    for staff in (counter, admin, here.clerk):
        applications.pin(session, staff)
    helper = identity.citizen(session, "王建国")
    identity.acts_for(session, here.citizen, helper.person)
    session.commit()


def _applications(session: Session, runtime: Runtime, here: Village) -> None:
    settings = runtime.settings
    applications.disputed_application(session, settings, here, purpose="办理贷款")
    applications.drafted_application(session, settings, here)
    applications.submitted_application(session, settings, here, purpose="子女入学")
    applications.claimed_application(session, settings, here, purpose="办理社保")
    applications.approving_application(session, settings, here, purpose="办理签证")
    for purpose in ("租房", "入职", "领取补贴"):
        certificates.service.approve(
            session,
            here.approver.actor,
            application_id=applications.approving_application(session, settings, here, purpose=purpose).id,
            pin=PIN,
            settings=settings,
        )
        session.commit()


def _certificates(world: World, session: Session, runtime: Runtime, here: Village) -> None:
    """One stands, one is revoked, one waits for its paper; the standing one is shown and shared."""
    session.expire_all()
    standing, ended = session.scalars(select(Certificate).where(Certificate.state == "issued").limit(2))
    _call(world, "approver", f"/mp/v1/committee/certificates/{ended.id}/revoke", REVOCATION)
    _call(world, "citizen", f"/mp/v1/certificates/{standing.id}/shares", {"for_whom": "某电子有限公司"})
    shown = _call(world, "citizen", "/mp/v1/showcodes", {"item_id": str(standing.id), "purpose": "入学报名"})
    scan = {"text": shown["text"], "matter": "入学报名"}
    _call(world, "counter", "/mp/v1/counter/verify", scan)
    held = Caller(world.app, world.tokens["citizen"]).get(f"/mp/v1/certificates/{standing.id}").json
    by_hand = f"{held['number']} {held['check_code']}"
    world.real["text"] = [shown["text"], shown["text"][:-9], held["verify_url"], by_hand]


REVOCATION = {"pin": PIN, "reason_code": "holder_request", "words": ""}


def _around(world: World, session: Session, here: Village) -> None:
    """A complaint, an upload begun and one finished, an invitation, a correction."""
    mine = {state: str(one) for state, one in session.execute(select(Application.state, Application.id))}
    text = "一直没有消息"
    complaint = {"about": "application", "subject_id": mine["reviewing"], "kind": "application", "text": text}
    _call(world, "citizen", "/mp/v1/complaints", complaint)
    uploads = f"/mp/v1/applications/{mine['draft']}/uploads"
    for _ in range(2):
        upload = _call(world, "citizen", uploads, {"size": 4, "label": "居住地照片"})
    world.real["number"] = ["1", "2"]
    invitation = {"role": "clerk", "post": "副主任", "name": "王小明", "phone": "13900000001"}
    _call(world, "city_admin", f"/api/v1/organisations/{here.organisation.id}/invitations", invitation)
    _call(world, "citizen", "/mp/v1/me/corrections", {"field": "other", "wanted": "住址写错了"})
    assert upload["id"]


def _call(world: World, who: str, path: str, body: dict[str, Any]) -> Any:
    answer = Caller(world.app, world.tokens[who]).post(path, body)
    assert answer.status_code < 300, (path, answer.text)
    return answer.json


def _collect(world: World, session: Session, here: Village) -> None:
    for name, table in _TABLES.items():
        world.real[name] = [str(one) for one in session.scalars(select(getattr(table, "id", table)))]
    world.real |= {
        "subject_id": world.real["application_id"] + world.real["look_id"] + world.real["certificate_id"],
        "pin": [PIN],
        "old_pin": [PIN],
        "row_version": [1, 2, 3],
        "division_code": [here.organisation.division_code],
        "year": [2026],
        "day": ["2026-10-01"],
        "key": [uuid.uuid4().hex],
    }
