"""WeChat's server API as the product uses it: log-in, phone number, subscription messages, face check.

What may be repeated: asking for the token and for a face check's result, yes. Codes work once, a message
spends the person's one grant, a face check's serial is unique: those are tried again only where WeChat
certainly did nothing.
"""

import base64
import hashlib
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from backend.outside.access_token import AccessToken
from backend.outside.errors import OutsideUnavailable, Trouble
from backend.outside.http import JsonObject, OutsideClient, json_body, whole
from backend.outside.message_fields import Value, fit_fields
from backend.outside.wechat_errors import SERVICE, CodeInvalid, TokenRefused, judge, judge_token

_FACE_PASSED = 10000
_FACE_CANCELLED = frozenset(range(90002, 90007))
_OUT_SEQ_NO = re.compile(r"[0-9A-Za-z_-]{5,32}")


@dataclass(frozen=True)
class WeChatSession:
    """Who logged in. `session_key` (会话密钥) decrypts what the phone sends; it never leaves the server."""

    openid: str = field(repr=False)
    session_key: str = field(repr=False)
    unionid: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class PhoneNumber:
    """`full` as WeChat writes it, abroad with country code; `number` without; `country_code` such as `86`."""

    full: str = field(repr=False)
    number: str = field(repr=False)
    country_code: str


@dataclass(frozen=True)
class FaceSession:
    """A face check (人脸核身), open for `expires_in` seconds; keep `cert_hash` to ask for the result."""

    verify_id: str = field(repr=False)
    cert_hash: str = field(repr=False)
    expires_in: int


@dataclass(frozen=True)
class FaceVerdict:
    """`code` is WeChat's verify_ret: 10000 passed, 90002-90006 the person cancelled, others failed."""

    code: int

    @property
    def passed(self) -> bool:
        return self.code == _FACE_PASSED

    @property
    def cancelled(self) -> bool:
        return self.code in _FACE_CANCELLED


class WeChat(Protocol):
    """What the product needs of WeChat. Errors: `OutsideUnavailable`, and `OutsideRefused` by errcode."""

    def code_to_session(self, js_code: str) -> WeChatSession:
        """Who is behind the code of wx.login. CodeInvalid, CodeUsed, HighRiskUser, QuotaExceeded."""

    def phone_number(self, code: str, openid: str | None = None) -> PhoneNumber:
        """The number behind the code of getPhoneNumber; WeChat checks it against `openid`."""

    def send_subscribe_message(
        self, openid: str, template_id: str, data: Mapping[str, Value], page: str | None = None
    ) -> str | None:
        """Send one subscription message (订阅消息), values shortened to fit; its msgid if there is one."""

    def get_verify_id(self, openid: str, out_seq_no: str, name: str, id_number: str) -> FaceSession:
        """Open a face check; `out_seq_no` is ours, 5-32 of [0-9A-Za-z_-], never used twice."""

    def query_verify_info(self, openid: str, out_seq_no: str, verify_id: str, cert_hash: str) -> FaceVerdict:
        """The face check's true result; the phone's own word for it counts nothing."""


def cert_hash(name: str, id_number: str) -> str:
    """What binds a face check's result to the person it was opened for (wechat.md section 10)."""
    parts = zip(("cert_type", "cert_name", "cert_no"), ("IDENTITY_CARD", name, id_number), strict=True)
    text = "&".join(f"{key}={base64.b64encode(whole(value).encode()).decode()}" for key, value in parts)
    return hashlib.sha256(text.encode()).hexdigest()


