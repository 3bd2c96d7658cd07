"""WeChat's way to say no: HTTP 200, errcode, errmsg that ends with a rid."""

import secrets
from typing import Any

from flask import Response, jsonify

_MESSAGES = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40013: "invalid appid",
    40014: "invalid access_token",
    40029: "invalid code",
    40037: "invalid template_id",
    40097: "invalid args",
    40125: "invalid appsecret",
    40163: "code been used",
    40226: "high risk user",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41030: "invalid page",
    42001: "access_token expired",
    43002: "require POST method",
    43101: "user refuse to accept the msg",
    43107: "user banned",
    43108: "concurrent send to the same user",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    45168: "sensitive word",
    47001: "data format error",
    47003: "argument invalid!",
    84001: "invalid identify id",
}


def rid() -> str:
    return "-".join(secrets.token_hex(4) for _ in range(3))


def wrong(code: int, detail: str = "") -> Response:
    """An error; `detail` follows the standing words."""
    words = " ".join(filter(None, (_MESSAGES.get(code, "error"), detail)))
    return jsonify({"errcode": code, "errmsg": f"{words} rid: {rid()}"})


def right(**more: Any) -> Response:
    return jsonify({"errcode": 0, "errmsg": "ok", **more})
