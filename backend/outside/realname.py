"""The real-name check (实名核验) of name and ID number: Tencent Cloud's action IdCardVerification.

Asking twice is harmless (it is a look-up, billed each time), so it is repeatable. Names go as the person
wrote them: where the police register keeps an older form (a private-use code of a rare character, another
middle dot), the answer is MISMATCH for a true person, and a person at a desk must be able to decide.
"""

from enum import Enum
from typing import Protocol

from backend.outside.errors import OutsideUnavailable, QuotaExceeded, Trouble
from backend.outside.http import JsonObject
from backend.outside.tencent import TencentCloud, reference

SERVICE = "realname"


class RealNameResult(Enum):
    """The register's answer; values are the service's result codes."""

    MATCH = "0"
    MISMATCH = "-1"
    BAD_ID_NUMBER = "-2"
    BAD_NAME = "-3"
    NO_RECORD = "-5"


_BUSY = "-4"  # 证件库服务异常
_UPGRADING = "-6"
_DAILY_LIMIT = "-7"  # this person was asked for too often today


class RealNameCheck(Protocol):
    """Does this ID number belong to this name?"""

    def check(self, name: str, id_number: str) -> RealNameResult:
        """Raises OutsideUnavailable (show 正在核验, ask later), QuotaExceeded (tomorrow), Misconfigured."""


class TencentIdCardVerification:
    """Needs the service `faceid`, version 2018-03-01."""

    def __init__(self, cloud: TencentCloud) -> None:
        self._cloud = cloud

    def check(self, name: str, id_number: str) -> RealNameResult:
        response = self._cloud.call(
            "IdCardVerification", {"IdCard": id_number, "Name": name}, repeatable=True, judge=_judge
        )
        return RealNameResult(response["Result"])


def _judge(response: JsonObject) -> None:
    result = response.get("Result")
    if result == _BUSY:
        raise OutsideUnavailable(SERVICE, Trouble.BUSY, "result -4")
    if result == _UPGRADING:
        raise OutsideUnavailable(SERVICE, Trouble.STATUS, "result -6")
    if result == _DAILY_LIMIT:
        raise QuotaExceeded(SERVICE, _DAILY_LIMIT, reference(response))
    if result not in [known.value for known in RealNameResult]:
        raise OutsideUnavailable(SERVICE, Trouble.UNREADABLE, "unknown result")
