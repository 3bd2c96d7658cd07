"""By other doors: the desk by phone, a stolen refresh token, a name the register does not know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tests.journeys import acts
from tests.journeys.phone import Phone, expect
from tests.journeys.world import NewPerson

if TYPE_CHECKING:
    from tests.journeys.assisted import Cast

_DESK = "/mp/v1/auth/desk-logins"
_HONG_KONG = "810000"


class Entrances:
    """Each step brings its own people."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast

    def steps(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """In order."""
        yield "电脑出二维码，窗口手机扫码，数字输错被拒，输对登录", self.desk_log_in
        yield "数字错三次，二维码作废", self.desk_code_dies
        yield "旧的续期凭证被人再用，这台设备退出登录", self.stolen_token
        yield "姓名与号码不一致，改到村里当面确认", self.mismatch
        yield "港澳居民居住证不能在线核验，文书看证件后确认", self.hong_kong

    # -- the desk -------------------------------------------------------------------------------------------------

    def desk_log_in(self) -> None:
        browser, started = self._start()
        poll = {"browser_secret": started["browser_secret"]}
        waiting = browser.post(f"{_DESK}/poll", poll)
        expect(waiting["state"] == "waiting" and not waiting["access_token"], f"应在等待：{waiting}")
        self._wrong_digits(started)
        right = {"qr_text": started["qr_text"], "digits": started["digits"]}
        self.cast.counter.post(f"{_DESK}/confirm", right)
        browser.token = browser.post(f"{_DESK}/poll", poll)["access_token"]
        expect(bool(browser.token), "确认后应得到登录凭证")
        browser.get("/mp/v1/counter/scans")
        again = browser.post(f"{_DESK}/poll", poll)
        expect(again["state"] == "taken" and not again["access_token"], f"凭证只给一次：{again}")
        expect(started["browser_secret"] not in started["qr_text"], "二维码里不应有浏览器的凭证")

    def desk_code_dies(self) -> None:
        browser, started = self._start()
        for _ in range(3):
            self._wrong_digits(started)
        right = {"qr_text": started["qr_text"], "digits": started["digits"]}
        self.cast.counter.refused("POST", f"{_DESK}/confirm", json=right, status=409, code="desk_login_over")
        state = browser.post(f"{_DESK}/poll", {"browser_secret": started["browser_secret"]})["state"]
        expect(state == "refused", f"二维码应已作废：{state}")

    def _start(self) -> tuple[Phone, acts.Facts]:
        browser = self.cast.world.phone()
        return browser, browser.post(_DESK)

    def _wrong_digits(self, started: acts.Facts) -> None:
        wrong = f"{(int(started['digits']) + 1) % 100:02d}"
        body = {"qr_text": started["qr_text"], "digits": wrong}
        self.cast.counter.refused("POST", f"{_DESK}/confirm", json=body, status=422, code="wrong_digits")

    # -- the stolen token -----------------------------------------------------------------------------------------

    def stolen_token(self) -> None:
        phone, path = self.cast.world.phone(), "/mp/v1/auth/refresh"
        acts.log_in_by_wechat(self.cast.world, phone, NewPerson.make())
        stolen = {"refresh_token": phone.refresh_token}
        for _ in range(2):
            acts.take(phone, phone.post(path, {"refresh_token": phone.refresh_token}))
        phone.get("/mp/v1/me")
        thief = self.cast.world.phone()
        thief.refused("POST", path, json=stolen, status=401, code="token_replayed")
        phone.refused("GET", "/mp/v1/me", status=401)
        newest = {"refresh_token": phone.refresh_token}
        phone.refused("POST", path, json=newest, status=401, code="session_ended")

    # -- at the desk of the village -------------------------------------------------------------------------------

    def mismatch(self) -> None:
        person, phone = NewPerson.make("李建国"), self.cast.world.phone()
        acts.register(self.cast.world, NewPerson("李建囯", person.id_number, "", ""))
        attempt = self._ask(phone, person)
        expect(attempt["state"] == "mismatched" and "当面" in attempt["words"], f"应为不一致：{attempt}")
        self._confirm(phone, person, phone.post("/mp/v1/auth/real-name/desk"), "id_card")

    def hong_kong(self) -> None:
        person, phone = NewPerson.make("陳大文", area=_HONG_KONG), self.cast.world.phone()
        attempt = self._ask(phone, person)
        expect(attempt["state"] == "desk" and bool(attempt["desk_code"]), f"应为当面确认：{attempt}")
        self._confirm(phone, person, attempt, "residence_permit")

    def _ask(self, phone: Phone, person: NewPerson) -> acts.Facts:
        acts.log_in_by_wechat(self.cast.world, phone, person)
        acts.consent(phone)
        attempt = acts.ask_real_name(phone, person)
        phone.refused("GET", "/mp/v1/wallet", status=403, code="real_name_required")
        return attempt

    def _confirm(self, phone: Phone, person: NewPerson, attempt: acts.Facts, document: str) -> None:
        clerk, path = self.cast.clerk, "/mp/v1/people/confirmations"
        code = attempt["desk_code"]  # shown in two groups; the clerk may type the blank or not
        digits = code.replace(" ", "")
        wrong = {"code": f"{(int(digits) + 1) % 10**8:08d}", "document": document}
        clerk.refused("POST", path, json=wrong, status=404, code="desk_code_unknown")
        seen = clerk.post(f"{path}/look-up", {"code": code})
        expect((seen["name"], seen["id_number"]) == (person.name, person.id_number), "文书应看到要核对的资料")
        body = {"code": digits, "document": document}
        clerk.post(path, body)
        clerk.refused("POST", path, json=body, status=404, code="desk_code_unknown")
        expect(phone.get("/mp/v1/auth/real-name")["state"] == "matched", "手机上应显示已通过")
        phone.get("/mp/v1/wallet")
