"""What people do in every journey: log in, confirm their name, apply, upload, wait for the seal."""

import io
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from PIL import Image

from tests.journeys.phone import Phone, expect
from tests.journeys.world import STAFF_PIN, NewPerson, World, until

Facts = dict[str, Any]
_CONSENTS = ("privacy_policy", "id_number")


def take(phone: Phone, tokens: Facts) -> None:
    """The phone keeps what the log-in answered."""
    phone.token, phone.refresh_token = tokens["access_token"], tokens["refresh_token"]


def log_in_by_sms(world: World, phone: Phone, number: str) -> None:
    """As a browser does: the code in the newest message."""
    had = world.sms_count(number)
    phone.post("/mp/v1/auth/sms-codes", {"phone": number})
    code = world.sms_code(number, after=had)
    take(
        phone,
        phone.post("/mp/v1/auth/sms-login", {"phone": number, "code": code, "device_name": "浏览器"}),
    )


def log_in_by_wechat(world: World, phone: Phone, person: NewPerson) -> str:
    """With WeChat, then its telephone number; answers the js code, which is spent."""
    code = str(world.tell(world.wechat_url, "js_codes", openid=person.openid)["code"])
    take(phone, phone.post("/mp/v1/auth/wechat-login", {"code": code, "device_name": "红米"}))
    given = world.tell(world.wechat_url, "phone_codes", phone=person.phone, openid=person.openid)
    account = phone.post("/mp/v1/auth/phone", {"code": given["code"]})["account"]
    expect(account["phone"].startswith("19") and "****" in account["phone"], "手机号应当遮盖显示")
    return code


def consent(phone: Phone) -> None:
    """The consents that real-name needs, each given apart."""
    for offered in phone.get("/mp/v1/me/consents")["items"]:
        if offered["kind"] in _CONSENTS:
            body = {"kind": offered["kind"], "text_version": offered["version"]}
            phone.post("/mp/v1/me/consents", body)


def register(world: World, person: NewPerson) -> None:
    """The simulated national register knows this person."""
    world.tell(world.realname_url, "persons", name=person.name, id_number=person.id_number)


def ask_real_name(phone: Phone, person: NewPerson) -> Facts:
    """Name and number as the person types them; how the check stands."""
    body = {"name": person.name, "id_number": person.id_number.lower()}
    answer: Facts = phone.post("/mp/v1/auth/real-name", body)
    return answer


def settle(world: World, phone: Phone, person: NewPerson) -> None:
    """From a phone never seen to a confirmed person."""
    register(world, person)
    log_in_by_wechat(world, phone, person)
    consent(phone)
    attempt = ask_real_name(phone, person)
    expect(attempt["state"] == "matched", f"实名认证应当通过：{attempt}")


def village(phone: Phone, words: str, code: str) -> Facts:
    """The committee of that division, found by words."""
    found: list[Facts] = phone.get("/mp/v1/organisations", params={"words": words})["items"]
    here = [one for one in found if one["division_code"] == code]
    expect(bool(here), f"应能按“{words}”找到 {code}")
    return here[0]


def upload(phone: Phone, application: str, content: bytes, label: str, *, twice: bool = False) -> Facts:
    """A file in parts; `twice` sends the first again, as on a bad network. Answers the evidence."""
    started = phone.post(f"{application}/uploads", {"size": len(content), "label": label})
    path, size = f"{application}/uploads/{started['id']}", started["part_size"]
    parts = [content[start : start + size] for start in range(0, len(content), size)]
    for number in (*([1] if twice else []), *range(1, len(parts) + 1)):
        answer = phone.answer(
            "POST",
            f"{path}/parts/{number}",
            content=parts[number - 1],
            headers={"Content-Type": "application/octet-stream"},
        )
        expect(answer.is_success, f"分片 {number}:{answer.status_code} {answer.text[:300]}")
    kept: Facts = phone.post(f"{path}/complete")
    return kept


def apply(phone: Phone, facts: Facts, *, confirm_duplicate: bool = False) -> str:
    """Draft and submit for oneself; the application's path."""
    draft = phone.post("/mp/v1/applications", facts)
    path = f"/mp/v1/applications/{draft['id']}"
    answer = phone.post(f"{path}/submit", {"confirm_duplicate": confirm_duplicate})
    expect(answer["state"] == "submitted", f"应为已提交：{answer['state']} {answer.get('findings')}")
    return path


def of_committee(application: str) -> str:
    """The same application, where staff see it."""
    return f"/mp/v1/committee/applications/{application.rsplit('/', 1)[1]}"


def forward(clerk: Phone, application: str, text: str, *, claim: bool = True) -> Facts:
    """Claim, word and forward; the application as the clerk sees it then."""
    path = of_committee(application)
    if claim:
        clerk.post(f"{path}/claim")
    seen = clerk.get(path)
    edited = clerk.put(f"{path}/text", {"text": text, "row_version": seen["row_version"]})
    forwarded: Facts = clerk.post(f"{path}/forward", {"row_version": edited["row_version"]})
    expect(forwarded["state"] == "approving", f"应为待签批：{forwarded['state']}")
    return forwarded


def signing(approver: Phone, application: str) -> Facts:
    """The approver reads the preview, then types the PIN."""
    read = approver.get(f"{of_committee(application)}/document")
    expect(not read["faults"], f"预览应当没有问题：{read['faults']}")
    return {"pin": STAFF_PIN, "digest": read["digest"]}


def inbox(phone: Phone, tab: str) -> Facts:
    """The rows of a tab by id."""
    rows = phone.get("/mp/v1/committee/inbox", params={"tab": tab, "limit": 100})["items"]
    return {row["id"]: row for row in rows}


def sealed(look: Callable[[], Facts]) -> Facts:
    """The certificate once it is in force and its PDF is there."""

    def ready() -> Any:
        seen = look()
        return seen if seen["standing"] == "in_force" and seen["pdf_ready"] else None

    done: Facts = until(ready, "证明没有按时签章完成")
    return done


def pdf(phone: Phone, path: str) -> bytes:
    """A PDF that must be there."""
    answer = phone.answer("GET", path)
    expect(
        answer.status_code == 200 and answer.content.startswith(b"%PDF-"),
        f"{path} 应下载到 PDF:{answer.status_code} {answer.text[:200]}",
    )
    return answer.content


def ready_pdf(phone: Phone, path: str) -> bytes | None:
    """The PDF, or None while it is being sealed."""
    answer = phone.answer("GET", path)
    if answer.status_code == 409 and answer.json()["code"] == "paper_not_ready":
        return None
    return pdf(phone, path)


def city_root(phone: Phone) -> bytes:
    """The published certificate that every seal must lead to."""
    return phone.answer("GET", "/.well-known/city-root.pem").content


def path_of(url: str) -> str:
    """Path and query of an address."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def photo_with_place() -> bytes:
    """A JPEG of more than one part, with GPS in its EXIF."""
    picture = Image.effect_noise((900, 700), 80).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = "Xiaomi"
    exif.get_ifd(0x8825)[2] = (29.0, 36.0, 12.0)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=90, exif=exif)
    return buffer.getvalue()
