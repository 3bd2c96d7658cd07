"""The wallet over HTTP: what is held, whose it is, what it says, and who looked."""

from datetime import timedelta

import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend import clock, ids
from backend.notifications.worker import drain
from backend.runtime import Runtime
from backend.wallet import filling
from backend.wallet.models import WalletItem
from tests.backend.wallet.conftest import fill
from tests.factories import certificates, identity, papers
from tests.factories.showcodes import Scene
from tests.http_client import Caller


def test_wallet_lists_what_is_held(holder: Caller, scene: Scene) -> None:
    items = holder.get("/mp/v1/wallet").json["items"]
    assert [item["id"] for item in items] == [str(scene.certificate.id)]
    assert items[0]["number"] == scene.certificate.number
    assert (items[0]["state"], items[0]["state_name"], items[0]["showable"]) == ("in_force", "有效", True)
    assert items[0]["holder"] == "欧***"


def test_from_approval_to_wallet_by_the_worker(client: Caller, session: Session, runtime: Runtime) -> None:
    desk = certificates.desk(session, runtime)
    certificate = desk.issue()
    drain(runtime)
    holder = client.as_(desk.holder.token)
    items = holder.get("/mp/v1/wallet").json["items"]
    assert [(item["id"], item["state"]) for item in items] == [(str(certificate.id), "in_force")]
    detail = holder.get(f"/mp/v1/wallet/{certificate.id}").json
    assert [step["words"] for step in detail["steps"]] == ["签批", "加盖电子印章，签发"]
    pdf = holder.get(detail["pdf_path"])
    assert pdf.data.startswith(b"%PDF-") and "no-store" in pdf.headers["Cache-Control"]
    assert holder.get(f"/mp/v1/wallet/{certificate.id}/looks").json["items"][0]["kind"] == "download"


def test_item_says_its_facts_with_the_id_number_masked(holder: Caller, scene: Scene) -> None:
    detail = holder.get(f"/mp/v1/wallet/{scene.certificate.id}")
    facts = {fact["label"]: fact["value"] for fact in detail.json["facts"]}
    assert facts["持证人"] == "欧阳春燕" and "特此证明" in facts["正文"]
    assert facts["公民身份号码"].count("*") == 16
    assert scene.desk.holder.person.id_number not in detail.text
    assert detail.json["pdf_path"] is None  # not sealed yet
    assert detail.json["application_id"] == str(scene.certificate.application_id)


def test_item_says_whom_to_call(holder: Caller, scene: Scene, session: Session) -> None:
    path = f"/mp/v1/wallet/{scene.certificate.id}"
    assert holder.get(path).json["contact"] is None
    scene.desk.village.phone = "0715-8123456"
    session.commit()
    assert holder.get(path).json["contact"] == {
        "office": scene.desk.village.name,
        "phone": "0715-8123456",
    }


def test_unchanged_list_is_304(holder: Caller) -> None:
    first = holder.get("/mp/v1/wallet")
    again = holder.get("/mp/v1/wallet", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_revoked_and_expired_are_said(holder: Caller, scene: Scene) -> None:
    with time_machine.travel(clock.now() + timedelta(days=31), tick=False):
        token = identity.log_in(scene.session, scene.desk.holder.account)
        item = holder.as_(token).get("/mp/v1/wallet").json["items"][0]
    assert (item["state"], item["showable"]) == ("expired", False)
    scene.end("revoked", end_reason="所证情况不实")
    fill(scene)
    detail = holder.get(f"/mp/v1/wallet/{scene.certificate.id}").json
    assert detail["state_name"] == "已吊销"
    assert detail["steps"][-1]["note"] == "所证情况不实"


def test_number_voided_before_issue_leaves_the_wallet(holder: Caller, scene: Scene) -> None:
    scene.end("voided")
    fill(scene)
    assert holder.get("/mp/v1/wallet").json["items"] == []


def test_told_twice_it_is_one_card(scene: Scene, session: Session) -> None:
    fill(scene)
    assert session.scalar(select(func.count()).select_from(WalletItem)) == 1


def test_receipt_stands_in_the_wallet_but_is_not_shown(
    client: Caller, session: Session, scene: Scene
) -> None:
    paper = papers.receipt(session, scene.desk.village)
    paper.holder_id = scene.desk.holder.person.id
    session.commit()
    filling.item_changed(scene.runtime, {"kind": "receipt", "item_id": str(paper.id)})
    item = client.as_(scene.desk.holder.token).get(f"/mp/v1/wallet/{paper.id}").json
    assert (item["title"], item["showable"], item["valid_until"]) == ("受理回执", False, None)


def test_strangers_see_nothing(client: Caller, session: Session, scene: Scene) -> None:
    stranger = client.as_(identity.citizen(session, "王五").token)
    assert stranger.get("/mp/v1/wallet").json["items"] == []
    for path in ("", "/looks", "/pdf"):
        assert stranger.get(f"/mp/v1/wallet/{scene.certificate.id}{path}").status_code == 404
    assert stranger.get(f"/mp/v1/wallet?holder_id={scene.certificate.holder_id}").status_code == 404
    assert client.get("/mp/v1/wallet").status_code == 401


def test_daughter_with_consent_sees_her_mothers(client: Caller, session: Session, scene: Scene) -> None:
    daughter = identity.citizen(session, "欧阳小燕")
    consent = identity.acts_for(session, daughter, scene.desk.holder.person)
    caller = client.as_(daughter.token)
    assert len(caller.get("/mp/v1/wallet").json["items"]) == 1
    assert len(caller.get(f"/mp/v1/wallet?holder_id={scene.certificate.holder_id}").json["items"]) == 1
    assert caller.get(f"/mp/v1/wallet?holder_id={daughter.person.id}").json["items"] == []
    consent.withdrawn_at = clock.now()
    session.commit()
    assert caller.get("/mp/v1/wallet").json["items"] == []
    assert caller.get(f"/mp/v1/wallet/{scene.certificate.id}").status_code == 404


def test_pages_by_cursor(holder: Caller, scene: Scene, session: Session) -> None:
    for index in range(5):
        row = session.scalars(select(WalletItem)).first()
        assert row is not None
        values = {name: getattr(row, name) for name in ("holder_id", "title", "number", "issuer", "state")}
        at = clock.now() - timedelta(days=index + 1)
        extra = WalletItem(
            **values, kind="receipt", item_id=ids.new_id(), issued_on=at.date(), valid_until=None, sort_at=at
        )
        session.add(extra)
    session.commit()
    seen, cursor = [], ""
    while cursor is not None:
        page = holder.get(f"/mp/v1/wallet?limit=2&cursor={cursor}").json
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert len(seen) == len(set(seen)) == 6


def test_holder_sees_failed_looks_too(holder: Caller, scene: Scene) -> None:
    row = scene.show()
    with time_machine.travel(clock.now() + timedelta(minutes=2), tick=False):
        scene.check(scene.text(row), matter="落户")
    looks = holder.get(f"/mp/v1/wallet/{scene.certificate.id}/looks").json["items"]
    assert [(look["verdict"], look["reason"], look["matter"]) for look in looks] == [
        ("已过期", "show_expired", "落户")
    ]
    assert looks[0]["organisation_name"] == "政务服务中心" and looks[0]["post"] == "窗口人员"
    assert "account_id" not in looks[0] and "address" not in looks[0]
