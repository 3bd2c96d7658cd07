"""Problems as HTTP answers: what werkzeug, webargs and our own code raise, as RFC 9457 problem details."""

import logging
import re
import uuid
from typing import Any, cast

from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from backend.problems import InvalidInput, Problem

log = logging.getLogger("zhangshangzheng.http")

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def problem_response(problem: Problem) -> Response:
    """The RFC 9457 answer."""
    response = jsonify(problem.body(trace_id()))
    response.status_code = problem.facts.get("status", problem.status)
    response.content_type = "application/problem+json"
    response.headers.update(problem.headers)
    return response


def trace_id() -> str:
    """This request's id, in every answer and log line."""
    if "trace_id" not in g:
        g.trace_id = uuid.uuid4().hex
    return cast(str, g.trace_id)


class BadRequest(Problem):
    code = "bad_request"


def as_problem(error: HTTPException) -> Problem:
    status = error.code or 500
    data = getattr(error, "data", None) or {}
    if status == 422:
        return InvalidInput(errors=flatten(data.get("messages", {})))
    detail = _HTTP_WORDS.get(status, "请求无法处理")
    return BadRequest(detail, headers=_kept_headers(error, data), status=status, code=f"http_{status}")


_HTTP_WORDS = {
    400: "请求格式有误",
    404: "没有这个地址",
    405: "这个地址不支持这种操作",
    406: "无法提供所要求的格式",
    413: "内容太大",
    415: "不支持这种内容格式，请使用 application/json",
    500: "系统出错了，我们已经记录下来，请稍后再试",
}


def _kept_headers(error: HTTPException, data: dict[str, Any]) -> dict[str, str]:
    headers = dict(data.get("headers") or {})
    headers.update({name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")})
    return headers


def flatten(messages: Any, path: str = "") -> dict[str, list[str]]:
    """marshmallow's nested messages as `json.items.0.name: [...]`."""
    if isinstance(messages, dict):
        flat: dict[str, list[str]] = {}
        for name, inner in messages.items():
            flat.update(flatten(inner, f"{path}.{name}" if path else str(name)))
        return flat
    texts = messages if isinstance(messages, list) else [messages]
    return {path: [str(text) for text in texts]}


def refuse_unstorable() -> None:
    """No database or XML can hold NUL or lone surrogates: refuse them once, for every route."""
    if not _storable([request.path, request.args.to_dict(flat=False)]):
        raise InvalidInput("请求含有不能使用的字符", errors={"query": ["含有不能使用的字符"]})
    if request.is_json and not _storable(_parsed()):
        raise InvalidInput("请求含有不能使用的字符", errors={"json": ["含有不能使用的字符"]})
    if request.mimetype in _FORMS and not _storable(request.form.to_dict(flat=False)):
        raise InvalidInput("填写的内容含有不能使用的字符，请删去后重新填写")


def _parsed() -> Any:
    try:
        return request.get_json(silent=True)
    except RecursionError as error:
        raise BadRequest("请求内容嵌套太深") from error


def _storable(value: Any, depth: int = 0) -> bool:
    if depth > 20:
        return False
    if isinstance(value, str):
        return _UNSTORABLE.search(value) is None
    if isinstance(value, dict):
        return all(
            _storable(name, depth + 1) and _storable(inner, depth + 1) for name, inner in value.items()
        )
    if isinstance(value, list):
        return all(_storable(inner, depth + 1) for inner in value)
    return not (isinstance(value, int) and abs(value) >= 1 << 62)


def install_handlers(app: Flask) -> None:
    """Problems raised anywhere, and whatever nobody foresaw."""

    @app.errorhandler(Problem)
    def _problem(problem: Problem) -> Response:
        return problem_response(problem)

    @app.errorhandler(Exception)
    def _unforeseen(error: Exception) -> Response:
        if isinstance(error, HTTPException):
            return problem_response(as_problem(error))
        log.exception("unforeseen", extra={"trace_id": trace_id()})
        return problem_response(BadRequest(_HTTP_WORDS[500], status=500, code="internal"))
