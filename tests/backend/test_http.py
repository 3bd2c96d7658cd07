"""The edge every route passes: authority, one transaction, idempotency, paging, problem details."""

import hashlib
import json
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from marshmallow import fields
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from backend import clock, http
from backend.access import Actor, Permission
from backend.app import create_app
from backend.db import Database
from backend.idempotency import IdempotentAnswer
from backend.models import Base
from backend.notifications.models import OutboxEntry
from backend.paging import Key, Page, page
from backend.problems import NotAllowed
from backend.runtime import Runtime, build
from backend.schemas import Schema, Words
from backend.settings import Settings
from tests.conftest import database_url
from tests.http_client import Caller


class NoteSchema(Schema):
    text = Words(required=True, high=10)
    count = fields.Integer(load_default=0)


class NoteRowSchema(Schema):
    topic = fields.String()


class CountedRefusal(NotAllowed):
    keeps_changes = True


blueprint = http.Blueprint("notes", "notes", url_prefix="/test/notes", description="试验")


def write(session: Session, text: str) -> OutboxEntry:
    row = OutboxEntry(
        county_code="000000",
        topic=text,
        dedup_key=uuid.uuid4().hex,
        payload={},
        created_at=clock.now(),
        next_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


@blueprint.post("", may=Permission.PUBLIC_READ, takes=NoteSchema, gives=NoteRowSchema, status=201)
def add_note(session: Session, actor: Actor, body: dict[str, Any]) -> OutboxEntry:
    """写一条"""
    row = write(session, body["text"])
    if body["text"] == "refuse":
        raise NotAllowed()
    if body["text"] == "counted":
        raise CountedRefusal()
    if body["text"] == "broken":
        raise RuntimeError("secret words")
    return row


@blueprint.get("", may=Permission.PUBLIC_READ, lists=NoteRowSchema)
def list_notes(session: Session, actor: Actor, query: dict[str, Any]) -> Page:
    """列出"""
    keys = [Key(OutboxEntry.created_at, "created_at"), Key(OutboxEntry.id, "id")]
    return page(session, select(OutboxEntry), keys=keys, **query)


@blueprint.get("/mine", may=Permission.OWN_ACCOUNT)
def mine(session: Session, actor: Actor) -> dict[str, str]:
    """我的"""
    return {"account": str(actor.account)}


@pytest.fixture
def own_runtime(tmp_path: Path, worker_id: str) -> Iterator[Runtime]:
    """A database of this test's own: these tests must really commit."""
    import os

    url = database_url(os.environ.get("TEST_DATABASE_URL", ""), f"edge_{worker_id}", tmp_path)
    whole = build(Settings(environment="test", database_url=url, storage_dir=tmp_path, _env_file=None))
    Base.metadata.create_all(whole.database.engine)
    yield whole
    whole.database.engine.dispose()


@pytest.fixture
def edge(own_runtime: Runtime) -> Caller:
    app: Flask = create_app(own=own_runtime)
    app.extensions["zhangshangzheng.api"].register_blueprint(blueprint)
    return Caller(app)


def notes(database: Database) -> list[str]:
    with database.session() as session:
        return list(session.scalars(select(OutboxEntry.topic)))


def test_a_write_without_key_is_refused_and_changes_nothing(edge: Caller, own_runtime: Runtime) -> None:
    answer = edge.post("/test/notes", {"text": "one"}, key=None)
    assert (answer.status_code, answer.json["code"]) == (400, "idempotency_key_missing")
    assert notes(own_runtime.database) == []


def test_a_repeated_write_gets_the_first_answer_and_is_done_once(edge: Caller, own_runtime: Runtime) -> None:
    first = edge.post("/test/notes", {"text": "one"}, key="k" * 8)
    again = edge.post("/test/notes", {"text": "one"}, key="k" * 8)
    assert (first.status_code, first.data) == (again.status_code, again.data) == (201, first.data)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert notes(own_runtime.database) == ["one"]


def test_one_key_for_two_bodies_is_refused(edge: Caller) -> None:
    edge.post("/test/notes", {"text": "one"}, key="k" * 8)
    answer = edge.post("/test/notes", {"text": "two"}, key="k" * 8)
    assert (answer.status_code, answer.json["code"]) == (422, "idempotency_key_reused")


def test_a_kept_body_cannot_be_guessed_back(edge: Caller, own_runtime: Runtime) -> None:
    """A body may be little more than a six-digit PIN: its kept hash is keyed."""
    edge.post("/test/notes", {"text": "482913"}, key="k" * 8)
    with own_runtime.database.session(read_only=True) as session:
        kept = session.scalars(select(IdempotentAnswer.request_hash)).one()
    body = json.dumps({"text": "482913"})
    guesses = [
        f"POST {path}\0{text}"
        for path in ("/test/notes", "/test/notes?")
        for text in (body, body.replace(" ", ""))
    ]
    assert kept not in {hashlib.sha256(guess.encode()).digest() for guess in guesses}


def test_the_same_key_of_somebody_else_is_another_key(edge: Caller, own_runtime: Runtime) -> None:
    edge.post("/test/notes", {"text": "one"}, key="k" * 8)
    other = Caller(edge.app, address="127.0.0.9")
    assert other.post("/test/notes", {"text": "two"}, key="k" * 8).status_code == 201
    assert sorted(notes(own_runtime.database)) == ["one", "two"]


def test_eight_at_once_with_one_key_are_done_once(edge: Caller, own_runtime: Runtime) -> None:
    codes: list[int] = []
    threads = [
        threading.Thread(
            target=lambda: codes.append(edge.post("/test/notes", {"text": "x"}, key="k" * 8).status_code)
        )
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [201] * 8
    assert notes(own_runtime.database) == ["x"]


def test_a_refusal_undoes_everything_and_frees_the_key(edge: Caller, own_runtime: Runtime) -> None:
    assert edge.post("/test/notes", {"text": "refuse"}, key="k" * 8).status_code == 403
    assert notes(own_runtime.database) == []
    assert edge.post("/test/notes", {"text": "good"}, key="k" * 8).status_code == 201


def test_a_counted_refusal_keeps_what_it_wrote(edge: Caller, own_runtime: Runtime) -> None:
    assert edge.post("/test/notes", {"text": "counted"}, key="k" * 8).status_code == 403
    assert notes(own_runtime.database) == ["counted"]
    assert edge.post("/test/notes", {"text": "counted"}, key="k" * 8).status_code == 403


def test_the_unforeseen_tells_nothing_and_keeps_nothing(edge: Caller, own_runtime: Runtime) -> None:
    answer = edge.post("/test/notes", {"text": "broken"}, judged=False)
    assert (answer.status_code, answer.json["code"]) == (500, "internal")
    assert "secret" not in answer.text
    assert notes(own_runtime.database) == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "json.text"),
        ({"text": ""}, "json.text"),
        ({"text": None}, "json.text"),
        ({"text": 7}, "json.text"),
        ({"text": "x" * 11}, "json.text"),
        ({"text": "a\u202eb"}, "json.text"),
        ({"text": "a\u200bb"}, "json.text"),
        ({"text": "a\ue000b"}, "json.text"),
        ({"text": "a\nb"}, "json.text"),
        ({"text": "a\x00b"}, "json"),
        ({"text": "a", "a\x00b": 1}, "json"),
        ({"text": "a", "extra": [{"deep": "\x00"}]}, "json"),
        ({"text": "a", "count": 1 << 70}, "json"),
        ({"text": "a", "extra": 1}, "json.extra"),
        ([], "json"),
        ("words", "json"),
    ],
)
def test_bad_input_names_the_field_and_changes_nothing(
    edge: Caller, own_runtime: Runtime, body: Any, field: str
) -> None:
    answer = edge.post("/test/notes", body)
    assert answer.status_code == 422, answer.text
    assert answer.content_type == "application/problem+json"
    assert any(name.startswith(field) for name in answer.json["errors"]), answer.json
    assert notes(own_runtime.database) == []


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b'{"text": "\\ud800"}', b"[" * 5000])
def test_broken_bodies_are_refused(edge: Caller, data: bytes) -> None:
    answer = edge.post("/test/notes", data=data, content_type="application/json")
    assert answer.status_code in (400, 422), answer.text
    assert answer.content_type == "application/problem+json"


