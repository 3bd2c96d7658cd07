"""The OpenAPI document: valid, complete, in Chinese, with examples that are true, and silent to the public about staff."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from flask import Flask, jsonify
from openapi_spec_validator import OpenAPIV31SpecValidator
from werkzeug.test import TestResponse

from backend.access import STAFF, TABLE, Permission, Role
from backend.apidocs import document
from tests import contract
from tests.factories import identity, organisations
from tests.http_client import Caller

_CHINESE = re.compile("[\u4e00-\u9fff]")
#: Names of shapes' members under which nobody may put a whole name or number without saying why it is whole.
_PERSONAL = {"holder_name", "holder_id_number", "id_number", "phone", "contact_phone"}
#: Shapes with the whole value: one's own, the document about to be signed, what is held against an identity
#: card, disclosures that are recorded for the holder; and offices, which have telephones but no privacy.
_DISCLOSED = {"Application", "HeldCertificate", "DocumentPreview", "DeskAttempt", "FullHolder"}
_OFFICES = {"Organisation", "Committee", "Contact"}


@pytest.fixture
def whole(app: Flask) -> dict[str, Any]:
    """The document as staff see it."""
    return document(staff=True)


@pytest.fixture
def public(client: Caller) -> dict[str, Any]:
    """The document as anybody gets it."""
    return dict(client.get("/openapi.json").json)


def operations(whole: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every operation with its name, parameters of its path included."""
    for item in whole["paths"].values():
        for method in set(item) - {"parameters"}:
            operation = item[method]
            parameters = [*item.get("parameters", ()), *operation.get("parameters", ())]
            yield operation["operationId"], {**operation, "parameters": parameters}


def shapes_taken(whole: dict[str, Any]) -> set[str]:
    """Names of the shapes that requests are made of."""
    return _reachable(whole, [op.get("requestBody", {}) for _, op in operations(whole)])


def _reachable(whole: dict[str, Any], roots: list[Any]) -> set[str]:
    found: set[str] = set()
    waiting = roots
    while waiting:
        names = set(re.findall(r"#/components/schemas/(\w+)", repr(waiting))) - found
        found |= names
        waiting = [whole["components"]["schemas"][name] for name in names]
    return found


