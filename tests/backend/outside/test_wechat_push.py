"""Message push: the published vector, and everything that is not WeChat's."""

import base64
import json
import os
from typing import TypedDict

import pytest

from backend.outside.wechat_push import PushForged, WeChatPush, push_signature


class Times(TypedDict):
    timestamp: str
    nonce: str


TIMES: Times = {"timestamp": "1713424427", "nonce": "415670741"}
MESSAGE = b'{"demo_resp":"good luck"}'


@pytest.fixture
def push() -> WeChatPush:
    return WeChatPush(token="AAAAA", encoding_aes_key="A" * 43, appid="wxba5fad812f8e6fb9")


def test_the_published_vector(push: WeChatPush) -> None:
    sealed = push.seal(MESSAGE, **TIMES, random=b"707722b803182950")
    assert sealed["MsgSignature"] == "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"
    assert (sealed["TimeStamp"], sealed["Nonce"]) == (1713424427, "415670741")
    body = json.dumps({"ToUserName": "gh_1", "Encrypt": sealed["Encrypt"]}).encode()
    assert push.open(body, msg_signature=sealed["MsgSignature"], **TIMES) == {"demo_resp": "good luck"}


@pytest.mark.parametrize("length", [2, 11, 12, 13, 31, 32, 33, 5000])
def test_there_and_back_at_every_padding(push: WeChatPush, length: int) -> None:
    event = {"Content": "证" * length}
    sealed = push.seal(json.dumps(event).encode(), **TIMES)
    opened = push.open(json.dumps(sealed).encode(), msg_signature=sealed["MsgSignature"], **TIMES)
    assert opened == event


def test_setting_up_the_address(push: WeChatPush) -> None:
    good = push_signature("AAAAA", "1713424427", "415670741")
    assert push.is_genuine(signature=good, **TIMES)
    assert not push.is_genuine(signature=good[:-1] + "0", **TIMES)
    assert not push.is_genuine(signature="签名", **TIMES)


def forged(push: WeChatPush, encrypted: object, signature: str | None = None) -> str:
    """Open a body with this content, rightly signed unless told otherwise; which check refused it."""
    given = signature or push_signature("AAAAA", TIMES["timestamp"], TIMES["nonce"], str(encrypted))
    with pytest.raises(PushForged) as caught:
        push.open(json.dumps({"Encrypt": encrypted}).encode(), msg_signature=given, **TIMES)
    return str(caught.value)


def test_a_wrong_signature(push: WeChatPush) -> None:
    assert forged(push, push.seal(MESSAGE, **TIMES)["Encrypt"], "0" * 40) == "signature"


def test_another_apps_event(push: WeChatPush) -> None:
    other = WeChatPush(token="AAAAA", encoding_aes_key="A" * 43, appid="wxsomebodyelse0000")
    assert forged(push, other.seal(MESSAGE, **TIMES)["Encrypt"]) == "appid"


def test_damaged_ciphertext(push: WeChatPush) -> None:
    assert forged(push, "not base64!") == "ciphertext"
    assert forged(push, base64.b64encode(b"short").decode()) == "ciphertext"
    assert forged(push, "") == "ciphertext"
    assert forged(push, base64.b64encode(os.urandom(16 * 6)).decode()) in ("ciphertext", "appid")
    assert forged(push, {"a": 1}) == "no Encrypt"


def test_what_is_inside_must_be_an_object(push: WeChatPush) -> None:
    assert forged(push, push.seal(b"plain words", **TIMES)["Encrypt"]) == "not JSON"
    assert forged(push, push.seal(b"[1]", **TIMES)["Encrypt"]) == "not an object"


@pytest.mark.parametrize("body", [b"", b"<xml/>", b"[]", b"{}", b"\xff", b"[" * 100_000])
def test_bodies_that_are_no_push(push: WeChatPush, body: bytes) -> None:
    with pytest.raises(PushForged):
        push.open(body, msg_signature="0" * 40, **TIMES)


@pytest.mark.parametrize("key", ["A" * 42, "A" * 44, "短"])
def test_a_wrong_key_is_noticed_at_start(key: str) -> None:
    with pytest.raises(ValueError):
        WeChatPush(token="t", encoding_aes_key=key, appid="wx")
