"""WeChat's errcodes as errors. All come with HTTP 200; -1 and 43108 mean: nothing done, try again."""

import re

from backend.outside.errors import Misconfigured, OutsideRefused, OutsideUnavailable, QuotaExceeded, Trouble
from backend.outside.http import JsonObject

SERVICE = "wechat"


class CodeInvalid(OutsideRefused):
    """40029: the code of wx.login or getPhoneNumber is wrong or over 5 minutes old; get a new one."""

    message = "the code is invalid or expired"


class CodeUsed(OutsideRefused):
    """40163: a code works once; the phone asks for a new one."""

    message = "the code was used before"


class HighRiskUser(OutsideRefused):
    """40226: WeChat holds the user for a risk and blocks the log-in."""

    message = "log-in blocked by WeChat's risk control"


class NotSubscribed(OutsideRefused):
    """43101: never accepted, refused, or the one accepted message is spent; tell the person otherwise."""

    message = "the user has no subscription left for this template"


class FieldRefused(OutsideRefused):
    """47003: a value of the template breaks its rule; `field` names it when WeChat does."""

    message = "a field of the message was refused"

    def __init__(self, service: str, code: str, reference: str = "", *, field: str | None = None) -> None:
        self.field = field
        super().__init__(service, code, reference)


class UserUnreachable(OutsideRefused):
    """40003 wrong openid, 43104 openid of another app, 61010 inactive, 43107 banned."""

    message = "this openid cannot be reached"


class ContentRefused(OutsideRefused):
    """45168: a word WeChat does not pass on."""

    message = "the content was refused"


class TokenRefused(OutsideRefused):
    """40001, 40014, 41001, 42001 on use: the access token is no longer good; nothing was done."""

    message = "the access token was refused"


_CODES: dict[int, type[OutsideRefused]] = {
    40029: CodeInvalid,
    40163: CodeUsed,
    40226: HighRiskUser,
    45009: QuotaExceeded,
    45011: QuotaExceeded,
    44990: QuotaExceeded,
    44991: QuotaExceeded,
    44993: QuotaExceeded,
    43101: NotSubscribed,
    47003: FieldRefused,
    40003: UserUnreachable,
    43104: UserUnreachable,
    43107: UserUnreachable,
    61010: UserUnreachable,
    45168: ContentRefused,
    40014: TokenRefused,
    41001: TokenRefused,
    42001: TokenRefused,
    40001: TokenRefused,
    40002: Misconfigured,
    40013: Misconfigured,
    40037: Misconfigured,
    40125: Misconfigured,
    40164: Misconfigured,
    40243: Misconfigured,
    41002: Misconfigured,
    41004: Misconfigured,
    41030: Misconfigured,
    43002: Misconfigured,
}
_BUSY = frozenset({-1, 43108})
_RID = re.compile(r"\brid: ([0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8})")
_FIELD = re.compile(r"\bdata\.([a-z_]{1,20}\d{1,3})\.value\b")


def judge(answer: JsonObject) -> None:
    """Raise what the answer's errcode means; absent or 0 is success (jscode2session leaves it out)."""
    errcode = answer.get("errcode", 0)
    if not isinstance(errcode, int):
        raise OutsideUnavailable(SERVICE, Trouble.UNREADABLE, "errcode is no number")
    if errcode == 0:
        return
    if errcode in _BUSY:
        raise OutsideUnavailable(SERVICE, Trouble.BUSY, f"code {errcode}")
    errmsg = str(answer.get("errmsg", ""))
    rid = _first(_RID, errmsg) or ""
    kind = _CODES.get(errcode, OutsideRefused)
    if kind is FieldRefused:
        raise FieldRefused(SERVICE, str(errcode), rid, field=_first(_FIELD, errmsg))
    raise kind(SERVICE, str(errcode), rid)


def judge_token(answer: JsonObject) -> None:
    """The same where a token is asked for: there 40001 says that the secret is wrong."""
    if answer.get("errcode") == 40001:
        raise Misconfigured(SERVICE, "40001", _first(_RID, str(answer.get("errmsg", ""))) or "")
    judge(answer)


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return found.group(1) if found else None