def members(whole: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every member of every shape: shape, member, schema."""
    for shape, schema in whole["components"]["schemas"].items():
        for name, member in schema.get("properties", {}).items():
            yield shape, name, member


def told(schema: dict[str, Any]) -> bool:
    """Whether a reader learns in Chinese what this is."""
    return bool(_CHINESE.search(str(schema.get("description", "")) + str(schema.get("example", ""))))


def test_it_is_valid_openapi_3_1(whole: dict[str, Any], public: dict[str, Any]) -> None:
    for one in (whole, public):
        assert one["openapi"].startswith("3.1")
        OpenAPIV31SpecValidator(one).validate()


def test_every_operation_has_an_id_of_its_own_and_a_chinese_summary(whole: dict[str, Any]) -> None:
    ids = Counter(name for name, _ in operations(whole))
    assert [name for name, times in ids.items() if times > 1] == []
    assert [name for name, op in operations(whole) if not _CHINESE.search(op.get("summary", ""))] == []
    assert [name for name in ids if not re.fullmatch(r"[a-z][a-z0-9_]+", name)] == []


def test_log_in_is_declared_where_it_is_needed_and_nowhere_else(whole: dict[str, Any]) -> None:
    for name, operation in operations(whole):
        needed = Role.ANYONE not in TABLE[Permission(operation["x-permission"])]
        assert operation.get("security", []) == ([{"bearer": []}] if needed else []), name


def test_every_write_asks_for_its_key_or_says_why_not(app: Flask, whole: dict[str, Any]) -> None:
    keyed = {
        name: any(each["name"] == "Idempotency-Key" for each in op["parameters"])
        for name, op in operations(whole)
    }
    reads = {op["get"]["operationId"] for op in whole["paths"].values() if "get" in op}
    assert [name for name in reads if keyed[name]] == []
    assert {name for name, has in keyed.items() if not has} - reads == _EXEMPT


_EXEMPT = {
    "auth_log_in_by_sms",
    "auth_log_in_by_wechat",
    "auth_refresh",
    "catalogue_ask_necessity",
    "counter_verify",
    "desk_login_poll_desk_login",
    "desk_login_start_desk_login",
    "desk_people_look_up_attempt",
    "evidence_complete_upload",
    "inbox_search_inbox",
}


def test_no_answer_is_left_to_a_default(whole: dict[str, Any]) -> None:
    for name, operation in operations(whole):
        statuses = set(operation["responses"])
        assert "default" not in statuses and any(one.startswith("2") for one in statuses), name
        assert {"400", "401", "403", "404", "422", "429", "503"} <= statuses, name
        assert not {one for one in statuses if one.startswith("5")} - {"503"}, name


def test_every_parameter_is_typed_and_told(whole: dict[str, Any]) -> None:
    untold = [
        (name, parameter["name"])
        for name, operation in operations(whole)
        for parameter in operation["parameters"]
        if not parameter.get("schema", {}).get("type") or not told({**parameter["schema"], **parameter})
    ]
    assert untold == []


def test_every_member_of_a_request_is_told(whole: dict[str, Any]) -> None:
    taken = shapes_taken(whole)
    assert [
        (shape, name) for shape, name, member in members(whole) if shape in taken and not told(member)
    ] == []


def test_every_member_has_a_type(whole: dict[str, Any]) -> None:
    kinds = {"type", "$ref", "anyOf", "allOf", "oneOf", "enum"}
    assert [(shape, name) for shape, name, member in members(whole) if not kinds & set(member)] == []


def test_examples_are_what_their_schema_says(whole: dict[str, Any]) -> None:
    wrong = []
    spoken = [(f"{shape}.{name}", member) for shape, name, member in members(whole)]
    spoken += [
        (f"{name}?{parameter['name']}", {**parameter["schema"], **parameter})
        for name, operation in operations(whole)
        for parameter in operation["parameters"]
    ]
    for where, schema in spoken:
        if "example" in schema:
            judge = {
                key: value for key, value in schema.items() if key not in ("in", "required", "schema", "name")
            }
            validator = jsonschema_rs.Draft202012Validator(
                {**judge, "components": whole["components"]}, validate_formats=True
            )
            wrong += [(where, str(error.message)) for error in validator.iter_errors(schema["example"])]
    assert wrong == []


def test_personal_values_are_masked_where_they_are_given(whole: dict[str, Any]) -> None:
    given = set(whole["components"]["schemas"]) - shapes_taken(whole) - _DISCLOSED - _OFFICES
    bare = [
        (shape, name)
        for shape, name, member in members(whole)
        if shape in given and name in _PERSONAL and not re.search("遮|\\*", str(member))
    ]
    assert bare == []


def test_the_public_sees_nothing_that_only_staff_may_call(
    public: dict[str, Any], whole: dict[str, Any]
) -> None:
    for name, operation in operations(public):
        assert TABLE[Permission(operation["x-permission"])] - STAFF, name
    hidden = {name for name, _ in operations(whole)} - {name for name, _ in operations(public)}
    assert {
        "committee_certificates_approve_application",
        "counter_verify",
        "audit_list_audit_entries",
    } <= hidden
    schemas = set(public["components"]["schemas"])
    assert schemas == _reachable(public, [public["paths"], public["components"]["responses"]])
    assert not {"FullHolder", "NewInvitation", "AuditEntry", "Revoke"} & schemas
    assert "inbox" not in {tag["name"] for tag in public["tags"]}


def test_staff_see_the_whole(app: Flask, client: Caller, whole: dict[str, Any]) -> None:
    from backend import runtime

    with runtime.current().database.session() as session:
        token, citizen = organisations.clerk(session).token, identity.citizen(session).token
    assert client.as_(token).get("/openapi.json").json == whole
    assert len(client.as_(citizen).get("/openapi.json").json["paths"]) < len(whole["paths"])


def test_the_browsable_page_loads_from_ourselves_only(client: Caller) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(loaded) == 3 and all(path.startswith("/docs/") for path in loaded)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "http" not in policy
    for path in loaded:
        asset = client.get(path)
        assert asset.status_code == 200 and len(asset.data) > 50, path
    assert client.get("/docs/../../pyproject.toml").status_code == 404


@pytest.mark.parametrize(
    ("status", "body", "media_type"),
    [
        (500, {}, "application/json"),
        (200, {"count": "many"}, "application/json"),
        (200, {"unheard_of": 1}, "application/json"),
        (200, {"count": 1}, "text/html"),
        (403, {"code": 1}, "application/problem+json"),
    ],
)
def test_an_undocumented_answer_does_not_pass_the_suite(
    app: Flask, status: int, body: dict[str, Any], media_type: str
) -> None:
    made = jsonify(body)
    made.status_code, made.content_type = status, media_type
    answer = TestResponse(iter(made.response), made.status, made.headers, None)  # type: ignore[arg-type]
    with pytest.raises(contract.Undocumented):
        contract.judge(app, "GET", "/mp/v1/messages/unread", answer)
