"""The WeChat simulator. Facts: design notes on WeChat's protocol.

Assumed, because no source gives it: the errcodes of a face check that is unknown, unfinished or asked for
with other facts (84001, the old face check's code), and of a serial used twice (40097).
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, request

from tests.simulators import defaults
from tests.simulators.base import Simulator
from tests.simulators.wechat.control import add_control
from tests.simulators.wechat.errors import right, wrong
from tests.simulators.wechat.fields import fault_of
from tests.simulators.wechat.tokens import StableTokens

CODE_LIFE = 300.0
FACE_LIFE = 3600


@dataclass
class Code:
    """A single-use code of wx.login (openid, unionid) or getPhoneNumber (phone, perhaps openid)."""

    made_at: float
    openid: str | None = None
    unionid: str | None = None
    phone: str | None = None
    high_risk: bool = False
    used: bool = False


@dataclass
class Face:
    out_seq_no: str
    openid: str
    cert_hash: str
    dies_at: float
    verify_ret: int | None = None


class WeChatSimulator(Simulator):
    name = "wechat"

    def __init__(self, appid: str = defaults.APPID, secret: str = defaults.SECRET) -> None:
        self.appid = appid
        self.secret = secret
        super().__init__()

    def fresh(self) -> None:
        self.codes: dict[str, Code] = {}
        self.phone_codes: dict[str, Code] = {}
        self.tokens = StableTokens(self.now)
        self.grants: dict[tuple[str, str], int] = {}
        self.templates: dict[str, list[str]] = {}
        self.messages: list[dict[str, Any]] = []
        self.faces: dict[str, Face] = {}

    def error(self, code: Any) -> Response:
        return wrong(code)

    def routes(self) -> None:
        route = self.app.route
        route("/sns/jscode2session")(self.jscode2session)
        route("/cgi-bin/stable_token", methods=["GET", "POST"])(self.stable_token)
        for path, handler in (
            ("/wxa/business/getuserphonenumber", self.phone_number),
            ("/cgi-bin/message/subscribe/send", self.send),
            ("/cityservice/face/identify/getverifyid", self.open_face),
            ("/cityservice/face/identify/queryverifyinfo", self.query_face),
        ):
            route(path, methods=["GET", "POST"], endpoint=path)(self._with_token(handler))
        add_control(self)

    def jscode2session(self) -> Response:
        ask = request.args
        if ask.get("grant_type") != "authorization_code":
            return wrong(40002)
        if refusal := self._account_fault(ask.get("appid"), ask.get("secret"), bad_secret=40125):
            return refusal
        code = self._use(self.codes, ask.get("js_code"))
        if isinstance(code, Response):
            return code
        if code.high_risk:
            return wrong(40226)
        answer = {"openid": code.openid, "session_key": base64.b64encode(secrets.token_bytes(16)).decode()}
        response = jsonify(answer | ({"unionid": code.unionid} if code.unionid else {}))
        response.mimetype = "text/plain"
        return response

    def stable_token(self) -> Response:
        if request.method != "POST":
            return wrong(43002)
        ask = request.get_json(force=True, silent=True)
        if not isinstance(ask, dict):
            return wrong(47001)
        if ask.get("grant_type") != "client_credential":
            return wrong(40002)
        if refusal := self._account_fault(ask.get("appid"), ask.get("secret"), bad_secret=40001):
            return refusal
        with self.lock:
            obtained = self.tokens.obtain(force=bool(ask.get("force_refresh", False)))
        if obtained is None:
            return wrong(45009)
        return jsonify({"access_token": obtained[0], "expires_in": obtained[1]})

    def phone_number(self, ask: dict[str, Any]) -> Response:
        code = self._use(self.phone_codes, ask.get("code"), again=40029)
        if isinstance(code, Response):
            return code
        if ask.get("openid") and code.openid and ask["openid"] != code.openid:
            return wrong(40029)
        phone = code.phone or ""
        info = {
            "phoneNumber": phone,
            "purePhoneNumber": phone,
            "countryCode": "86",
            "watermark": {"timestamp": int(self.now()), "appid": self.appid},
        }
        return right(phone_info=info)

    def send(self, ask: dict[str, Any]) -> Response:
        openid, template_id = str(ask.get("touser", "")), str(ask.get("template_id", ""))
        if not openid:
            return wrong(40003)
        if not template_id or (self.templates and template_id not in self.templates):
            return wrong(40037)
        fault = fault_of(ask.get("data")) or self._keys_fault(template_id, ask["data"])
        if fault:
            return wrong(47003, fault)
        with self.lock:
            if not self.grants.get((openid, template_id)):
                return wrong(43101)
            self.grants[openid, template_id] -= 1
            self.messages.append({key: ask.get(key) for key in ("touser", "template_id", "page", "data")})
        return right(msgid=secrets.randbelow(10**18))

    def open_face(self, ask: dict[str, Any]) -> Response:
        cert, serial = ask.get("cert_info"), str(ask.get("out_seq_no", ""))
        if (
            not isinstance(cert, dict)
            or cert.get("cert_type") != "IDENTITY_CARD"
            or not 5 <= len(serial) <= 32
        ):
            return wrong(40097)
        with self.lock:
            if any(face.out_seq_no == serial for face in self.faces.values()):
                return wrong(40097, "out_seq_no repeated")
            verify_id = secrets.token_urlsafe(48)
            self.faces[verify_id] = Face(
                serial, str(ask.get("openid")), _cert_hash(cert), self.now() + FACE_LIFE
            )
        return right(verify_id=verify_id, expires_in=FACE_LIFE)

    def query_face(self, ask: dict[str, Any]) -> Response:
        face = self.faces.get(str(ask.get("verify_id")))
        given = (ask.get("out_seq_no"), ask.get("openid"), ask.get("cert_hash"))
        if face is None or face.verify_ret is None or given != (face.out_seq_no, face.openid, face.cert_hash):
            return wrong(84001)
        return right(verify_ret=face.verify_ret)

    def _with_token(self, handler: Any) -> Any:
        def guarded() -> Response:
            if request.method != "POST":
                return wrong(43002)
            if errcode := self.tokens.errcode_of(request.args.get("access_token")):
                return wrong(errcode)
            ask = request.get_json(force=True, silent=True)
            answer: Response = handler(ask) if isinstance(ask, dict) else wrong(47001)
            return answer

        return guarded

    def _account_fault(self, appid: Any, secret: Any, *, bad_secret: int) -> Response | None:
        if not appid or not secret:
            return wrong(41004 if appid else 41002)
        if appid != self.appid:
            return wrong(40013)
        return None if secret == self.secret else wrong(bad_secret)

    def _use(self, codes: dict[str, Code], text: Any, *, again: int = 40163) -> Code | Response:
        with self.lock:
            code = codes.get(str(text))
            if code is None or self.now() - code.made_at > CODE_LIFE:
                return wrong(40029)
            if code.used:
                return wrong(again)
            code.used = True
            return code

    def _keys_fault(self, template_id: str, data: dict[str, Any]) -> str | None:
        known = self.templates.get(template_id)
        if known is None or set(known) == set(data):
            return None
        missing = sorted(set(known) - set(data))
        return f"data.{missing[0]}.value is empty" if missing else "data has unknown keys"


def _cert_hash(cert: dict[str, Any]) -> str:
    keys = ("cert_type", "cert_name", "cert_no")
    text = "&".join(f"{key}={base64.b64encode(str(cert.get(key)).encode()).decode()}" for key in keys)
    return hashlib.sha256(text.encode()).hexdigest()
