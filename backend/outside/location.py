"""From a position to its place (逆地址解析): Tencent Location Service's WebService API, `/ws/geocoder/v1/`.

A look-up, so repeatable. The position goes out in the query and nowhere else: it is never stored, and no error
carries it. Status codes are the WebService API's own, answered with HTTP 200.
"""

from dataclasses import dataclass
from typing import Protocol

from backend.outside.errors import (
    Misconfigured,
    OutsideRefused,
    OutsideUnavailable,
    QuotaExceeded,
    Trouble,
)
from backend.outside.http import JsonObject, OutsideClient

SERVICE = "location"
_BUSY = 120  # too many calls this second
_QUOTA = frozenset({121, 122})  # of the day; of this address
#: Source not allowed, signature, address not allowed, feature not allowed, account blocked or unpaid, `sig` asked
#: for where it cannot be, key unknown, WebService switched off for the key, key missing, key misshapen.
_OURS = frozenset({110, 111, 112, 113, 123, 160, 161, 190, 199, 301, 311})


@dataclass(frozen=True)
class Place:
    """Where a position lies, as far as the service knows; empty where it does not.

    `adcode`: 6 digits of the county. `town_code`: 9 digits as the statistics office counts them, which may be a
    later edition than ours. `village`: the nearest one's name, which may be a hamlet's.
    """

    adcode: str
    district: str
    town_code: str = ""
    town: str = ""
    village: str = ""


class ReverseGeocoder(Protocol):
    """Where is this?"""

    def locate(self, latitude: float, longitude: float) -> Place:
        """Degrees, GCJ-02. Raises OutsideUnavailable, QuotaExceeded, Misconfigured, or OutsideRefused (no such
        position).
        """


class TencentLocation:
    """Needs a key whose WebService API is switched on."""

    def __init__(self, client: OutsideClient, *, key: str) -> None:
        self._client = client
        self._key = key

    def locate(self, latitude: float, longitude: float) -> Place:
        params = {"location": f"{latitude:.6f},{longitude:.6f}", "key": self._key, "get_poi": "0"}
        answer = self._client.call("GET", "/ws/geocoder/v1/", params=params, judge=_judge, repeatable=True)
        result = self._client.part(answer, "result")
        info = self._client.part(result, "ad_info")
        near = result.get("address_reference")
        near = near if isinstance(near, dict) else {}
        return Place(
            adcode=_text(info, "adcode"),
            district=_text(info, "district"),
            town_code=_text(near.get("town"), "id"),
            town=_text(near.get("town"), "title"),
            village=_text(near.get("village"), "title"),
        )


def _text(part: object, key: str) -> str:
    """A member that may be missing: the service leaves out what it does not know."""
    value = part.get(key) if isinstance(part, dict) else None
    return value if isinstance(value, str) else ""


def _judge(answer: JsonObject) -> None:
    status = answer.get("status")
    if isinstance(status, bool) or not isinstance(status, int):
        raise OutsideUnavailable(SERVICE, Trouble.UNREADABLE, "no status")
    reference = _text(answer, "request_id")
    if status == 0:
        return
    if status == _BUSY:
        raise OutsideUnavailable(SERVICE, Trouble.BUSY, f"status {status}")
    if status in _QUOTA:
        raise QuotaExceeded(SERVICE, str(status), reference)
    if status in _OURS:
        raise Misconfigured(SERVICE, str(status), reference)
    if 300 <= status < 400:
        raise OutsideRefused(SERVICE, str(status), reference)
    raise OutsideUnavailable(SERVICE, Trouble.STATUS, f"status {status}")
