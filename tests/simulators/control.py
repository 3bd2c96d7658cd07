"""Handles for tests, the demo and the walk: what a test may do to a simulator, over its HTTP control path."""

import re
from types import TracebackType
from typing import Any, Self

import httpx

from tests.simulators.base import CONTROL


class Control:
    """What every simulator can be told. Also a context manager that closes its connection."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.Client(base_url=url + CONTROL, trust_env=False, timeout=10)

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def tell(self, name: str, /, **facts: Any) -> Any:
        return self._http.post(name, json=facts).raise_for_status().json()

    def ask(self, name: str, /, **query: str) -> Any:
        return self._http.get(name, params=query).raise_for_status().json()

    def fault(
        self, kind: str, value: Any = None, *, times: int | None = None, path: str | None = None
    ) -> None:
        """Misbehave so from now on, `times` times; kinds: see `base.Fault`."""
        self.tell("faults", kind=kind, value=value, times=times, path=path)

    def errcode(self, code: int | str, *, times: int | None = 1, path: str | None = None) -> None:
        """Answer the next `times` calls with this error."""
        self.fault("errcode", code, times=times, path=path)

    def down(self, *, times: int | None = None) -> None:
        self.fault("status", 503, times=times)

    def slow(self, seconds: float, *, times: int | None = None) -> None:
        """Act, but answer so much later, or when `well` is called."""
        self.fault("slow", seconds, times=times)

    def well(self) -> None:
        """No faults any more."""
        self._http.delete("faults").raise_for_status()

    def calls(self, label: str | None = None) -> int:
        """How many calls came since the reset: of this path (WeChat) or action (Tencent), or in all."""
        return sum(label in (None, call) for call in self.ask("calls"))

    def advance(self, seconds: float) -> None:
        """Move the simulator's clock."""
        self.tell("advance", seconds=seconds)

    def reset(self) -> None:
        self.tell("reset")


class WeChatControl(Control):
    """Be a phone with WeChat."""

    def js_code(self, openid: str, *, unionid: str | None = None, high_risk: bool = False) -> str:
        """What wx.login gives the phone of this user."""
        return str(self.tell("js_codes", openid=openid, unionid=unionid, high_risk=high_risk)["code"])

    def phone_code(self, phone: str, openid: str | None = None) -> str:
        """What the getPhoneNumber button gives."""
        return str(self.tell("phone_codes", phone=phone, openid=openid)["code"])

    def grant(self, openid: str, template_id: str, *, times: int = 1) -> None:
        """The user accepts a subscription message: one accept, one send."""
        self.tell("grants", openid=openid, template_id=template_id, times=times)

    def template(self, template_id: str, *keys: str) -> None:
        """From the first one on, unknown templates are refused (40037) and keys must fit."""
        self.tell("templates", template_id=template_id, keys=keys)

    def messages(self, openid: str | None = None) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("messages", **({"openid": openid} if openid else {}))
        return found

    def hold_up_face(self, verify_id: str, verify_ret: int = 10000) -> bool:
        """The user does the face check, with this outcome; False if it is too late."""
        return bool(self.tell("faces", verify_id=verify_id, verify_ret=verify_ret)["done"])

    def spoil_token(self, errcode: int = 40001) -> None:
        """Make the present access token bad; there is a new one."""
        self.tell("spoil_token", errcode=errcode)


class SmsControl(Control):
    """Be a phone with a number."""

    def messages(self, phone: str | None = None) -> list[dict[str, Any]]:
        """Oldest first: phone, template_id, params, serial, at."""
        found: list[dict[str, Any]] = self.ask("messages", **({"phone": phone} if phone else {}))
        return found

    def code(self, phone: str) -> str:
        """The newest code (4 to 6 digits) sent to this phone."""
        params = (param for message in reversed(self.messages(phone)) for param in message["params"])
        return next(str(param) for param in params if re.fullmatch(r"\d{4,6}", param))

    def refuse_number(self, phone: str, code: str = "FailedOperation.PhoneNumberInBlacklist") -> None:
        """`phone` with +86."""
        self.tell("numbers", phone=phone, code=code)

    def limits(
        self, *, in_30_seconds: int | None = None, hourly: int | None = None, daily: int | None = None
    ) -> None:
        """Per number; what is not given is unlimited."""
        given = {"30": in_30_seconds, "3600": hourly, "86400": daily}
        self.tell("limits", **{seconds: count for seconds, count in given.items() if count is not None})


class LocationControl(Control):
    """Be the map."""

    def place(self, latitude: float, longitude: float, **facts: str) -> None:
        """What stands there: adcode, province, city, district, and perhaps town_id, town, village."""
        self.tell("places", latitude=latitude, longitude=longitude, **facts)


class RealNameControl(Control):
    """Be the register."""

    def register(self, name: str, id_number: str) -> None:
        self.tell("persons", name=name, id_number=id_number)

    def daily_limit(self, limit: int) -> None:
        self.tell("daily_limit", limit=limit)
