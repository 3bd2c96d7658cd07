"""What only a test may do to WeChat: be a phone (make codes, accept messages, hold up a face) and read the
messages.
"""

import secrets
from typing import TYPE_CHECKING

from flask import Response, jsonify, request

if TYPE_CHECKING:
    from tests.simulators.wechat.server import WeChatSimulator


def add_control(simulator: "WeChatSimulator") -> None:
    _be_a_phone(simulator)

    @simulator.control("messages", "GET")
    def messages() -> Response:
        openid = request.args.get("openid")
        return jsonify([m for m in simulator.messages if openid in (None, m["touser"])])

    @simulator.control("templates")
    def templates() -> Response:
        ask = request.get_json()
        simulator.templates[ask["template_id"]] = ask["keys"]
        return jsonify({})

    @simulator.control("spoil_token")
    def spoil_token() -> Response:
        with simulator.lock:
            simulator.tokens.spoil(request.get_json().get("errcode", 40001))
        return jsonify({})


def _be_a_phone(simulator: "WeChatSimulator") -> None:
    from tests.simulators.wechat.server import Code

    @simulator.control("js_codes")
    def js_codes() -> Response:
        code = secrets.token_urlsafe(24)
        simulator.codes[code] = Code(made_at=simulator.now(), **request.get_json())
        return jsonify({"code": code})

    @simulator.control("phone_codes")
    def phone_codes() -> Response:
        code = secrets.token_hex(32)
        simulator.phone_codes[code] = Code(made_at=simulator.now(), **request.get_json())
        return jsonify({"code": code})

    @simulator.control("grants")
    def grants() -> Response:
        ask = request.get_json()
        key = (ask["openid"], ask["template_id"])
        with simulator.lock:
            simulator.grants[key] = simulator.grants.get(key, 0) + ask.get("times", 1)
        return jsonify({"left": simulator.grants[key]})

    @simulator.control("faces")
    def faces() -> Response:
        ask = request.get_json()
        face = simulator.faces.get(ask["verify_id"])
        if face is None or simulator.now() > face.dies_at:
            return jsonify({"done": False})
        face.verify_ret = ask.get("verify_ret", 10000)
        return jsonify({"done": True})
