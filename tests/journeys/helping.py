"""For those who cannot: a clerk applies (代办), returns it once, a deputy signs; a co-sign by the town."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from tests.journeys import acts, judges
from tests.journeys.phone import expect
from tests.journeys.world import DEPUTY, STAFF_PIN, NewPerson, until

if TYPE_CHECKING:
    from tests.journeys.assisted import Cast

_BEIJING = timezone(timedelta(hours=8))
_STAFF = "/mp/v1/committee/applications"
_MISSING = (("supply", "房屋正面的照片"), ("explain", "房屋是哪一年建的"), ("bring_original", "户口簿"))
FLOOD = "2025年7月连降暴雨，该户位于本村三组的老屋后墙倒塌，情况属实。"
LAND = "该户系本村三组村民，申请在本组使用宅基地100平方米建房，经村民小组讨论并公示，无异议，同意上报。"


class Helping:
    """Two old people without a phone; one certificate signed by a deputy, one co-signed."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.old, self.older = NewPerson.make("王秀英"), NewPerson.make("汪大山")
        self.deputy = cast.world.phone()
        self.deputy_grant = ""
        self.application = self.cosigned = ""
        self.certificate: dict[str, Any] = {}

    def steps(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """In order."""
        yield "文书为没有手机的老人代办，未经本人同意不能提交", self.begin_for_old
        yield "本人签名的同意书拍照为凭，代办提交", self.consent_by_sheet
        yield "退回补正，一次说全", self.return_once
        yield "村里打印盖章的受理回执和一次性告知书交给老人", self.print_notices
        yield "漏答一项不能交；逐项答完，回到原经办人；第二次退回被拒", self.answer_all
        yield "负责人预先指定副主任代行，此前副主任不能签批", self.name_deputy
        yield "副主任代理签批，PDF 上写明代理签批", self.deputy_signs
        yield "村里下载 PDF 打印交给老人", self.print_it
        yield "负责人销假，代行即刻停止", self.deputy_ends
        yield "报出家人手机收到的验证码作为同意，报错被拒", self.consent_by_code
        yield "须乡镇复核的事项，复核之前不能签批", self.wait_for_town
        yield "镇里先退回一次，改后复核同意，村里签批", self.town_cosigns

    # -- applying for somebody ------------------------------------------------------------------------------------

    def begin_for_old(self) -> None:
        self.application = self._begin(
            self.old, "disaster_damage", "老屋受灾情况证明", "去年发大水，老屋后墙倒了"
        )
        self.cast.clerk.refused("POST", f"{self._staff}/submit", json={}, status=409, code="consent_missing")

    def _begin(self, person: NewPerson, item: str, title: str, words: str) -> str:
        facts = {
            "organisation_id": self.cast.home["id"],
            "name": person.name,
            "id_number": person.id_number,
            "item_code": item,
            "title": title,
            "purpose": "申请救助和补助",
            "receiver": "黄沙铺镇人民政府",
            "receiver_in_city": True,
            "words": words,
        }
        draft = self.cast.clerk.post(_STAFF, facts)
        expect(draft["helper"] == "clerk", f"应记为经办人代办：{draft['helper']}")
        expect(person.id_number not in str(draft), "证件号码默认遮盖")
        return f"/mp/v1/applications/{draft['id']}"

    def consent_by_sheet(self) -> None:
        sheet = acts.upload(self.cast.clerk, self.application, acts.photo_with_place(), "签名的同意书")
        answer = self.cast.clerk.post(f"{self._staff}/consent", {"evidence_id": sheet["id"]})
        expect(answer["helper_basis"] == "signed_sheet", f"同意的依据：{answer['helper_basis']}")
        answer = self.cast.clerk.post(f"{self._staff}/submit")
        expect(answer["state"] == "submitted", f"应为已提交：{answer['state']}")

    # -- returning it ---------------------------------------------------------------------------------------------

    def return_once(self) -> None:
        self.cast.clerk.post(f"{self._staff}/claim")
        items = [{"kind": kind, "message": message} for kind, message in _MISSING]
        answer = self.cast.clerk.post(f"{self._staff}/return", {"items": items})
        expect(answer["state"] == "returned" and len(answer["return_items"]) == 3, f"应为待补正：{answer}")
        self.items = answer["return_items"]

    def print_notices(self) -> None:
        messages = [message for _, message in _MISSING]
        for kind, words in (("receipt", ["受理"]), ("correction_notice", ["一次性", *messages])):
            path = f"{self._staff}/papers/{kind}/pdf"
            content = until(lambda path=path: acts.ready_pdf(self.cast.clerk, path), f"{kind} 没有签章完成")
            judges.seal_is_valid(content, acts.city_root(self.cast.stranger))
            judges.contains(judges.page_text(content), [self.old.name, *words], kind)
        self.cast.clerk.refused("GET", f"{self._staff}/papers/refusal/pdf", status=404)

    def answer_all(self) -> None:
        clerk, path = self.cast.clerk, f"{self._staff}/answer"
        told = [{"return_item_id": item["id"], "text": f"已补：{item['message']}"} for item in self.items]
        refusal = clerk.refused("POST", path, json={"answers": told[:1]}, status=422, code="not_all_answered")
        expect(len(refusal["missing"]) == 2, f"应指出还缺两项：{refusal}")
        acts.upload(clerk, self.application, acts.photo_with_place(), "房屋正面照片")
        answer = clerk.post(path, {"answers": told})
        expect(answer["state"] == "reviewing" and answer["claimed_by_me"], "应回到原经办人")
        again = {"items": [{"kind": "explain", "message": "再说明一次"}]}
        clerk.refused("POST", f"{self._staff}/return", json=again, status=409, code="returned_already")
        acts.forward(clerk, self.application, FLOOD, claim=False)

    # -- the deputy -----------------------------------------------------------------------------------------------

    def name_deputy(self) -> None:
        acts.log_in_by_sms(self.cast.world, self.deputy, DEPUTY)
        for left in self.cast.approver.get("/mp/v1/absences")["items"]:  # of a walk that stopped half-way
            self.cast.approver.post(f"/mp/v1/absences/{left['id']}/end")
        signing = acts.signing(self.cast.approver, self.application)
        self.deputy.refused("POST", f"{self._staff}/approve", json=signing, status=403)
        account = self.deputy.get("/mp/v1/me")["account"]["id"]
        roles = self.cast.approver.get("/mp/v1/staff/roles")["items"]
        own = next(role for role in roles if role["role"] == "approver" and not role["acting"])
        near = self.cast.approver.get("/mp/v1/absences/candidates", params={"grant_id": own["id"]})["items"]
        expect(account in {one["account_id"] for one in near}, "副主任应在可代行的人选里")
        today = datetime.now(_BEIJING).date()
        absence = {
            "grant_id": own["id"],
            "account_id": account,
            "starts_on": today.isoformat(),
            "ends_on": (today + timedelta(days=6)).isoformat(),
        }
        grant = self.cast.approver.post("/mp/v1/absences", absence)
        self.deputy_grant = grant["id"]
        expect(grant["acting"] and grant["deputy_for_id"] == own["id"], f"应记明代行谁：{grant}")

    def deputy_signs(self) -> None:
        signed = self.deputy.post(f"{self._staff}/approve", acts.signing(self.deputy, self.application))
        expect(signed["by_deputy"], f"应记为代理签批：{signed}")
        path = f"/mp/v1/committee/certificates/{signed['id']}"
        self.certificate = acts.sealed(lambda: self.cast.clerk.get(path))

    def print_it(self) -> None:
        content = acts.pdf(self.cast.clerk, f"/mp/v1/committee/certificates/{self.certificate['id']}/pdf")
        judges.seal_is_valid(content, acts.city_root(self.cast.stranger))
        facts = [self.old.name, self.old.id_number, FLOOD, self.certificate["number"], "代理签批"]
        judges.contains(judges.page_text(content), facts, "打印的 PDF")
        page = self.cast.stranger.answer("GET", acts.path_of(judges.qr_on(judges.page_picture(content))))
        judges.contains("".join(page.text.split()), ["有效", self.certificate["number"]], "公众页")

    def deputy_ends(self) -> None:
        ended = self.cast.approver.post(f"/mp/v1/absences/{self.deputy_grant}/end")
        expect(ended["ends_on"] is not None, f"代行应已结束：{ended}")
        path = f"/mp/v1/committee/certificates/{self.certificate['id']}/revoke"
        body = {"pin": STAFF_PIN, "reason_code": "issued_in_error", "words": ""}
        self.deputy.refused("POST", path, json=body, status=403)

    # -- the town -------------------------------------------------------------------------------------------------

    def consent_by_code(self) -> None:
        self.cosigned = self._begin(
            self.older, "homestead_opinion", "宅基地申请村级意见", "老屋要倒了，想在三组申请宅基地建房"
        )
        path, clerk, phone = acts.of_committee(self.cosigned), self.cast.clerk, self.older.phone
        clerk.post(f"{path}/consent-code", {"phone": phone})
        code = self.cast.world.sms_code(phone, after=0)
        wrong = {"phone": phone, "code": f"{(int(code) + 1) % 10**6:06d}"}
        clerk.refused("POST", f"{path}/consent", json=wrong, status=422, code="wrong_code")
        answer = clerk.post(f"{path}/consent", {"phone": phone, "code": code})
        expect(answer["helper_basis"] == "sms_code", f"同意的依据：{answer['helper_basis']}")
        expect(clerk.post(f"{path}/submit")["state"] == "submitted", "应为已提交")

    def wait_for_town(self) -> None:
        forwarded = acts.forward(self.cast.clerk, self.cosigned, LAND)
        expect(forwarded["cosign_required"], "这个事项应须乡镇复核")
        self._approve_refused("cosign_missing")

    def town_cosigns(self) -> None:
        path, town = acts.of_committee(self.cosigned), self.cast.town
        declined = town.post(f"{path}/decline-cosign", {"remark": "请写明面积"})
        expect(declined["state"] == "reviewing", f"应退回重新审核：{declined['state']}")
        acts.forward(self.cast.clerk, self.cosigned, LAND + "四至无争议。", claim=False)
        agreed = town.post(f"{path}/cosign", {"remark": "同意"})
        expect(bool(agreed["cosigned_by_post"]), "应记下复核的岗位")
        signed = self.cast.approver.post(f"{path}/approve", acts.signing(self.cast.approver, self.cosigned))
        seen = f"/mp/v1/committee/certificates/{signed['id']}"
        expect(not acts.sealed(lambda: self.cast.clerk.get(seen))["by_deputy"], "不应记为代理签批")

    def _approve_refused(self, code: str) -> None:
        path = f"{acts.of_committee(self.cosigned)}/approve"
        signing = acts.signing(self.cast.approver, self.cosigned)
        self.cast.approver.refused("POST", path, json=signing, status=409, code=code)

    @property
    def _staff(self) -> str:
        return acts.of_committee(self.application)
