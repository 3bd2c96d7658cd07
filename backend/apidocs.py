"""The OpenAPI document and its browsable page, whose assets come from a package, not a CDN.

The public sees what citizens and the public may call; the calls of staff are shown to logged-in staff only.
`flask zheng openapi` prints the whole document for the client's generator.
"""

import json
from importlib.resources import files
from typing import Any, cast

import click
from flask import Blueprint, Response, current_app, jsonify
from flask.cli import with_appcontext
from marshmallow import Schema as MarshmallowSchema

from backend import http, transaction
from backend.access import STAFF, Permission, declare
from backend.problems import NotFound
from backend.schemas import Moment

_ASSETS = {
    "swagger-ui.css": ("css", "text/css"),
    "swagger-ui-bundle.js": ("js", "text/javascript"),
}
_PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>掌上证 API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css"></head><body><div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>"""
_START = "SwaggerUIBundle({url:'/openapi.json',dom_id:'#docs',deepLinking:true,validatorUrl:null});"

#: Answers that leave a field out when it says nothing.
_SPARSE = {"Problem", "PaginationMetadata"}

blueprint = Blueprint("apidocs", __name__)


_PATH_WORDS = {
    "account_id": "账号的 id",
    "application_id": "申请的 id",
    "sentence_id": "常用语的 id",
    "certificate_id": "证明的 id",
    "complaint_id": "投诉的 id",
    "consent_id": "代办授权的 id",
    "correction_id": "更正申请的 id",
    "day": "日期，如 2026-10-01",
    "device_id": "登录设备的 id",
    "evidence_id": "佐证材料的 id",
    "grant_id": "任职（或代行）的 id",
    "invitation_id": "邀请的 id",
    "item_id": "卡包里这一项的 id",
    "kind": "同意书的种类",
    "link_id": "分享链接的 id",
    "merge_id": "合并记录的 id",
    "message_id": "消息的 id",
    "number": "第几片，从 1 起",
    "organisation_id": "机构的 id",
    "person_id": "自然人的 id",
    "show_code_id": "亮证码的 id",
    "upload_id": "上传的 id",
    "year": "年份",
}


def describe(api: http.Api) -> None:
    """What every document says: the bearer scheme, and how our own fields look."""
    scheme = {"type": "http", "scheme": "bearer", "description": "登录后得到的 access_token"}
    api.spec.components.security_scheme("bearer", scheme)
    api.register_field(Moment, "string", "date-time")


def schema_name(schema: type[MarshmallowSchema] | MarshmallowSchema) -> str:
    """The component's name of a shape."""
    cls = schema if isinstance(schema, type) else type(schema)
    return cls.__name__.removesuffix("Schema")


def document(*, staff: bool) -> dict[str, Any]:
    """The OpenAPI 3.1 document; without `staff`, only what the public and citizens may call."""
    whole = cast(dict[str, Any], current_app.extensions["zhangshangzheng.api"].spec.to_dict())
    _word_paths(whole["paths"])
    _answers_are_whole(whole)
    if staff:
        return whole
    paths = {}
    for path, operations in whole["paths"].items():
        kept = {name: item for name, item in operations.items() if not _staff_only(item)}
        if any("operationId" in item for item in kept.values() if isinstance(item, dict)):
            paths[path] = kept
    return _only_what_is_used({**whole, "paths": paths})


def _word_paths(paths: dict[str, Any]) -> None:
    """What each part of an address means."""
    for item in paths.values():
        for parameter in item.get("parameters", ()):
            if parameter["in"] == "path" and parameter["name"] in _PATH_WORDS:
                parameter.setdefault("description", _PATH_WORDS[parameter["name"]])


def _answers_are_whole(whole: dict[str, Any]) -> None:
    """A shape that is only ever answered always carries all its fields, so a generated client need not ask."""
    operations = [operation for item in whole["paths"].values() for operation in _operations(item)]
    asked = _reachable(whole["components"], [operation.get("requestBody") for operation in operations])
    answered = _reachable(whole["components"], [operation.get("responses") for operation in operations])
    for reference in answered - asked:
        _, _, kind, name = reference.split("/")
        shape = whole["components"][kind][name]
        if kind == "schemas" and name not in _SPARSE and "properties" in shape:
            shape["required"] = sorted(shape["properties"])


def _only_what_is_used(whole: dict[str, Any]) -> dict[str, Any]:
    """The document without shapes and tags that only the removed operations spoke of."""
    components = whole["components"]
    used = _reachable(components, [whole["paths"]])
    kept = {
        kind: {name: item for name, item in items.items() if f"#/components/{kind}/{name}" in used}
        for kind, items in components.items()
    }
    kept["securitySchemes"] = components["securitySchemes"]
    tags = {tag for item in whole["paths"].values() for op in _operations(item) for tag in op.get("tags", ())}
    return {**whole, "components": kept, "tags": [tag for tag in whole["tags"] if tag["name"] in tags]}


def _operations(item: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for operation in item.values() if isinstance(operation, dict)]


def _references(value: Any) -> set[str]:
    """Every `$ref` inside."""
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(_references(inner) for inner in value.values()))
    if isinstance(value, list):
        return set().union(*(_references(inner) for inner in value))
    return set()


def _reachable(components: dict[str, Any], roots: list[Any]) -> set[str]:
    """Every `$ref` inside, and inside what those refer to."""
    used, waiting = set[str](), list(roots)
    while waiting:
        fresh = _references(waiting.pop()) - used
        used |= fresh
        waiting += [components[kind][name] for _, _, kind, name in (ref.split("/") for ref in fresh)]
    return used


def _staff_only(operation: Any) -> bool:
    roles = set(operation.get("x-roles", ())) if isinstance(operation, dict) else set()
    return bool(roles) and roles <= {str(role) for role in STAFF}


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The API as OpenAPI 3.1."""
    return transaction.in_transaction(
        lambda session: jsonify(document(staff=bool(http.actor_of_request(session).grants))), read_only=True
    )


@blueprint.get("/docs")
def docs() -> Response:
    """The browsable page."""
    response = Response(_PAGE, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "connect-src 'self'; frame-ancestors 'none'"
    )
    return response


@blueprint.get("/docs/<name>")
def asset(name: str) -> Response:
    """One file of the page."""
    if name == "start.js":
        return Response(_START, content_type="text/javascript")
    if name not in _ASSETS:
        raise NotFound("没有这个地址")
    folder, media_type = _ASSETS[name]
    path = files("flask_openapi3_swagger") / "templates" / "swagger" / folder / name
    return Response(path.read_bytes(), content_type=media_type, headers={"Cache-Control": "max-age=86400"})


for _view in (openapi, docs, asset):
    declare(_view, Permission.PUBLIC_READ)


@click.command("openapi")
@click.option("--public", is_flag=True, help="只输出公众与群众可用的接口")
@with_appcontext
def openapi_command(public: bool) -> None:
    """Print the OpenAPI document."""
    click.echo(json.dumps(document(staff=not public), ensure_ascii=False, indent=1, sort_keys=True))
