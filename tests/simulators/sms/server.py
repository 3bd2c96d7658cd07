"""The SMS simulator: what would reach a phone can be read under the control path.

Limits per number are off until set: they are a choice in the real console too (its defaults: 1 in 30 s, 5
an hour, 10 a day).
"""

import re
import secrets
from typing import Any

from flask import Response, jsonify, request

from tests.simulators import defaults, tc3
from tests.simulators.base import Simulator

_WINDOWS = (
    (30, "LimitExceeded.PhoneNumberThirtySecondLimit"),
    (3600, "LimitExceeded.PhoneNumberOneHourLimit"),
    (86400, "LimitExceeded.PhoneNumberDailyLimit"),
)


class SmsSimulator(Simulator):
    name = "sms"

    def __init__(
        self,
        secret_id: str = defaults.SECRET_ID,
        secret_key: str = defaults.SECRET_KEY,
        app_id: str = defaults.SMS_APP_ID,
        sign_name: str = defaults.SMS_SIGN_NAME,
    ) -> None:
        self.account = {"secret_id": secret_id, "secret_key": secret_key}
        self.app_id = app_id
        self.sign_name = sign_name
        super().__init__()

    def fresh(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.codes_by_phone: dict[str, str] = {}
        self.limits: dict[int, int] = {}

    def error(self, code: Any) -> Response:
        return tc3.wrong(code)

    def label(self) -> str:
        return request.headers.get("X-TC-Action", request.path)

    def routes(self) -> None:
        self.app.post("/")(self.send_sms)
        self._control()

    def send_sms(self) -> Response:
        rules = {"product": "sms", "action": "SendSms", "version": "2021-01-11"}
        if code := tc3.fault_of(**self.account, **rules, now=self.now()):
            return tc3.wrong(code)
        ask = request.get_json(force=True, silent=True)
        if not isinstance(ask, dict):
            return tc3.wrong("FailedOperation.JsonParseFail")
        if str(ask.get("SmsSdkAppId")) != self.app_id:
            return tc3.wrong("InvalidParameterValue.SdkAppIdNotExist")
        phones = ask.get("PhoneNumberSet") or []
        if not phones:
            return tc3.wrong("MissingParameter.EmptyPhoneNumberSet")
        with self.lock:
            return tc3.answer(SendStatusSet=[self._to_one(str(phone), ask) for phone in phones])

    def _to_one(self, phone: str, ask: dict[str, Any]) -> dict[str, Any]:
        code = self._number_fault(phone) or self._text_fault(ask) or self._limit_fault(phone)
        status = {"PhoneNumber": phone, "SessionContext": ask.get("SessionContext", ""), "IsoCode": "CN"}
        if code:
            return status | {"SerialNo": "", "Fee": 0, "Code": code, "Message": "send failed"}
        serial = f"{secrets.randbelow(10**4)}:{secrets.randbelow(10**20)}"
        message = {
            "phone": phone,
            "template_id": ask.get("TemplateId"),
            "params": ask.get("TemplateParamSet"),
        }
        self.messages.append(message | {"serial": serial, "at": self.now()})
        return status | {"SerialNo": serial, "Fee": 1, "Code": "Ok", "Message": "send success"}

    def _number_fault(self, phone: str) -> str | None:
        if not re.fullmatch(r"\+861[3-9]\d{9}|\+(?!86)[1-9]\d{6,14}", phone):
            return "InvalidParameterValue.IncorrectPhoneNumber"
        return self.codes_by_phone.get(phone)

    def _text_fault(self, ask: dict[str, Any]) -> str | None:
        if ask.get("SignName") != self.sign_name:
            return "FailedOperation.SignatureIncorrectOrUnapproved"
        kind = defaults.SMS_TEMPLATES.get(str(ask.get("TemplateId")))
        params = [str(param) for param in ask.get("TemplateParamSet") or []]
        if kind is None:
            return "FailedOperation.TemplateIncorrectOrUnapproved"
        if kind == "code" and not all(re.fullmatch(r"\d{0,6}", param) for param in params):
            return "InvalidParameterValue.TemplateParameterFormatError"
        if any("://" in param for param in params):
            return "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter"
        return None

    def _limit_fault(self, phone: str) -> str | None:
        ages = [self.now() - message["at"] for message in self.messages if message["phone"] == phone]
        for seconds, code in _WINDOWS:
            limit = self.limits.get(seconds)
            if limit is not None and sum(age < seconds for age in ages) >= limit:
                return code
        return None

    def _control(self) -> None:
        @self.control("messages", "GET")
        def messages() -> Response:
            phone = request.args.get("phone")
            return jsonify([m for m in self.messages if phone is None or m["phone"].endswith(phone)])

        @self.control("numbers")
        def numbers() -> Response:
            ask = request.get_json()
            self.codes_by_phone[ask["phone"]] = ask["code"]
            return jsonify({})

        @self.control("limits")
        def limits() -> Response:
            self.limits = {int(seconds): count for seconds, count in request.get_json().items()}
            return jsonify({})
