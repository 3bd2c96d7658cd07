"""Tencent Cloud API 3.0, what SMS and the real-name check share: signing and the common answers.

Signature: TC3-HMAC-SHA256 over method, path, headers `content-type;host` and the body's hash
(cloud.tencent.com product 213, document 30654). Errors come as HTTP 200 with `Response.Error{Code,
Message}`.
"""

import hashlib
import hmac
import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from backend.outside.errors import Misconfigured, OutsideRefused, OutsideUnavailable, QuotaExceeded, Trouble
from backend.outside.http import JsonObject, OutsideClient, json_body

_CONTENT_TYPE = "application/json; charset=utf-8"
_SIGNED = "content-type;host"

#: Given service, code and RequestId, the error to raise.
Refusal = Callable[[str, str, str], OutsideRefused | OutsideUnavailable]


def tc3_authorization(
    *, secret_id: str, secret_key: str, service: str, host: str, body: bytes, timestamp: int
) -> str:
    """The Authorization header of a POST to `/` at `host` (with port, if any), at Unix time `timestamp`."""
    headers = f"content-type:{_CONTENT_TYPE}\nhost:{host}\n"
    canonical = f"POST\n/\n\n{headers}\n{_SIGNED}\n{hashlib.sha256(body).hexdigest()}"
    date = f"{datetime.fromtimestamp(timestamp, UTC):%Y-%m-%d}"
    scope = f"{date}/{service}/tc3_request"
    to_sign = f"TC3-HMAC-SHA256\n{timestamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = b"TC3" + secret_key.encode()
    for part in (date, service, "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.new(key, to_sign.encode(), "sha256").hexdigest()
    return f"TC3-HMAC-SHA256 Credential={secret_id}/{scope}, SignedHeaders={_SIGNED}, Signature={signature}"


def common_refusal(service: str, code: str, request_id: str) -> OutsideRefused | OutsideUnavailable:
    """The error for a code of the common list (public error codes of API 3.0), by its first part."""
    family = code.split(".")[0]
    if family == "RequestLimitExceeded":
        return OutsideUnavailable(service, Trouble.BUSY, code)
    if family == "InternalError":
        return OutsideUnavailable(service, Trouble.STATUS, code)
    if family in _OURS_TO_MEND:
        return Misconfigured(service, code, request_id)
    if family == "LimitExceeded":
        return QuotaExceeded(service, code, request_id)
    return OutsideRefused(service, code, request_id)


_OURS_TO_MEND = frozenset(
    {
        "AuthFailure",  # also SignatureExpire: our clock is more than five minutes off
        "UnauthorizedOperation",
        "InvalidAction",
        "NoSuchVersion",
        "NoSuchProduct",
        "UnsupportedRegion",
        "IpNotInWhitelist",
        "IpInBlacklist",
        "ResourceUnavailable",
    }
)


def reference(response: JsonObject) -> str:
    """The RequestId, or empty."""
    value = response.get("RequestId")
    return value if isinstance(value, str) and re.fullmatch(r"[0-9A-Za-z-]{1,64}", value) else ""


class TencentCloud:
    """One product of Tencent Cloud (`sms`, `faceid`) at one API version; `region` empty where it has none."""

    def __init__(
        self,
        client: OutsideClient,
        *,
        product: str,
        version: str,
        region: str,
        secret_id: str,
        secret_key: str,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self.client = client
        self._product = product
        self._version = version
        self._region = region
        self._secret_id = secret_id
        self._secret_key = secret_key
        self._wall_clock = wall_clock

    def call(
        self,
        action: str,
        payload: Mapping[str, Any],
        *,
        repeatable: bool,
        judge: Callable[[JsonObject], None] = lambda response: None,
        refusal: Refusal = common_refusal,
    ) -> JsonObject:
        """The `Response` object. `judge` sees it too and may raise, so that a busy one is retried; `refusal`
        makes the error of an error code (this product's own codes before the common ones).
        """

        def judged(answer: JsonObject) -> None:
            response = self.client.part(answer, "Response")
            if "Error" in response:
                code = self.client.text(self.client.part(response, "Error"), "Code")
                raise refusal(self.client.service, code, reference(response))
            judge(response)

        body = json_body(payload)
        headers = self._headers(action, body)
        answer = self.client.call(
            "POST", "/", judge=judged, repeatable=repeatable, content=body, headers=headers
        )
        return self.client.part(answer, "Response")

    def _headers(self, action: str, body: bytes) -> dict[str, str]:
        timestamp = int(self._wall_clock())
        return {
            "Authorization": tc3_authorization(
                secret_id=self._secret_id,
                secret_key=self._secret_key,
                service=self._product,
                host=self.client.host,
                body=body,
                timestamp=timestamp,
            ),
            "Content-Type": _CONTENT_TYPE,
            "X-TC-Action": action,
            "X-TC-Version": self._version,
            "X-TC-Timestamp": str(timestamp),
        } | ({"X-TC-Region": self._region} if self._region else {})
