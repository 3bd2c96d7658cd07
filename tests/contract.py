"""Every answer a test gets over HTTP is held against the OpenAPI document: its status, media type and shape are named."""

import re
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import jsonschema_rs
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from backend import apidocs

_documents: WeakKeyDictionary[Flask, "Document"] = WeakKeyDictionary()
_CHINESE = re.compile("[\u4e00-\u9fff]")
_PLACE = re.compile(r"<(?:[^:<>]*:)?(\w+)>")


class Undocumented(AssertionError):
    """The answer is none that the document promises."""


class Document:
    """The OpenAPI document of one application, ready to judge answers."""

    def __init__(self, app: Flask) -> None:
        with app.app_context():
            self.whole = apidocs.document(staff=True)
        self._urls = app.url_map.bind("localhost")
        self._validator = cache(self._make_validator)

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        """What the document says of this call; None for pages and for addresses nobody has."""
        try:
            rule, _ = self._urls.match(path, method, return_rule=True)
        except HTTPException:
            return None
        found = self.whole["paths"].get(_PLACE.sub(r"{\1}", rule.rule), {}).get(method.lower())
        return found if isinstance(found, dict) else None

    def judge(self, method: str, path: str, answer: TestResponse) -> None:
        """Undocumented, where status, media type or shape is not in the document."""
        operation = self.operation(method, path)
        if operation is None:
            return
        name, status = operation["operationId"], str(answer.status_code)
        if status not in operation["responses"]:
            raise Undocumented(f"{name} answered {status}: {answer.text[:300]}")
        content = self._resolved(operation["responses"][status]).get("content", {})
        if not content and answer.data not in (b"", b"null\n"):
            raise Undocumented(f"{name} {status} answered a body nobody was told of: {answer.text[:300]}")
        if not content:
            return
        if answer.mimetype not in content:
            raise Undocumented(f"{name} {status} answered {answer.mimetype}, not {list(content)}")
        if (answer.mimetype or "").endswith("json"):
            self._judge_shape(name, status, answer)

    def _judge_shape(self, name: str, status: str, answer: TestResponse) -> None:
        for error in self._validator(name, status, answer.mimetype).iter_errors(answer.json):
            where = "/".join(map(str, error.instance_path))
            raise Undocumented(f"{name} {status} at {where or 'the top'}: {error.message[:300]}")
        if answer.mimetype == "application/problem+json":
            said = [
                answer.json["detail"],
                *(each for many in answer.json["errors"].values() for each in many),
            ]
            for words in said:
                if not _CHINESE.search(words):
                    raise Undocumented(f"{name} {status} does not say it in Chinese: {words}")

    def _make_validator(self, name: str, status: str, media_type: str) -> Any:
        operations = (
            op for item in self.whole["paths"].values() for op in item.values() if isinstance(op, dict)
        )
        operation = next(op for op in operations if op.get("operationId") == name)
        content = self._resolved(operation["responses"][status])["content"]
        schema = {**content[media_type].get("schema", {}), "components": self.whole["components"]}
        return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)

    def _resolved(self, response: dict[str, Any]) -> dict[str, Any]:
        name = response.get("$ref", "").rpartition("/")[2]
        found: dict[str, Any] = self.whole["components"]["responses"][name] if name else response
        return found


def judge(app: Flask, method: str, path: str, answer: TestResponse) -> None:
    """Hold one answer against the application's document."""
    if app not in _documents:
        _documents[app] = Document(app)
    _documents[app].judge(method, path.partition("?")[0], answer)
