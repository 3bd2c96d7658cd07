"""The main job, whole: a worker far from home gets a sealed certificate on a phone, and a counter believes it."""

import io
import secrets
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
from PIL import Image

from tests.journeys import acts, judges
from tests.journeys.phone import Untruth, expect
from tests.journeys.world import (
    APPROVER,
    CLERK,
    COUNTER,
    STAFF_PIN,
    VILLAGE_CODE,
    VILLAGE_WORDS,
    NewPerson,
    World,
    until,
)

FORBIDDEN_WORDS = "证明我妈是我妈"
WORDS = "去年七月发大水，我家住的老屋后墙倒了，现在要给工地上的领导看，请假回去修房子"
EDITED = "2025年7月连降暴雨，该户位于本村三组的房屋后墙倒塌，情况属实。"


class Journey:
    """One walk; each step leaves what the next needs."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.person = NewPerson.make()
        self.worker, self.clerk, self.approver, self.counter, self.stranger = (
            world.phone() for _ in range(5)
        )
        self.village: dict[str, Any] = {}
        self.application = ""
        self.certificate: dict[str, Any] = {}
        self.pdf = b""
        self.qr = ""

    def steps(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """The story, in order."""
        yield "检验工具齐全，服务在线", self.everything_is_there
        yield "务工人员用微信登录，绑定手机号", self.log_in_by_wechat
        yield "实名认证与单独同意", self.confirm_name
        yield "“证明我妈是我妈”当场告知不用开", self.told_at_once
        yield "按拼音首字母、身份证住址、所在位置找到家乡的村", self.find_village
        yield "写草稿，自动保存", self.write_draft
        yield "分片上传一张带定位信息的照片，断了再续", self.upload_photo
        yield "提交，得到承诺期限", self.submit
        yield "重复提交只算一次", self.submit_again
        yield "村文书登录，在待办里看到它", self.clerk_logs_in
        yield "别村看不到它", self.others_do_not_see
        yield "文书认领、看材料、改正文、送签", self.clerk_works
        yield "申请人看到修改痕迹和受理回执", self.citizen_sees_changes
        yield "负责人输错 PIN 被拒，输对后签批", self.approve
        yield "证明盖章后进入卡包", self.certificate_arrives
        yield "下载 PDF:数字签名有效，改一个字节即无效", self.pdf_is_sealed
        yield "PDF 上写的与电子数据一致", self.pdf_says_the_same
        yield "打印页上的二维码解得出", self.qr_is_readable
        yield "陌生人扫纸上的码，看到真伪与状态", self.stranger_scans
        yield "输入查验码才能比对正文", self.check_code_opens_text
        yield "窗口登录，扫亮证码：有效，只见所选范围", self.counter_scans
        yield "同一个亮证码换一个窗口不能再用", self.second_verifier
        yield "改动、伪造、外来的码都认得出", self.hostile_codes
        yield "持证人看得到谁查过", self.holder_sees_looks
        yield "进度按岗位显示，不出现工作人员姓名", self.timeline_by_post
        yield "吊销后立即查得", self.revoked_at_once

    # -- the worker ---------------------------------------------------------------------------------------------

    def everything_is_there(self) -> None:
        judges.tools_are_there()
        expect(self.stranger.answer("GET", "/readyz").status_code == 200, "服务没有就绪")
        for url in (self.world.wechat_url, self.world.sms_url, self.world.realname_url):
            httpx.get(url, timeout=5, trust_env=False)

    def log_in_by_wechat(self) -> None:
        code = acts.log_in_by_wechat(self.world, self.worker, self.person)
        self.stranger.refused("POST", "/mp/v1/auth/wechat-login", status=422, json={"code": code})

    def confirm_name(self) -> None:
        acts.register(self.world, self.person)
        self.worker.refused("GET", "/mp/v1/wallet", status=403, code="real_name_required")
        acts.consent(self.worker)
        attempt = acts.ask_real_name(self.worker, self.person)
        expect(attempt["state"] == "matched", f"实名认证应当通过：{attempt}")
        me = self.worker.get("/mp/v1/me")
        expect(self.person.id_number not in str(me) and self.person.name not in str(me), "本人资料默认遮盖")

    def told_at_once(self) -> None:
        answer = self.stranger.post("/mp/v1/necessity", {"words": FORBIDDEN_WORDS})
        expect(
            answer["needed"] is False and answer["finding"]["key"] == "kinship", f"应认出亲属关系：{answer}"
        )
        expect("公安" in str(answer) or "户口" in str(answer), "应告知由谁掌握这个事实")

    def find_village(self) -> None:
        found = self.worker.get("/mp/v1/organisations", params={"words": "bscun"})["items"]
        found += self.worker.get("/mp/v1/organisations", params={"words": VILLAGE_WORDS})["items"]
        here = [one for one in found if one["division_code"] == VILLAGE_CODE]
        expect(bool(here), "应能按名称找到柏树村")
        for hint in (
            {"address": "湖北省通山县黄沙铺镇柏树村3组12号"},
            {"latitude": "29.742", "longitude": "114.642"},
        ):
            answer = self.worker.get("/mp/v1/organisations", params=hint)
            first = answer["items"][0] if answer["items"] else None
            expect(
                first is not None and first["division_code"] == VILLAGE_CODE, f"{hint} 应找到柏树村：{answer}"
            )
        expect(bool(here[0]["phone"]), "村委会的电话应当公开")
        self.village = here[0]

    def write_draft(self) -> None:
        body = {"organisation_id": self.village["id"], "words": "去年"}
        draft = self.worker.post("/mp/v1/applications", body)
        self.application = f"/mp/v1/applications/{draft['id']}"
        whole = {
            "organisation_id": self.village["id"],
            "title": "房屋受灾情况证明",
            "item_code": "disaster_damage",
            "purpose": "向单位请假",
            "receiver": "深圳市远方建设有限公司",
            "receiver_in_city": False,
            "words": WORDS,
        }
        self.worker.put(self.application, whole)
        expect(self.worker.get(self.application)["words"] == WORDS, "草稿应当原样保存")
        self.stranger.refused("GET", self.application, status=401)

    def upload_photo(self) -> None:
        acts.upload(self.worker, self.application, acts.photo_with_place(), "后墙照片", twice=True)
        evidence = self.worker.get(self.application)["evidence"]
        expect(len(evidence) == 1 and evidence[0]["media_type"] == "image/jpeg", f"应有一份材料：{evidence}")

    def submit(self) -> None:
        self.key = secrets.token_hex(8)
        answer = self.worker.post(f"{self.application}/submit", {}, key=self.key)
        expect(answer["state"] == "submitted", f"应为已提交：{answer['state']}")
        judges.moment(answer["due_at"])

    def submit_again(self) -> None:
        answer = self.worker.answer("POST", f"{self.application}/submit", json={}, key=self.key)
        expect(
            answer.status_code == 200 and answer.headers.get("Idempotency-Replayed") == "true",
            "重复提交应得到第一次的答复",
        )
        self.worker.refused("POST", f"{self.application}/submit", json={}, status=409)

    # -- the committee ------------------------------------------------------------------------------------------

    def clerk_logs_in(self) -> None:
        acts.log_in_by_sms(self.world, self.clerk, CLERK)
        rows = acts.inbox(self.clerk, "unclaimed")
        expect(self._id in rows, "文书的待办里应有这件申请")
        expect(self.person.name not in rows[self._id]["holder_name"], "列表里姓名应当遮盖")

    def others_do_not_see(self) -> None:
        acts.log_in_by_sms(self.world, self.counter, COUNTER)
        self.counter.refused("GET", f"/mp/v1/committee/applications/{self._id}", status=403)

    def clerk_works(self) -> None:
        path = f"/mp/v1/committee/applications/{self._id}"
        self.clerk.post(f"{path}/claim")
        seen = self.clerk.get(path)
        expect(len(seen["evidence"]) == 1, "文书应看到一份材料")
        link = self.clerk.post(f"{self.application}/evidence/{seen['evidence'][0]['id']}/link")["url"]
        self._photo_is_clean(link)
        edited = self.clerk.put(f"{path}/text", {"text": EDITED, "row_version": seen["row_version"]})
        self.clerk.post(f"{path}/forward", {"row_version": edited["row_version"]})

    def _photo_is_clean(self, link: str) -> None:
        answer = self.clerk.answer("GET", acts.path_of(link))
        expect(answer.status_code == 200, f"材料应能打开：{answer.status_code}")
        expect(not Image.open(io.BytesIO(answer.content)).getexif(), "照片里的定位等信息应已清除")

    def citizen_sees_changes(self) -> None:
        versions = self.worker.get(f"{self.application}/changes")["items"]
        newest = max(versions, key=lambda version: version["serial"])
        kept = "".join(change["text"] for change in newest["changes"] if change["op"] != "delete")
        expect(kept == EDITED, f"申请人应看到正文的修改：{kept}")
        expect(newest["by_post"] and "陈㛃" not in str(newest), "修改痕迹按岗位显示")
        until(lambda: "receipt" in str(self.worker.get("/mp/v1/wallet")), "卡包里应有受理回执")

    def approve(self) -> None:
        acts.log_in_by_sms(self.world, self.approver, APPROVER)
        expect(self._id in acts.inbox(self.approver, "to_sign"), "负责人的待签批里应有这件申请")
        path = f"/mp/v1/committee/applications/{self._id}/approve"
        signing = acts.signing(self.approver, self.application)
        unread = self.approver.refused("POST", path, json={"pin": STAFF_PIN}, status=422)
        expect("json.digest" in unread["errors"], f"没有预览就签批，应当指明：{unread}")
        other = {**signing, "digest": "0" * 64}
        self.approver.refused("POST", path, json=other, status=409, code="changed_since_preview")
        wrong = {**signing, "pin": "000000"}
        self.approver.refused("POST", path, json=wrong, status=403, code="wrong_pin")
        self.clerk.refused("POST", path, json=signing, status=403)
        certificate = self.approver.post(path, signing)
        expect(
            "证" in certificate["number"] and "〔" in certificate["number"], f"文号：{certificate['number']}"
        )
        self.certificate = certificate

    # -- the paper ----------------------------------------------------------------------------------------------

    def certificate_arrives(self) -> None:
        path = f"/mp/v1/certificates/{self.certificate['id']}"
        self.certificate = acts.sealed(lambda: self.worker.get(path))

        def card() -> Any:
            seen = self._card("certificate")
            return seen if seen and seen["state"] == "in_force" and seen["showable"] else None

        until(card, "卡包里没有这份有效的证明")

    def pdf_is_sealed(self) -> None:
        self.pdf = acts.pdf(self.worker, f"/mp/v1/certificates/{self.certificate['id']}/pdf")
        root = acts.city_root(self.stranger)
        signer = judges.seal_is_valid(self.pdf, root)
        expect("柏树村" in signer, f"签章单位应是柏树村：{signer}")
        try:
            judges.seal_is_valid(judges.altered(self.pdf), root)
        except Exception:  # any complaint of the judge will do
            return
        raise Untruth("改动过的 PDF 仍被认为有效")

    def pdf_says_the_same(self) -> None:
        text = judges.page_text(self.pdf)
        facts = self.certificate
        parts = [facts["number"], facts["title"], facts["receiver"], facts["purpose"], EDITED]
        judges.contains(text, [*parts, self.person.name, self.person.id_number], "PDF")
        expect(facts["body"].find(EDITED) >= 0, "电子数据里应是同一段正文")

    def qr_is_readable(self) -> None:
        self.qr = judges.qr_on(judges.page_picture(self.pdf))
        expect("/V/" in self.qr and self.qr == self.qr.upper(), f"二维码内容：{self.qr[:60]}")
        expect(self.qr.rsplit("/", 1)[1].isdecimal(), "二维码最后一段应是十进制数字")

    # -- those who check ----------------------------------------------------------------------------------------

    def stranger_scans(self) -> None:
        page = self.stranger.answer("GET", acts.path_of(self.qr))
        expect(
            page.status_code == 200 and len(page.content) < 30_000,
            f"公众页：{page.status_code} {len(page.content)} 字节",
        )
        judges.contains("".join(page.text.split()), ["有效", self.certificate["number"]], "公众页")
        for secret in (self.person.name, self.person.id_number, EDITED):
            expect(secret not in page.text, "公众页不应出现全名、证件号或正文")
        expect("<script" not in page.text, "公众页不用脚本")
        expect("default-src 'none'" in page.headers["content-security-policy"], "公众页应有严格的 CSP")

    def check_code_opens_text(self) -> None:
        path = acts.path_of(self.qr)
        wrong = self._type_check_code(path, "AAAAAAAA")
        expect(EDITED not in wrong.text, "查验码不对时不应显示正文")
        right = self._type_check_code(path, self.certificate["check_code"])
        expect(EDITED in right.text, "查验码正确时应显示正文供比对")

    def _type_check_code(self, path: str, code: str) -> httpx.Response:
        page = self.stranger.answer("GET", path)
        fields = _hidden_fields(page.text)
        origin = f"{urlsplit(self.world.base_url).scheme}://{urlsplit(self.world.base_url).netloc}"
        return self.stranger.answer(
            "POST",
            _form_action(page.text, path),
            data={**fields, "check_code": code},
            headers={"Origin": origin},
        )

    def counter_scans(self) -> None:
        item = self._card("certificate")["id"]
        self.shown = self.worker.post(
            "/mp/v1/showcodes", {"item_id": item, "scope": "name", "purpose": "办理请假"}
        )
        svg = self.worker.answer("GET", f"/mp/v1/showcodes/{self.shown['id']}/qr.png")
        drawn = judges.qr_on(Image.open(io.BytesIO(svg.content)))
        expect(drawn == self.shown["text"], "图里的码应与文字一致")
        verdict = self.counter.post("/mp/v1/counter/verify", {"text": drawn, "matter": "职工请假"})
        expect(verdict["word"] == "有效", f"窗口看到：{verdict['word']} {verdict['sentence']}")
        seen = {fact["key"]: fact["value"] for fact in verdict["facts"]}
        expect(seen.get("holder") == self.person.name and "body" not in seen, f"范围应只到姓名：{seen}")
        again = self.counter.post("/mp/v1/counter/verify", {"text": drawn, "matter": "职工请假"})
        expect(again["word"] == "有效", "同一窗口网络重试应得到同样的答复")

    def second_verifier(self) -> None:
        page = self.stranger.answer("GET", acts.path_of(self.shown["text"]))
        expect(
            page.status_code == 200 and self.certificate["number"] not in page.text,
            "打开 /S/ 不应透露任何内容",
        )
        officer = self.world.phone()
        acts.log_in_by_sms(self.world, officer, "13800000032")
        verdict = officer.post("/mp/v1/counter/verify", {"text": self.shown["text"], "matter": "社保"})
        expect(verdict["reason"] == "show_used" and not verdict["facts"], f"第二个窗口看到：{verdict}")

    def hostile_codes(self) -> None:
        head, digits = self.qr.rsplit("/", 1)
        flipped = head + "/" + digits[:-30] + str((int(digits[-30]) + 1) % 10) + digits[-29:]
        for text, word in (
            (flipped, "不可信"),
            (head + "/" + digits[: len(digits) // 2], "不是本系统的码"),
            ("HTTPS://OTHER.EXAMPLE.CN/V/" + digits, "不是本系统的码"),
            ("wxp://f2f0abc", "不是本系统的码"),
            ("https://www.example.com/a", "不是本系统的码"),
            ("9" * 19_000, "不是本系统的码"),
        ):
            verdict = self.counter.post("/mp/v1/counter/verify", {"text": text, "matter": "试"})
            expect(
                verdict["word"] == word,
                f"{text[:30]}…{text[-9:]}:{verdict['word']} {verdict['reason']}，应为{word}",
            )

    def holder_sees_looks(self) -> None:
        item = self._card("certificate")["id"]
        looks = self.worker.get(f"/mp/v1/wallet/{item}/looks")["items"]
        scans = [look for look in looks if look["kind"] == "scan"]
        expect(
            any(
                look["matter"] == "职工请假" and "政务服务中心" in look["organisation_name"] for look in scans
            ),
            f"应看到窗口的查验：{scans}",
        )
        expect(
            any(look["verdict"] == "已过期" or look["reason"] == "show_used" for look in scans),
            "失败的查验也应看到",
        )

    def timeline_by_post(self) -> None:
        timeline = str(self.worker.get(f"{self.application}/timeline"))
        expect("村委会主任" in timeline and "村委会文书" in timeline, "进度应按岗位显示")
        expect(
            "王䶮" not in timeline.replace(self.person.name, "") and "陈㛃" not in timeline,
            "进度里不应出现工作人员姓名",
        )

    def revoked_at_once(self) -> None:
        path = f"/mp/v1/committee/certificates/{self.certificate['id']}/revoke"
        body = {"pin": STAFF_PIN, "reason_code": "issued_in_error", "words": "倒塌时间写错，另行出具"}
        self.approver.post(path, body)
        page = self.stranger.answer("GET", acts.path_of(self.qr))
        judges.contains("".join(page.text.split()), ["已吊销", "倒塌时间写错"], "吊销后的公众页")
        verdict = self.counter.post("/mp/v1/counter/verify", {"text": self.qr, "matter": "职工请假"})
        expect(verdict["word"] == "已吊销", f"窗口看到：{verdict['word']}")

    # -- helpers ------------------------------------------------------------------------------------------------

    @property
    def _id(self) -> str:
        return self.application.rsplit("/", 1)[1]

    def _card(self, kind: str) -> Any:
        cards = self.worker.get("/mp/v1/wallet")["items"]
        return next((card for card in cards if card["kind"] == kind), None)


def _hidden_fields(page: str) -> dict[str, str]:
    import re

    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return dict(found)


def _form_action(page: str, path: str) -> str:
    import re

    found = re.search(r'<form[^>]*action="([^"]*)"', page)
    return found.group(1) if found and found.group(1) else path
