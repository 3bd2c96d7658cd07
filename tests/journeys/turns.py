"""Where it turns out otherwise: refused, transferred, withdrawn; shared, looked at, complained of, corrected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from tests.journeys import acts, judges
from tests.journeys.phone import expect
from tests.journeys.world import STAFF_PIN, NewPerson, until

if TYPE_CHECKING:
    from tests.journeys.assisted import Cast

_REFUSAL = "经走访三组组长，该户房屋去年没有受损"
_GO_TO = {"office": "通山县应急管理局", "how": "持现场照片申请灾情核查"}
_WRONG = "2025年7月连降暴雨，该户位于本村三组的房屋侧墙倒塌，情况属实。"
_RIGHT = "2025年7月连降暴雨，该户位于本村三组的房屋后墙倒塌，情况属实。"
_MATTER = "办理贷款"


class Turns:
    """One person with a phone."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.person = NewPerson.make()
        self.holder = cast.world.phone()
        self.application = ""
        self.certificate: dict[str, Any] = {}
        self.corrected: dict[str, Any] = {}
        self.shared = self.complaint = ""

    def steps(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """In order."""
        yield "文书提出不予出具，负责人输 PIN 决定", self.refuse
        yield "卡包里有盖章的不予出具决定书：理由、依据、去哪里办", self.refusal_is_sealed
        yield "另一件转到正确的村，写明理由，本村不再看到", self.transfer
        yield "催办一天一次，第二次被拒", self.urge
        yield "撤回申请，此后不能再催", self.withdraw
        yield "出具一份证明，分享链接由陌生人打开", self.share
        yield "收回链接，陌生人再打不开", self.unshare
        yield "窗口查验；持证人投诉“不是我本人”，重复投诉被拒", self.complain
        yield "镇里答复，持证人看到", self.answer_complaint
        yield "相同的申请先提示已有，确认后再提交", self.apply_again
        yield "用更正的证明替换，旧的公众页说已更正", self.supersede

    # -- not issued -----------------------------------------------------------------------------------------------

    def refuse(self) -> None:
        acts.settle(self.cast.world, self.holder, self.person)
        self.application = acts.apply(self.holder, self._facts("房屋受灾情况证明", "disaster_damage"))
        path = acts.of_committee(self.application)
        self.cast.clerk.post(f"{path}/claim")
        proposal = {"reason": "not_true", "words": _REFUSAL, "where_to_go": [_GO_TO]}
        self.cast.clerk.post(f"{path}/refusal-proposal", proposal)
        wrong = {"pin": "000000"}
        self.cast.approver.refused("POST", f"{path}/refuse", json=wrong, status=403, code="wrong_pin")
        refused = self.cast.approver.post(f"{path}/refuse", {"pin": STAFF_PIN})
        expect(refused["state"] == "refused", f"应为不予出具：{refused['state']}")

    def refusal_is_sealed(self) -> None:
        card = until(lambda: self._card("refusal"), "卡包里没有不予出具决定书")
        path = until(lambda: self.holder.get(f"/mp/v1/wallet/{card['id']}")["pdf_path"], "决定书没有签章完成")
        content = acts.pdf(self.holder, path)
        signer = judges.seal_is_valid(content, acts.city_root(self.cast.stranger))
        expect("柏树村" in signer, f"签章单位应是柏树村：{signer}")
        told = [
            "不予出具决定书",
            self.person.name,
            _REFUSAL,
            "民发〔2020〕20号",
            *_GO_TO.values(),
            card["number"],
        ]
        judges.contains(judges.page_text(content), told, "不予出具决定书")
        page = self.cast.stranger.answer("GET", acts.path_of(judges.qr_on(judges.page_picture(content))))
        expect(page.status_code == 200 and card["number"] in page.text, "决定书的码应能查验")
        expect(self.person.name not in page.text and _REFUSAL not in page.text, "公众页不应出现姓名和理由")

    def transfer(self) -> None:
        self.application = acts.apply(self.holder, self._facts("居住情况证明", "residence"))
        path = acts.of_committee(self.application)
        target = self.cast.elsewhere["id"]
        short = {"organisation_id": target, "reason": "不是"}
        self.cast.clerk.refused("POST", f"{path}/transfer", json=short, status=422)
        body = {"organisation_id": target, "reason": "房屋在晨光村二组，由晨光村核实"}
        self.cast.clerk.post(f"{path}/transfer", body)
        self.cast.clerk.refused("GET", path, status=404)
        seen = self.holder.get(self.application)
        expect(
            seen["organisation"]["id"] == target and seen["state"] == "submitted", f"应已转到晨光村：{seen}"
        )
        timeline = str(self.holder.get(f"{self.application}/timeline"))
        expect("由晨光村核实" in timeline, "进度里应有转交的理由")

    def urge(self) -> None:
        self.holder.post(f"{self.application}/urge")
        self.holder.refused("POST", f"{self.application}/urge", json={}, status=409, code="urged_today")

    def withdraw(self) -> None:
        answer = self.holder.post(f"{self.application}/withdraw", {"reason": "不用了"})
        expect(answer["state"] == "withdrawn", f"应为已撤回：{answer['state']}")
        self.holder.refused("POST", f"{self.application}/urge", json={}, status=409)

    # -- issued ---------------------------------------------------------------------------------------------------

    def share(self) -> None:
        facts = self._facts("老屋受灾情况证明", "disaster_damage")
        self.certificate = self._issue(acts.apply(self.holder, facts), _WRONG)
        path = f"/mp/v1/certificates/{self.certificate['id']}/shares"
        link = self.holder.post(path, {"for_whom": "远方公司人事部"})
        self.shared, self.link = acts.path_of(link["url"]), link["id"]
        content = acts.pdf(self.cast.stranger, self.shared)
        judges.seal_is_valid(content, acts.city_root(self.cast.stranger))
        kept = self.holder.get(path)["items"][0]
        expect(kept["opened"] == 1 and link["url"] not in str(kept), f"应记打开一次，链接不再给出：{kept}")
        expect(bool(self._looks("share_link")), "持证人应看到链接被打开")

    def unshare(self) -> None:
        gone = self.holder.answer("DELETE", f"/mp/v1/certificates/shares/{self.link}")
        expect(gone.status_code == 200 and not gone.json()["alive"], f"收回：{gone.text[:200]}")
        page = self.cast.stranger.answer("GET", self.shared)
        expect(page.status_code == 410 and "失效" in page.text, f"收回后：{page.status_code}")

    def complain(self) -> None:
        item = self._certificate_card()["id"]
        shown = self.holder.post("/mp/v1/showcodes", {"item_id": item, "scope": "name", "purpose": _MATTER})
        self.cast.counter.post("/mp/v1/counter/verify", {"text": shown["text"], "matter": _MATTER})
        look = next(look for look in self._looks("scan") if look["matter"] == _MATTER)
        body = {
            "kind": "not_me",
            "about": "look",
            "subject_id": look["id"],
            "text": "我那天没有去过窗口，请查是谁",
        }
        filed = self.holder.post("/mp/v1/complaints", body)
        judges.moment(filed["due_at"])
        self.complaint = filed["id"]
        self.holder.refused("POST", "/mp/v1/complaints", json=body, status=409, code="already_complained")

    def answer_complaint(self) -> None:
        path, town = f"/api/v1/complaints/{self.complaint}", self.cast.town
        self.cast.counter.refused("GET", path, status=403)
        told = "已查：窗口3号误扫，当日已纠正，并向您致歉"
        town.post(f"{path}/answer", {"text": told})
        seen = self.holder.get(f"/mp/v1/complaints/{self.complaint}")
        expect(seen["state"] == "answered" and seen["answer"] == told, f"持证人应看到答复：{seen}")
        expect(bool(seen["answered_by_post"]) and "刘志强" not in str(seen), "答复按岗位显示")
        town.refused("POST", f"{path}/answer", json={"text": told}, status=409, code="complaint_closed")

    # -- corrected ------------------------------------------------------------------------------------------------

    def apply_again(self) -> None:
        facts = self._facts("老屋受灾情况证明", "disaster_damage")
        draft = self.holder.post("/mp/v1/applications", facts)
        path = f"/mp/v1/applications/{draft['id']}"
        self.holder.refused("POST", f"{path}/submit", json={}, status=409, code="duplicate_found")
        self.holder.post(f"{path}/submit", {"confirm_duplicate": True})
        acts.forward(self.cast.clerk, path, _RIGHT)
        self.application = path

    def supersede(self) -> None:
        path = f"/mp/v1/committee/certificates/{self.certificate['id']}/supersede"
        body = {
            "application_id": self.application.rsplit("/", 1)[1],
            **acts.signing(self.cast.approver, self.application),
        }
        signed = self.cast.approver.post(path, body)
        self.corrected = acts.sealed(lambda: self.holder.get(f"/mp/v1/certificates/{signed['id']}"))
        old = self.holder.get(f"/mp/v1/certificates/{self.certificate['id']}")
        expect(old["standing"] == "superseded" and old["superseded_by_id"] == signed["id"], f"旧证明：{old}")
        page = self.cast.stranger.answer("GET", acts.path_of(self.certificate["verify_url"]))
        judges.contains("".join(page.text.split()), ["已更正", self.corrected["number"]], "旧证明的公众页")
        page = self.cast.stranger.answer("GET", acts.path_of(self.corrected["verify_url"]))
        expect("有效" in page.text and "已更正" not in page.text, "新证明的公众页应说有效")

    # -- helpers --------------------------------------------------------------------------------------------------

    def _facts(self, title: str, item: str) -> acts.Facts:
        words = {
            "disaster_damage": "去年七月发大水，我家住的老屋后墙倒了",
            "residence": "我一直住在村里的老屋，要给单位看",
        }
        return {
            "organisation_id": self.cast.home["id"],
            "title": title,
            "item_code": item,
            "purpose": "向单位请假",
            "receiver": "深圳市远方建设有限公司",
            "receiver_in_city": False,
            "words": words[item],
        }

    def _issue(self, application: str, text: str) -> acts.Facts:
        acts.forward(self.cast.clerk, application, text)
        path = f"{acts.of_committee(application)}/approve"
        signed = self.cast.approver.post(path, acts.signing(self.cast.approver, application))
        return acts.sealed(lambda: self.holder.get(f"/mp/v1/certificates/{signed['id']}"))

    def _card(self, kind: str) -> Any:
        cards = self.holder.get("/mp/v1/wallet")["items"]
        return next((card for card in cards if card["kind"] == kind), None)

    def _certificate_card(self) -> Any:
        def card() -> Any:
            found = self._card("certificate")
            return found if found and found["showable"] else None

        return until(card, "卡包里没有可以亮的证明")

    def _looks(self, kind: str) -> list[acts.Facts]:
        item = self._certificate_card()["id"]
        looks: list[acts.Facts] = self.holder.get(f"/mp/v1/wallet/{item}/looks")["items"]
        return [look for look in looks if look["kind"] == kind]
