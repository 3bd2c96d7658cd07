"""Form tokens (防跨站请求伪造): every form of a page carries one, bound to the session that was shown it.

`<seconds>.<nonce>.<mac>` in hex; the MAC is keyed with the index key and covers the device of the log-in, so
that a token taken from one session is worth nothing in another. Nothing is stored. The nonce also tells one
visitor's form from another's where nobody is logged in.
"""

import hmac
import secrets

from backend import clock, privacy
from backend.access import Actor
from backend.problems import Problem

FIELD = "form_token"
LIFE_SECONDS = 12 * 3600


class FormExpired(Problem):
    """The form was not ours, not this session's, or is older than half a day."""

    status = 403
    code = "form_expired"
    detail = "页面停留太久或登录已变化，请返回上一页刷新后重新提交"


def make(actor: Actor) -> str:
    """A fresh token for a form shown to this actor now."""
    seconds, nonce = f"{int(clock.now().timestamp()):x}", secrets.token_hex(8)
    return f"{seconds}.{nonce}.{_mac(actor, seconds, nonce)}"


def check(actor: Actor, value: str) -> None:
    """Refuse a form that was not shown to this actor within its life."""
    parts = value.split(".")
    if len(parts) != 3 or not value.isascii():
        raise FormExpired()
    seconds, nonce, mac = parts
    if not hmac.compare_digest(mac, _mac(actor, seconds, nonce)):
        raise FormExpired()
    age = clock.now().timestamp() - int(seconds, 16)
    if not -60 <= age <= LIFE_SECONDS:
        raise FormExpired()


def _mac(actor: Actor, seconds: str, nonce: str) -> str:
    session = actor.device_id.hex if actor.device_id else "anonymous"
    text = f"{seconds}.{nonce}.{session}"
    return privacy.keys().index_bytes("desk.form", text.encode()).hex()[:32]
