"""A complaint from a look in the history to its answer, over HTTP and on a desk's page."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.audit.models import AccessRecord, AuditEntry
from backend.desk.web import COOKIE
from backend.identity import sessions
from backend.notifications.models import Message
from backend.runtime import Runtime
from tests.factories import identity, showcodes
from tests.factories import organisations as offices
from tests.factories.organisations import Staff
from tests.factories.showcodes import Scene
from tests.http_client import Caller

ANSWER = "经核实，是窗口误扫，已向当事人道歉。"


@pytest.fixture
def scene(session: Session, runtime: Runtime) -> Scene:
    return showcodes.scene(session, runtime)


@pytest.fixture
def reviewer(session: Session, scene: Scene) -> Staff:
    return offices.town_reviewer(session)


@pytest.fixture
def holder(client: Caller, scene: Scene) -> Caller:
    return client.as_(scene.desk.holder.token)


def look_of(scene: Scene) -> AccessRecord:
    scene.check(scene.text(scene.show()))
    return scene.session.scalars(select(AccessRecord)).one()


def not_me(scene: Scene) -> dict[str, Any]:
    text = "这一天我没有去过这个窗口。"
    return {"about": "look", "subject_id": str(look_of(scene).id), "kind": "not_me", "text": text}


def test_not_me_goes_to_the_town_with_a_number_and_a_date(
    holder: Caller, scene: Scene, reviewer: Staff, session: Session
) -> None:
    answer = holder.post("/mp/v1/complaints", not_me(scene))
    assert answer.status_code == 201, answer.text
    complaint = answer.json
    assert re.fullmatch(r"TS421202-\d{4}-00001", complaint["number"])
    assert complaint["state"] == "open" and complaint["due_at"] > clock.beijing(clock.now()).isoformat()
    told = session.scalars(select(Message).where(Message.account_id == reviewer.account.id)).one()
    assert told.kind == "todo.complaint" and complaint["number"] in told.text
    act = session.scalars(select(AuditEntry).where(AuditEntry.action == "complaints.file")).one()
    assert "窗口" not in str(act.facts)


def test_reviewer_answers_and_the_citizen_sees_it(
    client: Caller, holder: Caller, scene: Scene, reviewer: Staff, session: Session
) -> None:
    filed = holder.post("/mp/v1/complaints", not_me(scene)).json
    desk = client.as_(reviewer.token)
    listed = desk.get("/api/v1/complaints?state=open").json["items"]
    assert [row["number"] for row in listed] == [filed["number"]]
    answered = desk.post(f"/api/v1/complaints/{filed['id']}/answer", {"text": ANSWER})
    assert answered.status_code == 200
    seen = holder.get(f"/mp/v1/complaints/{filed['id']}").json
    assert (seen["state"], seen["answer"], seen["answered_by_post"]) == ("answered", ANSWER, "复核人")
    told = session.scalars(select(Message).where(Message.account_id == scene.desk.holder.account.id))
    assert "您的投诉有答复了" in [message.title for message in told]
    again = desk.post(f"/api/v1/complaints/{filed['id']}/answer", {"text": "再答复一次。"})
    assert (again.status_code, again.json["code"]) == (409, "complaint_closed")


def test_same_thing_twice_names_the_first(holder: Caller, scene: Scene, reviewer: Staff) -> None:
    body = not_me(scene)
    first = holder.post("/mp/v1/complaints", body).json
    twin = holder.post("/mp/v1/complaints", body)
    assert (twin.status_code, twin.json["code"], twin.json["number"]) == (
        409,
        "already_complained",
        first["number"],
    )


def test_numbers_count_on(holder: Caller, scene: Scene) -> None:
    first = holder.post("/mp/v1/complaints", not_me(scene)).json["number"]
    body = {"about": "certificate", "subject_id": str(scene.certificate.id), "kind": "application"}
    second = holder.post("/mp/v1/complaints", {**body, "text": "名字写错了"}).json["number"]
    assert (first[-5:], second[-5:]) == ("00001", "00002")


def test_from_an_application_and_only_a_refused_one_as_refusal(holder: Caller, scene: Scene) -> None:
    application_id = str(scene.certificate.application_id)
    body = {"about": "application", "subject_id": application_id, "text": "等了太久"}
    assert holder.post("/mp/v1/complaints", {**body, "kind": "refusal"}).status_code == 422
    assert holder.post("/mp/v1/complaints", {**body, "kind": "not_me"}).status_code == 422
    assert holder.post("/mp/v1/complaints", {**body, "kind": "application"}).status_code == 201


def test_withdrawn_by_its_citizen(holder: Caller, scene: Scene) -> None:
    filed = holder.post("/mp/v1/complaints", not_me(scene)).json
    assert holder.post(f"/mp/v1/complaints/{filed['id']}/withdraw").json["state"] == "withdrawn"
    assert holder.post(f"/mp/v1/complaints/{filed['id']}/withdraw").status_code == 409


def test_what_is_somebody_elses_does_not_exist(client: Caller, holder: Caller, scene: Scene) -> None:
    body = not_me(scene)
    stranger = client.as_(identity.citizen(scene.session, "王五").token)
    assert stranger.post("/mp/v1/complaints", body).status_code == 404
    filed = holder.post("/mp/v1/complaints", body).json
    assert stranger.get(f"/mp/v1/complaints/{filed['id']}").status_code == 404
    assert stranger.get("/mp/v1/complaints").json["items"] == []
    assert len(holder.get("/mp/v1/complaints").json["items"]) == 1


def test_another_towns_reviewer_sees_nothing(client: Caller, holder: Caller, scene: Scene) -> None:
    filed = holder.post("/mp/v1/complaints", not_me(scene)).json
    session = scene.session
    far = client.as_(offices.town_reviewer(session, offices.town(session, "421221100000")).token)
    assert far.get("/api/v1/complaints").json["items"] == []
    assert far.get(f"/api/v1/complaints/{filed['id']}").status_code == 404
    assert far.post(f"/api/v1/complaints/{filed['id']}/answer", {"text": ANSWER}).status_code == 404
    clerk = client.as_(scene.desk.clerk.token)
    assert clerk.get("/api/v1/complaints").status_code == 403


def test_answered_on_the_desks_page(app: Flask, holder: Caller, scene: Scene, reviewer: Staff) -> None:
    filed = holder.post("/mp/v1/complaints", not_me(scene)).json
    browser = app.test_client()
    tokens = sessions.open_device(scene.session, reviewer.account, kind="desk", name="电脑")
    scene.session.commit()
    browser.set_cookie(COOKIE, tokens.access_token)
    assert filed["number"] in browser.get("/desk/complaints?state=open").text
    path = f"/desk/complaints/{filed['id']}"
    page = browser.get(path)
    assert "这一天我没有去过这个窗口" in page.text
    found = re.search(
        r'action="/desk/complaints/[^>]*>\s*<input type="hidden" name="form_token" value="([^"]+)"', page.text
    )
    assert found
    form = {"form_token": found.group(1), "text": "短"}
    origin = {"Origin": "http://localhost"}
    assert browser.post(path, data=form, headers=origin).status_code == 422
    done = browser.post(path, data={**form, "text": ANSWER}, headers=origin)
    assert (done.status_code, done.location) == (303, path)
    assert ANSWER in browser.get(path).text
