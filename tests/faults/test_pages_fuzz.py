"""Hostile addresses, queries and forms at every page, as the public and as people at desks: no 5xx, nothing echoed raw."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import Schema
from marshmallow import class_registry as shapes
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from backend.access import Actor
from backend.desk import form_token
from backend.desk.web import COOKIE
from backend.organisations.authority import actor_of_token
from tests.faults.fuzz_world import EXAMPLES, World

pytestmark = pytest.mark.faults

_SCRIPT = "<script>alert(9)</script>"
_HOSTILE = [
    "",
    _SCRIPT,
    '" autofocus onfocus="alert(9)',
    "\x00",
    "\ud800",
    "\u202e\u200b\ue000",
    "😀" * 40,
    "'; DROP TABLE person; --",
    "#set page(width: 1cm)",
    "{{ 7 * 7 }}",
    "9" * 5000,
    "-1",
    "٣",
    "2026-02-30",
    "1e999",
    "../../etc/passwd",
    "//evil.example/",
    "on",
]
_PLACE = re.compile(r"<(?:(\w+):)?(\w+)>")
_PERMITTED = {200, 201, 302, 303, 304, 308, 400, 401, 403, 404, 409, 410, 413, 415, 422, 423, 429}
_VISITORS = ("anonymous", "citizen", "clerk", "approver", "counter", "city_admin", "town_reviewer")


def pages(world: World) -> list[Rule]:
    """Every address that is not in the OpenAPI document."""
    api = ("/mp/", "/api/", "/.well-known/")
    return [rule for rule in world.app.url_map.iter_rules() if not rule.rule.startswith(api)]


def names_of_fields() -> list[str]:
    """Every name a form or query of a page might have."""
    every: set[str] = {"next", "cursor", "q", form_token.FIELD}
    for made in shapes._registry.values():
        for shape in made if isinstance(made, list) else [made]:
            if isinstance(shape, type) and issubclass(shape, Schema) and _of_a_page(shape):
                every |= set(shape._declared_fields)
    return sorted(every)


def _of_a_page(shape: type[Schema]) -> bool:
    return shape.__module__.startswith("backend.") and not shape.__module__.endswith("schemas")


def token_of(world: World, who: str) -> str:
    """A form token as the visitor's own pages carry it."""
    token = world.tokens[who]
    with world.database.session() as session:
        return form_token.make(actor_of_token(session, token, "127.0.0.1") if token else Actor())


def visit(world: World, who: str, method: str, path: str, values: dict[str, str]) -> TestResponse:
    """One page asked for, or one form sent."""
    browser = world.app.test_client()
    token = world.tokens[who]
    if token:
        browser.set_cookie(COOKIE, token)
    return browser.open(path, method=method, **{"query_string" if method == "GET" else "data": values})


def filled(rule: Rule, world: World, draw: Any) -> str:
    """The address with a real or a hostile value in each place."""

    def value(place: re.Match[str]) -> str:
        kind, name = place[1], place[2]
        real = [str(one) for one in world.real.get(name, ())]
        if kind == "uuid":
            return str(draw(st.sampled_from(real))) if real else "00000000-0000-0000-0000-000000000000"
        return str(draw(st.sampled_from([*real, *_digits(world), *filter(None, _HOSTILE)])))

    return _PLACE.sub(value, rule.rule)


def _digits(world: World) -> Iterator[str]:
    return (text.rpartition("/")[2] for text in world.real["text"])


@st.composite
def values(draw: Any, world: World) -> dict[str, str]:
    """Some fields, each real or hostile."""
    names = draw(st.lists(st.sampled_from(names_of_fields()), unique=True, max_size=8))
    return {name: draw(st.sampled_from([*map(str, world.real.get(name, ())), *_HOSTILE])) for name in names}


@pytest.mark.parametrize("who", _VISITORS)
@settings(deadline=None, max_examples=EXAMPLES * 20, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_page_falls_over(world: World, who: str, data: st.DataObject) -> None:
    rule = data.draw(st.sampled_from(pages(world)), label="rule")
    method = data.draw(st.sampled_from(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})), label="method")
    path, sent = filled(rule, world, data.draw), data.draw(values(world), label="values")
    with world.undone():
        if method == "POST" and data.draw(st.integers(0, 4), label="own form"):
            sent[form_token.FIELD] = token_of(world, who)
        answer = visit(world, who, method, path.replace("\ud800", "%ED%A0%80"), _sendable(sent))
    assert answer.status_code in _PERMITTED, (method, path, sent, answer.status_code, answer.data[-300:])
    assert _SCRIPT.encode() not in answer.data and b'onfocus="alert(9)' not in answer.data


def _sendable(sent: dict[str, str]) -> dict[str, str]:
    """Lone surrogates cannot be put on the wire."""
    return {name: value.replace("\ud800", "\ufffd") for name, value in sent.items()}