class WeChatClient:
    """The real thing, for one mini program. Thread-safe."""

    def __init__(
        self,
        client: OutsideClient,
        *,
        appid: str,
        secret: str,
        miniprogram_state: str = "formal",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._appid = appid
        self._secret = secret
        self._miniprogram_state = miniprogram_state
        self._tokens = AccessToken(self._fetch_token, clock=clock)

    def code_to_session(self, js_code: str) -> WeChatSession:
        _plausible(js_code)
        answer = self._client.call(
            "GET",
            "/sns/jscode2session",
            params={
                "appid": self._appid,
                "secret": self._secret,
                "js_code": js_code,
                "grant_type": "authorization_code",
            },
            judge=judge,
            repeatable=False,
        )
        unionid = answer.get("unionid")
        return WeChatSession(
            openid=self._client.text(answer, "openid"),
            session_key=self._client.text(answer, "session_key"),
            unionid=unionid if isinstance(unionid, str) and unionid else None,
        )

    def phone_number(self, code: str, openid: str | None = None) -> PhoneNumber:
        _plausible(code)
        payload = {"code": code} | ({"openid": openid} if openid else {})
        answer = self._post("/wxa/business/getuserphonenumber", payload)
        info = self._client.part(answer, "phone_info")
        if self._client.part(info, "watermark").get("appid") != self._appid:
            raise OutsideUnavailable(SERVICE, Trouble.UNREADABLE, "watermark of another app")
        return PhoneNumber(
            full=self._client.text(info, "phoneNumber"),
            number=self._client.text(info, "purePhoneNumber"),
            country_code=str(info.get("countryCode", "")),
        )

    def send_subscribe_message(
        self, openid: str, template_id: str, data: Mapping[str, Value], page: str | None = None
    ) -> str | None:
        payload = {
            "touser": openid,
            "template_id": template_id,
            "data": fit_fields(data),
            "miniprogram_state": self._miniprogram_state,
            "lang": "zh_CN",
        } | ({"page": page.lstrip("/")} if page else {})
        msgid = self._post("/cgi-bin/message/subscribe/send", payload).get("msgid")
        return None if msgid is None else str(msgid)

    def get_verify_id(self, openid: str, out_seq_no: str, name: str, id_number: str) -> FaceSession:
        if not _OUT_SEQ_NO.fullmatch(out_seq_no):
            raise ValueError("out_seq_no must be 5-32 of [0-9A-Za-z_-]")
        cert = {"cert_type": "IDENTITY_CARD", "cert_name": name, "cert_no": id_number}
        answer = self._post(
            "/cityservice/face/identify/getverifyid",
            {"out_seq_no": out_seq_no, "cert_info": cert, "openid": openid},
        )
        return FaceSession(
            verify_id=self._client.text(answer, "verify_id"),
            cert_hash=cert_hash(name, id_number),
            expires_in=self._client.number(answer, "expires_in"),
        )

    def query_verify_info(self, openid: str, out_seq_no: str, verify_id: str, cert_hash: str) -> FaceVerdict:
        answer = self._post(
            "/cityservice/face/identify/queryverifyinfo",
            {"verify_id": verify_id, "out_seq_no": out_seq_no, "cert_hash": cert_hash, "openid": openid},
            repeatable=True,
        )
        return FaceVerdict(self._client.number(answer, "verify_ret"))

    def _post(self, path: str, payload: Mapping[str, Any], *, repeatable: bool = False) -> JsonObject:
        """With an access token; once more with a new one if it was refused (nothing was done then)."""
        token = self._tokens.get()
        try:
            return self._post_with(token, path, payload, repeatable)
        except TokenRefused:
            token = self._tokens.replace(token)
        try:
            return self._post_with(token, path, payload, repeatable)
        except TokenRefused:
            raise OutsideUnavailable(SERVICE, Trouble.BUSY, "a fresh access token was refused too") from None

    def _post_with(self, token: str, path: str, payload: Mapping[str, Any], repeatable: bool) -> JsonObject:
        return self._client.call(
            "POST",
            path,
            params={"access_token": token},
            content=json_body(payload),
            headers={"Content-Type": "application/json"},
            judge=judge,
            repeatable=repeatable,
        )

    def _fetch_token(self, force: bool) -> tuple[str, int]:
        answer = self._client.call(
            "POST",
            "/cgi-bin/stable_token",
            content=json_body(
                {
                    "grant_type": "client_credential",
                    "appid": self._appid,
                    "secret": self._secret,
                    "force_refresh": force,
                }
            ),
            headers={"Content-Type": "application/json"},
            judge=judge_token,
            repeatable=not force,  # 20 forced ones a day
        )
        return self._client.text(answer, "access_token"), self._client.number(answer, "expires_in")


def _plausible(code: str) -> None:
    """Codes come from phones: whoever could make WeChat's gate answer 414 could open our breaker."""
    if not re.fullmatch(r"[!-~]{1,512}", code):
        raise CodeInvalid(SERVICE, "40029")
