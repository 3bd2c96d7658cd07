"""Checks requests to Tencent Cloud API 3.0 as the real gate does: signature, clock, action, version."""

import hashlib
import hmac
import re
import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Response, jsonify, request

_AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 Credential=([^/]+)/(\d{4}-\d\d-\d\d)/(\w+)/tc3_request, "
    r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})"
)
_MESSAGES = {
    "AuthFailure.SignatureFailure": "The provided credentials could not be validated.",
    "AuthFailure.SignatureExpire": "Signature expired: timestamp differs more than 5 minutes.",
}


def answer(**parts: Any) -> Response:
    return jsonify({"Response": {**parts, "RequestId": str(uuid.uuid4())}})


def wrong(code: str) -> Response:
    return answer(Error={"Code": code, "Message": _MESSAGES.get(code, "request refused")})


def fault_of(
    *, secret_id: str, secret_key: str, product: str, action: str, version: str, now: float
) -> str | None:
    """The error code this request earns, or None."""
    head = request.headers
    found = _AUTHORIZATION.fullmatch(head.get("Authorization", ""))
    if not found:
        return "AuthFailure.InvalidAuthorization"
    given_id, date, service, signed, signature = found.groups()
    stamp = head.get("X-TC-Timestamp", "")
    if not stamp.isdigit():
        return "MissingParameter"
    if abs(now - int(stamp)) > 300:
        return "AuthFailure.SignatureExpire"
    if given_id != secret_id:
        return "AuthFailure.SecretIdNotFound"
    proper = date == f"{datetime.fromtimestamp(int(stamp), UTC):%Y-%m-%d}" and service == product
    proper = proper and {"content-type", "host"} <= set(signed.split(";"))
    if not proper or not hmac.compare_digest(_signature(secret_key, date, service, stamp, signed), signature):
        return "AuthFailure.SignatureFailure"
    if head.get("X-TC-Action") != action:
        return "InvalidAction"
    return None if head.get("X-TC-Version") == version else "NoSuchVersion"


def _signature(secret_key: str, date: str, service: str, stamp: str, signed: str) -> str:
    headers = "".join(
        f"{name}:{request.headers.get(name, '').strip().lower()}\n" for name in signed.split(";")
    )
    digest = hashlib.sha256(request.get_data()).hexdigest()
    canonical = "\n".join((request.method, "/", "", headers, signed, digest))
    scope = f"{date}/{service}/tc3_request"
    to_sign = "\n".join(("TC3-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    key = f"TC3{secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
