"""The real-name simulator: knows the demo persons and whom a test registers."""

import re
from collections import Counter
from typing import Any

from flask import Response, jsonify, request

from tests.simulators import defaults, tc3
from tests.simulators.base import Simulator
from tests.simulators.realname.persons import DEMO_PERSONS, is_id_number

_DESCRIPTIONS = {
    "0": "姓名和身份证号一致",
    "-1": "姓名和身份证号不一致",
    "-2": "非法身份证号",
    "-3": "非法姓名",
    "-4": "证件库服务异常",
    "-5": "证件库中无此身份证记录",
    "-6": "权威比对系统升级中,请稍后再试",
    "-7": "认证次数超过当日限制",
}
_NAME = re.compile(r"[^\W\d_]+(?:[·. ][^\W\d_]+)*")


class RealNameSimulator(Simulator):
    """An `errcode` fault whose value is a result (`-4`) is answered as one, any other as `Error.Code`."""

    name = "realname"

    def __init__(self, secret_id: str = defaults.SECRET_ID, secret_key: str = defaults.SECRET_KEY) -> None:
        self.account = {"secret_id": secret_id, "secret_key": secret_key}
        super().__init__()

    def fresh(self) -> None:
        self.persons = dict(DEMO_PERSONS)
        self.asked: Counter[str] = Counter()
        self.daily_limit: int | None = None

    def error(self, code: Any) -> Response:
        return self._result(code) if code in _DESCRIPTIONS else tc3.wrong(code)

    def label(self) -> str:
        return request.headers.get("X-TC-Action", request.path)

    def routes(self) -> None:
        self.app.post("/")(self.verify)

        @self.control("persons")
        def persons() -> Response:
            ask = request.get_json()
            self.persons[ask["id_number"]] = ask["name"]
            return jsonify({})

        @self.control("daily_limit")
        def daily_limit() -> Response:
            self.daily_limit = request.get_json()["limit"]
            return jsonify({})

    def verify(self) -> Response:
        rules = {"product": "faceid", "action": "IdCardVerification", "version": "2018-03-01"}
        if code := tc3.fault_of(**self.account, **rules, now=self.now()):
            return tc3.wrong(code)
        ask = request.get_json(force=True, silent=True)
        if not isinstance(ask, dict) or not {"IdCard", "Name"} <= set(ask):
            return tc3.wrong("MissingParameter")
        with self.lock:
            return self._result(self._compare(str(ask["IdCard"]), str(ask["Name"])))

    def _compare(self, id_number: str, name: str) -> str:
        if not is_id_number(id_number):
            return "-2"
        if not 2 <= len(name) <= 50 or not _NAME.fullmatch(name):
            return "-3"
        self.asked[id_number] += 1
        if self.daily_limit is not None and self.asked[id_number] > self.daily_limit:
            return "-7"
        known = self.persons.get(id_number)
        return "-5" if known is None else "0" if known == name else "-1"

    def _result(self, result: str) -> Response:
        return tc3.answer(Result=result, Description=_DESCRIPTIONS[result])
