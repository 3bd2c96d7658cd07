"""Showing and checking over HTTP: the phone of the holder, the phone of the counter."""

import io
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy.orm import Session

from backend import clock
from tests.factories import identity
from tests.factories.showcodes import Scene
from tests.http_client import Caller


@pytest.fixture
def holder(client: Caller, scene: Scene) -> Caller:
    return client.as_(scene.desk.holder.token)


@pytest.fixture
def counter(client: Caller, scene: Scene) -> Caller:
    return client.as_(scene.counter.token)


def show(holder: Caller, scene: Scene, **body: Any) -> dict[str, Any]:
    answer = holder.post("/mp/v1/showcodes", {"item_id": str(scene.certificate.id), **body})
    assert answer.status_code == 201, answer.text
    return dict(answer.json or {})


def verify(counter: Caller, text: str) -> dict[str, Any]:
    answer = counter.post("/mp/v1/counter/verify", {"text": text, "matter": "入学"}, key=None)
    assert answer.status_code == 200, answer.text
    return dict(answer.json or {})


def test_holder_shows_and_counter_learns_the_truth(holder: Caller, counter: Caller, scene: Scene) -> None:
    code = show(holder, scene, scope="name", purpose="子女入学")
    assert code["text"].startswith("HTTPS://ZHENG.EXAMPLE.CN/S/")
    assert 55 <= code["expires_in"] <= 60 and code["used_at"] is None
    verdict = verify(counter, code["text"])
    assert (verdict["word"], verdict["reason"]) == ("有效", "in_force")
    assert (verdict["colour"], verdict["icon"]) == ("green", "check")
    assert {"key": "holder", "label": "持证人", "value": "欧阳春燕"} in verdict["facts"]
    assert holder.get(f"/mp/v1/showcodes/{code['id']}").json["used_at"] is not None
    looks = holder.get(f"/mp/v1/wallet/{scene.certificate.id}/looks")
    assert looks.status_code == 404  # the worker has not put it into the wallet yet
    assert holder.get("/mp/v1/wallet/looks").json["items"][0]["matter"] == "入学"


def test_scanning_needs_no_idempotency_key_and_a_retry_is_the_same(
    holder: Caller, counter: Caller, scene: Scene
) -> None:
    text = show(holder, scene)["text"]
    assert verify(counter, text) == verify(counter, text)


def test_who_took_back_the_consent_to_share_shows_no_more_until_it_is_given_again(
    holder: Caller, scene: Scene
) -> None:
    given = {"kind": "share_with_offices", "text_version": "2026-01"}
    assert holder.post("/mp/v1/me/consents", given).status_code == 200
    code = show(holder, scene)
    assert holder.delete("/mp/v1/me/consents/share_with_offices").status_code == 200
    for path, body in (
        ("/mp/v1/showcodes", {"item_id": str(scene.certificate.id)}),
        (f"/mp/v1/showcodes/{code['id']}/renew", {}),
    ):
        answer = holder.post(path, body)
        assert (answer.status_code, answer.json["code"]) == (403, "consent_withdrawn"), answer.text
        assert "我的同意" in answer.json["detail"]
    assert holder.post("/mp/v1/me/consents", given).status_code == 200
    assert show(holder, scene)["text"]


def test_renewed_code_is_another_one(holder: Caller, counter: Caller, scene: Scene) -> None:
    first = show(holder, scene, scope="full")
    second = holder.post(f"/mp/v1/showcodes/{first['id']}/renew").json
    assert second["text"] != first["text"] and second["scope"] == "full"
    assert verify(counter, second["text"])["reason"] == "in_force"


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_picture_for_those_who_cannot_draw(holder: Caller, scene: Scene, kind: str) -> None:
    code = show(holder, scene)
    answer = holder.get(f"/mp/v1/showcodes/{code['id']}/qr.{kind}")
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    if kind == "png":
        found = zxingcpp.read_barcodes(Image.open(io.BytesIO(answer.data)))
        assert [one.text for one in found] == [code["text"]]
    else:
        assert answer.data.startswith(b"<svg")


def test_nobody_elses_code_or_certificate(
    client: Caller, session: Session, holder: Caller, scene: Scene
) -> None:
    code = show(holder, scene)
    stranger = client.as_(identity.citizen(session, "王五").token)
    assert stranger.get(f"/mp/v1/showcodes/{code['id']}").status_code == 404
    assert stranger.post(f"/mp/v1/showcodes/{code['id']}/renew").status_code == 404
    assert stranger.post("/mp/v1/showcodes", {"item_id": str(scene.certificate.id)}).status_code == 404


def test_who_acts_for_the_holder_may_show(client: Caller, session: Session, scene: Scene) -> None:
    daughter = identity.citizen(session, "欧阳小燕")
    identity.acts_for(session, daughter, scene.desk.holder.person)
    assert show(client.as_(daughter.token), scene)["scope"] == "name"


def test_only_what_is_in_force_can_be_shown(holder: Caller, scene: Scene) -> None:
    scene.end("revoked")
    answer = holder.post("/mp/v1/showcodes", {"item_id": str(scene.certificate.id)})
    assert (answer.status_code, answer.json["code"]) == (409, "not_showable")


def test_unknown_scope_is_refused(holder: Caller, scene: Scene) -> None:
    answer = holder.post("/mp/v1/showcodes", {"item_id": str(scene.certificate.id), "scope": "everything"})
    assert answer.status_code == 422


def test_scan_needs_a_matter_and_a_text(counter: Caller) -> None:
    answer = counter.post("/mp/v1/counter/verify", {"text": "x"}, key=None)
    assert answer.status_code == 422
    assert counter.post("/mp/v1/counter/verify", {"text": "", "matter": "事"}, key=None).status_code == 422


def test_citizens_and_strangers_may_not_scan(client: Caller, holder: Caller) -> None:
    body = {"text": "x", "matter": "事"}
    assert client.post("/mp/v1/counter/verify", body, key=None).status_code == 401
    assert holder.post("/mp/v1/counter/verify", body, key=None).status_code == 403


def test_todays_scans_list_failed_ones_too_and_only_mine(
    client: Caller, holder: Caller, counter: Caller, scene: Scene, session: Session
) -> None:
    verify(counter, scene.printed)
    verify(counter, "wxp://f2f0abc")
    mine = counter.get("/mp/v1/counter/scans").json["items"]
    assert [(row["reason"], row["number"]) for row in mine] == [
        ("payment", ""),
        ("in_force", scene.certificate.number),
    ]
    assert [(row["verdict"], row["colour"], row["icon"]) for row in mine] == [
        ("不是本系统的码", "grey", "foreign"),
        ("有效", "green", "check"),
    ]
    assert mine[0]["sentence"].startswith("这是收付款码")
    from tests.factories import organisations as offices

    other = client.as_(offices.counter_clerk(session).token)
    assert other.get("/mp/v1/counter/scans").json["items"] == []


def test_withdrawn_consent_ends_the_code_too(client: Caller, session: Session, scene: Scene) -> None:
    daughter = identity.citizen(session, "欧阳小燕")
    consent = identity.acts_for(session, daughter, scene.desk.holder.person)
    caller = client.as_(daughter.token)
    code = show(caller, scene)
    consent.withdrawn_at = clock.now()
    session.commit()
    assert caller.get(f"/mp/v1/showcodes/{code['id']}").status_code == 404
    assert caller.post(f"/mp/v1/showcodes/{code['id']}/renew").status_code == 404
