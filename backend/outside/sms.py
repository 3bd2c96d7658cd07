"""Text messages through Tencent Cloud SMS (product 382, action SendSms, version 2021-01-11).

Sending is not repeatable: after a time-out the message may be on its way, and
`OutsideUnavailable.maybe_done` says so.
"""

import re
from collections.abc import Sequence
from typing import Protocol

from backend.outside.errors import Misconfigured, OutsideRefused, OutsideUnavailable, Trouble
from backend.outside.http import JsonObject
from backend.outside.tencent import TencentCloud, common_refusal, reference

SERVICE = "sms"
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_MAINLAND = re.compile(r"1\d{10}")


class NumberRefused(OutsideRefused):
    """No such number, or a country not served."""

    message = "this number cannot be served"


class NumberBlocked(OutsideRefused):
    """The person has unsubscribed, or the carrier keeps the number on its list."""

    message = "this number takes no messages"


class TextRefused(OutsideRefused):
    """A sensitive word, a link, or a parameter that is too long or of the wrong form."""

    message = "the text was refused"


_CODES: dict[str, type[OutsideRefused]] = {
    "InvalidParameterValue.IncorrectPhoneNumber": NumberRefused,
    "UnsupportedOperation.UnsuportedRegion": NumberRefused,  # spelt so by the service
    "FailedOperation.PhoneNumberInBlacklist": NumberBlocked,
    "FailedOperation.ContainSensitiveWord": TextRefused,
    "InvalidParameterValue.ContentLengthLimit": TextRefused,
    "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter": TextRefused,
    "InvalidParameterValue.TemplateParameterFormatError": TextRefused,
    "InvalidParameterValue.TemplateParameterLengthLimit": TextRefused,
    "FailedOperation.TemplateIncorrectOrUnapproved": Misconfigured,
    "FailedOperation.SignatureIncorrectOrUnapproved": Misconfigured,
    "FailedOperation.InsufficientBalanceInSmsPackage": Misconfigured,
    "InvalidParameterValue.SdkAppIdNotExist": Misconfigured,
}


class SmsSender(Protocol):
    """What the product needs of a text message service."""

    def send(self, phone: str, template_id: str, params: Sequence[str]) -> str:
        """Hand over one message; the service's serial number. Raises OutsideUnavailable, NumberRefused,
        NumberBlocked, TextRefused, QuotaExceeded (per number or in all), Misconfigured.
        """


class TencentSmsClient:
    """`phone` is E.164, or a bare mainland number (11 digits)."""

    def __init__(self, cloud: TencentCloud, *, app_id: str, sign_name: str) -> None:
        self._cloud = cloud
        self._app_id = app_id
        self._sign_name = sign_name

    def send(self, phone: str, template_id: str, params: Sequence[str]) -> str:
        payload = {
            "PhoneNumberSet": [e164(phone)],
            "SmsSdkAppId": self._app_id,
            "SignName": self._sign_name,
            "TemplateId": template_id,
            "TemplateParamSet": list(params),
        }
        response = self._cloud.call("SendSms", payload, repeatable=False, judge=_judge, refusal=_refusal)
        return str(_status(response).get("SerialNo", ""))


def e164(phone: str) -> str:
    """`+8613…` of `13…`; another well-formed number as it is. Raises ValueError, without the number."""
    number = f"+86{phone}" if _MAINLAND.fullmatch(phone) else phone
    if not _E164.fullmatch(number):
        raise ValueError("not a telephone number")
    return number


def _judge(response: JsonObject) -> None:
    """A number's own status: `Ok`, or why not, although the request as a whole went well."""
    code = _status(response).get("Code")
    if code == "Ok":
        return
    if not isinstance(code, str):
        raise OutsideUnavailable(SERVICE, Trouble.UNREADABLE, "no status code")
    raise _refusal(SERVICE, code, reference(response))


def _refusal(service: str, code: str, request_id: str) -> OutsideRefused | OutsideUnavailable:
    kind = _CODES.get(code)
    return kind(service, code, request_id) if kind else common_refusal(service, code, request_id)


def _status(response: JsonObject) -> JsonObject:
    """The one status of the one number we sent."""
    statuses = response.get("SendStatusSet")
    if not isinstance(statuses, list) or len(statuses) != 1 or not isinstance(statuses[0], dict):
        raise OutsideUnavailable(SERVICE, Trouble.UNREADABLE, "no status of the number")
    return statuses[0]
