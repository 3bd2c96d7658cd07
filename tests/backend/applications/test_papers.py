"""The papers of an application, really made by the worker: sealed, and saying what was decided."""

import pytest
from sqlalchemy.orm import Session

from backend.applications.models import Application
from backend.notifications.worker import drain
from backend.papers import service as papers
from backend.runtime import Runtime
from backend.settings import Settings
from tests.backend.applications.conftest import Callers
from tests.factories import applications
from tests.factories import papers as keys
from tests.factories.applications import PIN, Village

COMMITTEE = "/mp/v1/committee/applications"


@pytest.fixture
def claimed(session: Session, settings: Settings, here: Village) -> Application:
    keys.city_keys(session, settings)
    return applications.claimed_application(session, settings, here)


def document(session: Session, kind: str, made: Application) -> dict[str, object]:
    session.expire_all()
    paper = papers.paper_of(session, kind, made.id)
    assert paper is not None and paper.state == "sealed", paper and paper.failure
    return papers.document_of(paper)


def test_the_receipt_says_what_was_asked_and_by_when(
    session: Session, runtime: Runtime, claimed: Application
) -> None:
    drain(runtime)
    receipt = document(session, "receipt", claimed)
    assert "预计" in str(receipt["body"])
    assert ["申请事项", "居住情况证明"] in receipt["facts"]  # type: ignore[operator]


def test_the_notice_names_everything_missing(
    session: Session, runtime: Runtime, callers: Callers, claimed: Application
) -> None:
    items = [
        {"kind": "supply", "message": "请补房屋照片"},
        {"kind": "bring_original", "message": "请带户口簿"},
    ]
    callers.clerk.post(f"{COMMITTEE}/{claimed.id}/return", {"items": items})
    drain(runtime)
    notice = document(session, "correction_notice", claimed)
    assert notice["items"] == [
        ["申请材料", "补充", "请补房屋照片"],
        ["申请材料", "带原件", "请带户口簿"],
    ]


def test_the_refusal_says_why_and_where_to_go(
    session: Session, runtime: Runtime, callers: Callers, claimed: Application
) -> None:
    where = [{"office": "户籍地派出所", "how": "带身份证，当场办理"}]
    body = {"reason": "not_ours", "words": "这件事由派出所掌握。", "where_to_go": where}
    callers.clerk.post(f"{COMMITTEE}/{claimed.id}/refusal-proposal", body)
    assert callers.approver.post(f"{COMMITTEE}/{claimed.id}/refuse", {"pin": PIN}).status_code == 200
    drain(runtime)
    refusal = document(session, "refusal", claimed)
    assert refusal["where_to_go"] == [["户籍地派出所", "带身份证，当场办理"]]
    assert "投诉" in str(refusal["remedy"])


def test_staff_print_a_paper_for_who_has_no_phone_and_the_holder_sees_it(
    session: Session, runtime: Runtime, callers: Callers, claimed: Application
) -> None:
    path = f"{COMMITTEE}/{claimed.id}/papers"
    waiting = callers.clerk.get(f"{path}/receipt/pdf")
    assert (waiting.status_code, waiting.json["code"]) == (409, "paper_not_ready")
    drain(runtime)
    printed = callers.clerk.get(f"{path}/receipt/pdf")
    assert (printed.status_code, printed.mimetype) == (200, "application/pdf")
    assert printed.data.startswith(b"%PDF-")
    looks = callers.citizen.get("/mp/v1/wallet/looks").json["items"]
    assert [(look["kind"], look["item_kind"], look["post"]) for look in looks] == [
        ("download", "receipt", "经办人")
    ]
    for kind in ("refusal", "certificate", "x"):
        assert callers.clerk.get(f"{path}/{kind}/pdf").status_code == 404
    assert callers.citizen.get(f"{path}/receipt/pdf").status_code == 403


def test_approved_it_is_issued_by_the_worker(
    session: Session, settings: Settings, runtime: Runtime, callers: Callers, here: Village
) -> None:
    keys.city_keys(session, settings)
    made = applications.approving_application(session, settings, here)
    read = callers.approver.get(f"{COMMITTEE}/{made.id}/document").json["digest"]
    signed = callers.approver.post(f"{COMMITTEE}/{made.id}/approve", {"pin": PIN, "digest": read})
    assert signed.status_code == 201
    assert callers.citizen.get(f"/mp/v1/applications/{made.id}").json["state_name"] == "正在签章"
    drain(runtime)
    issued = callers.citizen.get(f"/mp/v1/applications/{made.id}").json
    assert issued["state"] == "issued"
    assert issued["certificate_number"] == signed.json["number"]
    again = callers.citizen.post("/mp/v1/applications", applications.body(here.organisation)).json
    duplicate = callers.citizen.post(f"/mp/v1/applications/{again['id']}/submit", {})
    assert duplicate.status_code == 409
    assert duplicate.json["existing"][0]["certificate_number"] == signed.json["number"]


def test_a_name_no_font_can_draw_does_not_keep_the_clerk_from_working(
    session: Session, settings: Settings, callers: Callers, here: Village
) -> None:
    made = applications.submitted_application(session, settings, here)
    here.citizen.person.name = "欧阳\ue000"
    session.commit()
    claimed = callers.clerk.post(f"{COMMITTEE}/{made.id}/claim")
    assert claimed.json["state"] == "reviewing"
    assert papers.paper_of(session, "receipt", made.id) is None
    steps = callers.clerk.get(f"{COMMITTEE}/{made.id}/timeline").json["steps"]
    assert "受理回执未能制作" in steps[-1]["note"]
