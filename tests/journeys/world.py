"""Where the journey is made: the product's address, and the simulators that stand for WeChat, SMS and the register."""

import secrets
import time
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.journeys.phone import Phone, Untruth

STAFF_PIN = "739214"
CLERK, APPROVER, DEPUTY = "13800000011", "13800000012", "13800000013"
TOWN, COUNTER = "13800000021", "13800000031"
VILLAGE_WORDS, VILLAGE_CODE = "柏树村", "421224102206"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True)
class World:
    """Addresses; by default the simulators answer on the three ports after the product's."""

    base_url: str
    wechat_url: str
    sms_url: str
    realname_url: str

    @classmethod
    def at(cls, base_url: str) -> "World":
        parts = urlsplit(base_url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        urls = [f"{parts.scheme}://{parts.hostname}:{port + offset}" for offset in (1, 2, 3)]
        return cls(base_url.rstrip("/"), *urls)

    def phone(self) -> Phone:
        """A phone that has never been here."""
        return Phone(self.base_url)

    def tell(self, url: str, name: str, /, **facts: Any) -> Any:
        """Order something from a simulator."""
        answer = httpx.post(f"{url}/__control__/{name}", json=facts, timeout=10, trust_env=False)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def sms_code(self, phone: str, *, after: int) -> str:
        """The code in the newest message to this phone, once there are more than `after`."""
        return str(until(lambda: self._newest_code(phone, after), "短信验证码没有送到"))

    def sms_count(self, phone: str) -> int:
        """How many messages this phone has had."""
        return len(self._messages(phone))

    def _messages(self, phone: str) -> list[dict[str, Any]]:
        url = f"{self.sms_url}/__control__/messages"
        found: list[dict[str, Any]] = httpx.get(
            url, params={"phone": phone}, timeout=10, trust_env=False
        ).json()
        return found

    def _newest_code(self, phone: str, after: int) -> str | None:
        messages = self._messages(phone)
        if len(messages) <= after:
            return None
        digits = [param for param in messages[-1]["params"] if str(param).isdigit() and len(str(param)) == 6]
        return str(digits[0]) if digits else None


def until(look: Any, complaint: str, seconds: float = 20.0) -> Any:
    """Look again and again until there is something; else complain."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise Untruth(complaint)


@dataclass(frozen=True)
class NewPerson:
    """Somebody nobody has seen: made up anew for each journey."""

    name: str
    id_number: str
    phone: str
    openid: str

    @classmethod
    def make(cls, name: str = "阿依古丽·王䶮", area: str = "421224") -> "NewPerson":
        born = date(1968, 1, 1) + timedelta(days=secrets.randbelow(9000))
        first = f"{area}{born:%Y%m%d}{secrets.randbelow(1000):03d}"
        total = sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True))
        phone = f"19{secrets.randbelow(10**9):09d}"
        return cls(name, first + "10X98765432"[total % 11], phone, f"oJourney{secrets.token_hex(10)}")
