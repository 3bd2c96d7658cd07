"""schemathesis over the whole OpenAPI, as everybody who may call it: no 5xx, no answer the document does not name.

`FUZZ_EXAMPLES` (25) says how many requests are made up for each operation and caller.
"""

import os
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    missing_required_header,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from backend.access import TABLE, Permission, Role
from tests.faults.fuzz_world import EXAMPLES, IDENTITIES, World
from tests.http_client import Caller

pytestmark = pytest.mark.faults

_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    missing_required_header,
    ignored_auth,
]
_settings = settings(
    deadline=None,
    max_examples=EXAMPLES,
    derandomize="FUZZ_EXAMPLES" not in os.environ,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(autouse=True)
def _node_id(request: pytest.FixtureRequest) -> None:
    """schemathesis 4.32 reads a private name that pytest 9.2 no longer has."""
    if not hasattr(request.node, "_nodeid"):
        request.node._nodeid = request.node.nodeid


@pytest.fixture(scope="module", params=IDENTITIES)
def who(request: pytest.FixtureRequest) -> str:
    """Who calls."""
    return str(request.param)


@pytest.fixture(scope="module")
def allowed(world: World, who: str) -> Any:
    """What this caller may ask for, with requests made up from the document."""
    return _schema(world, ["fuzzing"], lambda operation: may(who, operation))


@pytest.fixture(scope="module")
def forbidden(world: World, who: str) -> Any:
    """What this caller may not ask for."""
    return _schema(world, ["fuzzing"], lambda operation: not may(who, operation))


@pytest.fixture(scope="module")
def every(world: World) -> Any:
    """Every operation, each with its examples and with the edges of what it takes."""
    return _schema(world, ["examples", "coverage"], lambda operation: True)


def _schema(world: World, phases: list[str], wanted: Callable[[dict[str, Any]], bool]) -> Any:
    """The OpenAPI document as staff read it over HTTP, cut to the operations wanted."""
    document = Caller(world.app, world.tokens["clerk"]).get("/openapi.json").json
    for item in document["paths"].values():
        for method in set(item) - {"parameters"}:
            if not wanted(item[method]):
                del item[method]
    enabled = {
        phase: {"enabled": phase in phases} for phase in ("examples", "coverage", "fuzzing", "stateful")
    }
    config = schemathesis.Config.from_dict({"phases": enabled, "seed": 1})
    schema = schemathesis.openapi.from_dict(document, config=config)
    schema.app = world.app
    return schema


def may(who: str, operation: dict[str, Any]) -> bool:
    """Whether the permission table lets this caller in."""
    held = {Role.ANYONE} if who == "anonymous" else {Role.ANYONE, Role.ACCOUNT, Role(who)}
    return bool(held & TABLE[Permission(operation["x-permission"])])


def ask(world: World, who: str, case: Case, excluded: list[Any] | None = None) -> Any:
    """Send one request and hold the answer against the document."""
    world.ground(case)
    with world.undone():
        return case.call_and_validate(
            headers=world.headers(who), checks=_CHECKS, excluded_checks=excluded or []
        )


@schemathesis.pytest.from_fixture("allowed").parametrize()
@_settings
def test_whoever_may_ask_gets_a_documented_answer(world: World, who: str, case: Case) -> None:
    ask(world, who, case)


@schemathesis.pytest.from_fixture("forbidden").parametrize()
@settings(_settings, max_examples=2)
def test_whoever_may_not_is_refused_in_documented_words(world: World, who: str, case: Case) -> None:
    assert ask(world, who, case, [ignored_auth]).status_code >= 400


@schemathesis.pytest.from_fixture("every").parametrize()
@_settings
def test_the_edges_of_every_operation_are_documented(world: World, case: Case) -> None:
    operation = case.operation.definition.raw
    ask(world, next(who for who in reversed(IDENTITIES) if may(who, operation)), case)
