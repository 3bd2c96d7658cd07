"""schemathesis over the whole OpenAPI, as everybody who may call it: no 5xx, no answer the document does not name.

`FUZZ_EXAMPLES` (25) says how many requests are made up for each operation and caller.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
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
from backend.app import create_app
from backend.models import Base
from backend.runtime import build
from backend.settings import Settings
from miniprogram_api.app import register
from tests.conftest import JoinedDatabase, database_url
from tests.faults.fuzz_seed import Seeding
from tests.faults.fuzz_world import IDENTITIES, World
from tests.http_client import Caller
from tests.simulators.fixtures import Simulators

pytestmark = pytest.mark.faults

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "25"))
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


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, simulator_servers: Simulators) -> Iterator[World]:
    """The whole application on a database of its own, seeded once."""
    folder = tmp_path_factory.mktemp("fuzz")
    url = database_url(os.environ.get("TEST_DATABASE_URL", ""), "fuzz", folder)
    database = JoinedDatabase(url)
    Base.metadata.create_all(database.engine)
    runtime = replace(build(_configured(url, folder, simulator_servers)), database=database)
    app = create_app(own=runtime)
    register(app)
    with database.engine.connect() as connection:
        transaction = connection.begin()
        database.connection = connection
        with database.session() as session:
            built = Seeding(app, runtime, database, simulator_servers).build(session)
        yield built
        transaction.rollback()
    database.engine.dispose()


def _configured(url: str, folder: Path, outside: Simulators) -> Settings:
    return Settings(
        environment="test",
        database_url=url,
        storage_dir=folder / "blobs",
        public_url="https://zheng.example.cn",
        access_token_minutes=24 * 60,
        sms_code_minutes=24 * 60,
        show_code_seconds=24 * 3600,
        evidence_link_minutes=24 * 60,
        wechat_base_url=outside.wechat.url,
        sms_base_url=outside.sms.url,
        realname_base_url=outside.realname.url,
        outside_read_seconds=1.0,
        _env_file=None,
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