def test_pages_follow_each_other_without_gap_or_repeat(edge: Caller, own_runtime: Runtime) -> None:
    for number in range(7):
        edge.post("/test/notes", {"text": f"n{number}"})
    seen: list[str] = []
    cursor = ""
    while True:
        answer = edge.get(f"/test/notes?limit=3{cursor}").json
        seen += [row["topic"] for row in answer["items"]]
        if answer["next_cursor"] is None:
            break
        cursor = f"&cursor={answer['next_cursor']}"
    assert seen == [f"n{number}" for number in range(7)]


@pytest.mark.parametrize(
    "query",
    ["cursor=x", "cursor=W10", "cursor=WyJhIiwiYiJd", "limit=0", "limit=1000", "limit=x", "cursor=%00"],
)
def test_hostile_paging_is_refused(edge: Caller, query: str) -> None:
    assert edge.get(f"/test/notes?{query}").status_code == 422


def test_an_unchanged_list_costs_nothing(edge: Caller) -> None:
    first = edge.get("/test/notes")
    again = edge.get("/test/notes", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_stranger_is_asked_to_log_in(edge: Caller) -> None:
    answer = edge.get("/test/notes/mine")
    assert (answer.status_code, answer.json["code"]) == (401, "not_logged_in")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("header", ["Bearer", "Bearer x", "Basic eDp4", "Bearer " + "x" * 5000])
def test_a_bad_token_is_refused_even_where_none_is_needed(edge: Caller, header: str) -> None:
    assert edge.get("/test/notes", headers={"Authorization": header}).status_code == 401


def test_every_answer_is_hardened(edge: Caller) -> None:
    for path in ("/test/notes", "/nowhere", "/healthz"):
        headers = edge.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_metrics_are_not_public(edge: Caller, own_runtime: Runtime) -> None:
    assert edge.get("/metrics").status_code == 404
    token = own_runtime.settings.metrics_token.get_secret_value()
    answer = edge.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200 and "zheng_requests_total" in answer.text


def test_made_up_methods_do_not_fill_the_memory(edge: Caller, own_runtime: Runtime) -> None:
    for number in range(3):
        edge.call(f"MADEUP{number}", "/healthz", judged=False)
    token = own_runtime.settings.metrics_token.get_secret_value()
    told = edge.get("/metrics", headers={"Authorization": f"Bearer {token}"}).text
    assert 'method="other"' in told and "MADEUP" not in told


@pytest.mark.parametrize("kind", [{}, {"lock_late": True}, {"read_only": True}])
def test_an_error_of_the_database_tells_no_data(own_runtime: Runtime, kind: dict[str, bool]) -> None:
    """Its words end in log lines; with the values they would carry names and numbers."""
    with own_runtime.database.session(**kind) as session, pytest.raises(DBAPIError) as caught:
        session.execute(text("SELECT :name FROM nowhere"), {"name": "欧阳春燕"})
    assert "欧阳春燕" not in str(caught.value)
