"""Seeds the fuzzer's world through the product's own services and HTTP: one village, papers in every state."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Role
from backend.applications.models import Application, CannedSentence, Evidence, ReturnItem, Upload
from backend.certificates.models import Certificate, ShareLink
from backend.complaints.models import Complaint
from backend.identity import sessions
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
from tests.faults.fuzz_world import World
from tests.http_client import Caller
from tests.simulators.fixtures import Simulators

_IDS: dict[str, Any] = {
    "account_id": Account.id,
    "application_id": Application.id,
    "certificate_id": Certificate.id,
    "complaint_id": Complaint.id,
    "consent_id": ActingConsent.id,
    "correction_id": Correction.id,
    "device_id": Device.id,
    "evidence_id": Evidence.id,
    "from_person_id": Person.id,
    "grant_id": RoleGrant.id,
    "holder_id": Person.id,
    "into_person_id": Person.id,
    "invitation_id": StaffInvitation.id,
    "item_id": WalletItem.item_id,
    "link_id": ShareLink.id,
    "merge_id": PersonMerge.id,
    "message_id": Message.id,
    "organisation_id": Organisation.id,
    "parent_id": Organisation.id,
    "person_id": Person.id,
    "return_item_id": ReturnItem.id,
    "sentence_id": CannedSentence.id,
    "show_code_id": ShowCode.id,
    "upload_id": Upload.id,
}
_CASE = "/mp/v1/committee/applications/{}"
_WHERE = [{"office": "户籍地派出所", "how": "带身份证，当场办理"}]


class Seeding:
    """The people of one village at work, each as an HTTP caller."""

    def __init__(self, app: Flask, runtime: Runtime, database: JoinedDatabase, outside: Simulators) -> None:
        self.world = World(app, database)
        self.runtime, self.outside = runtime, outside

    def build(self, session: Session) -> World:
        """The whole world, in an empty database."""
        papers.city_keys(session, self.runtime.settings)
        notices.load_notices(session)
        here = applications.village(session)
        self._people(session, here)
        self._applications(session, here)
        self._certify(session, here)
        self._show(session)
        self._upload(session)
        self._around(session, here)
        drain(self.runtime, strict=False)
        session.expire_all()
        self._collect(session, here)
        return self.world

    def call(self, who: str, path: str, body: dict[str, Any] | None = None, **options: Any) -> Any:
        """One POST that must do its work; its answer."""
        caller = Caller(self.world.app, self.world.tokens[who])
        answer = caller.post(path, body, **options)
        assert answer.status_code < 300, (path, answer.text)
        return answer.json

    def _people(self, session: Session, here: Village) -> None:
        city = organisations.city(session)
        self.sibling = organisations.village(session, organisations.SIBLING_VILLAGE)
        self.account = identity.account(session)
        counter, admin = organisations.counter_clerk(session), organisations.city_admin(session)
        self.world.tokens = {
            "anonymous": None,
            "account": identity.log_in(session, self.account),
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
        self.relative = identity.citizen(session, "王建国")
        identity.acts_for(session, here.citizen, self.relative.person)
        identity.person(session, "王建国")

    def _applications(self, session: Session, here: Village) -> None:
        """One in each state a call starts from."""
        settings = self.runtime.settings
        applications.disputed_application(session, settings, here, purpose="办理贷款")
        words = {"words": "老板要我证明没结婚", "item_code": None}
        applications.submitted_application(session, settings, here, purpose="订婚", **words)
        applications.drafted_application(session, settings, here)
        applications.submitted_application(session, settings, here, purpose="子女入学")
        for purpose in ("办理社保", "申请补助", "提取公积金"):
            applications.claimed_application(session, settings, here, purpose=purpose)
        applications.approving_application(session, settings, here, purpose="办理签证")
        session.commit()
        of = {row.purpose: str(row.id) for row in session.scalars(select(Application))}
        items = [{"kind": "supply", "message": "请补充房屋正面照片"}]
        self.call("clerk", _CASE.format(of["申请补助"]) + "/return", {"items": items})
        refusal = {"reason": "not_ours", "words": "这件事不由村（社区）证明", "where_to_go": _WHERE}
        self.call("clerk", _CASE.format(of["提取公积金"]) + "/refusal-proposal", refusal)
        self.reviewing, self.draft = of["办理社保"], of["办理入职"]

    def _certify(self, session: Session, here: Village) -> None:
        """Three approved: two made, of which one is revoked; one whose paper is still to be made."""
        for purpose in ("租房", "入职", "领取补贴"):
            if purpose == "领取补贴":
                drain(self.runtime, strict=False)
            application = applications.approving_application(
                session, self.runtime.settings, here, purpose=purpose
            )
            certificates.service.approve(
                session,
                here.approver.actor,
                application_id=application.id,
                pin=PIN,
                settings=self.runtime.settings,
            )
            session.commit()
        session.expire_all()
        self.standing, ended = session.scalars(select(Certificate).where(Certificate.state == "issued"))
        revocation = {"pin": PIN, "reason_code": "holder_request", "words": ""}
        self.call("approver", f"/mp/v1/committee/certificates/{ended.id}/revoke", revocation)

    def _show(self, session: Session) -> None:
        """The standing one is shared, shown and scanned; another show-code waits for its scan."""
        one = str(self.standing.id)
        self.call("citizen", f"/mp/v1/certificates/{one}/shares", {"for_whom": "某电子有限公司"})
        asked = {"item_id": one, "purpose": "入学报名"}
        used, fresh = (self.call("citizen", "/mp/v1/showcodes", asked)["text"] for _ in range(2))
        self.call("counter", "/mp/v1/counter/verify", {"text": used, "matter": "入学报名"})
        held = Caller(self.world.app, self.world.tokens["citizen"]).get(f"/mp/v1/certificates/{one}").json
        by_hand = f"{held['number']} {held['check_code']}"
        self.world.real["text"] = [used, fresh, used[:-9], held["verify_url"], by_hand]

    def _upload(self, session: Session) -> None:
        """One picture added to the draft, one upload begun."""
        picture = (Path(__file__).parents[1] / "files" / "scan.png").read_bytes()
        uploads = f"/mp/v1/applications/{self.draft}/uploads"
        begun = {"size": len(picture), "label": "居住地照片"}
        whole, _ = (self.call("citizen", uploads, begun)["id"] for _ in range(2))
        self.call(
            "citizen", f"{uploads}/{whole}/parts/1", data=picture, content_type="application/octet-stream"
        )
        self.call("citizen", f"{uploads}/{whole}/complete")

    def _around(self, session: Session, here: Village) -> None:
        """A complaint, an invitation, a deputy, a correction, someone to confirm in person, and live codes."""
        complaint = {"about": "application", "subject_id": self.reviewing, "kind": "application"}
        self.call("citizen", "/mp/v1/complaints", {**complaint, "text": "一直没有消息"})
        office = f"/api/v1/organisations/{here.organisation.id}"
        invited = {"role": "clerk", "post": "副主任", "name": "王小明", "phone": self.account.phone}
        invitation = self.call("city_admin", f"{office}/invitations", invited)
        tomorrow = clock.today() + timedelta(days=1)
        absence = {"starts_on": str(tomorrow), "ends_on": str(tomorrow + timedelta(days=3))}
        stand_in = {"grant_id": str(here.approver.grant.id), "account_id": str(here.other_clerk.account.id)}
        self.call("approver", "/mp/v1/absences", {**absence, **stand_in})
        self.call("citizen", "/mp/v1/me/corrections", {"field": "other", "wanted": "住址写错了"})
        number = identity.id_number()
        real_name = {"name": "李小燕", "id_number": number, "consent_version": "2026-01"}
        self.call("account", "/mp/v1/auth/real-name", real_name)
        desk_code = self.call("account", "/mp/v1/auth/real-name/desk")["desk_code"]
        screen = self.call("anonymous", "/mp/v1/auth/desk-logins", key=None)
        for name in ("qr_text", "browser_secret", "digits"):
            self.world.real[name] = [screen[name]]
        self.world.real["code"] = [desk_code, invitation["code"]]

    def _live_codes(self, session: Session, here: Village) -> None:
        """Codes as a phone receives them: for one's own phone, a phone to bind, and a log-in."""
        own, new = here.citizen.account.phone or "", identity.phone()
        self.call("citizen", "/mp/v1/me/sms-codes")
        self.call("citizen", "/mp/v1/me/phone/sms-codes", {"phone": new})
        drain(self.runtime, strict=False)
        codes = [self.outside.sms.code(own), self.outside.sms.code(new)]
        self.world.real["sms_code"] = codes
        wechat = [self.outside.wechat.js_code(identity.openid()), self.outside.wechat.phone_code(new)]
        self.world.real["code"] += [*codes, *wechat]
        self.world.real["phone"] = [new, own]
        device = sessions.open_device(session, here.citizen.account, kind="wechat", name="另一部手机")
        session.commit()
        self.world.real["refresh_token"] = [device.refresh_token]

    def _collect(self, session: Session, here: Village) -> None:
        self._live_codes(session, here)
        real = self.world.real
        for name, column in _IDS.items():
            real[name] = [str(one) for one in session.scalars(select(column))]
        for row in session.scalars(select(Application)):
            self.world.applications.setdefault(row.state, []).append(str(row.id))
            self.world.versions[str(row.id)] = row.row_version
            if row.state == "approving":
                actor = here.approver.actor
                self.world.digests[str(row.id)] = certificates.read(session, actor, row.id)
        real["organisation_id"] += 3 * [str(here.organisation.id), str(self.sibling.id)]
        real["grant_id"] += 3 * [str(here.approver.grant.id)]
        real["certificate_id"] += 3 * [str(self.standing.id)]
        real["item_id"] += 3 * [str(self.standing.id)]
        scans = [str(one) for one in session.scalars(select(Scan.id))]
        settings = self.runtime.settings
        real |= {
            "subject_id": real["application_id"] + scans + real["certificate_id"],
            "name": [self.relative.person.name],
            "id_number": [self.relative.person.id_number],
            "helper_id_number": [here.citizen.person.id_number],
            "helper_name": [here.citizen.person.name],
            "person_name": [self.relative.person.name],
            "person_id_number": [self.relative.person.id_number],
            "pin": [PIN, PIN, PIN, "927461"],
            "text_version": ["2026-01"],
            "consent_version": ["2026-01"],
            "template_id": [settings.wechat_template_progress],
            "row_version": [1, 2, 3],
            "division_code": [here.organisation.division_code],
            "number": [1, 2],
            "year": [2026],
            "day": ["2026-10-01", str(clock.today() + timedelta(days=30))],
        }
