"""Certificates over HTTP: an approver signs off, the holder reads and downloads, others see what they may."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from backend.audit.models import AccessRecord
from backend.certificates.models import Certificate
from backend.identity.models import PinCredential
from backend.notifications.worker import drain
from tests.factories import certificates as make
from tests.factories import identity
from tests.factories import organisations as offices
from tests.factories.certificates import PIN, Desk
from tests.http_client import Caller

COMMITTEE, CITIZEN = "/mp/v1/committee", "/mp/v1/certificates"


@pytest.fixture
def approver(desk: Desk, client: Caller) -> Caller:
    return client.as_(desk.approver.token)


@pytest.fixture
def holder(desk: Desk, client: Caller) -> Caller:
    return client.as_(desk.holder.token)


def signing(caller: Caller, path: str, pin: str = PIN) -> dict[str, str]:
    """What an approver sends who has just read the preview."""
    return {"pin": pin, "digest": caller.get(f"{path}/document").json["digest"]}


def approve(desk: Desk, caller: Caller) -> dict[str, str]:
    path = f"{COMMITTEE}/applications/{desk.application().id}"
    answer = caller.post(f"{path}/approve", json=signing(caller, path))
    assert answer.status_code == 201, answer.text
    body: dict[str, str] = answer.json
    return body


def test_approval_answers_at_once_and_the_holder_gets_the_paper(
    desk: Desk, approver: Caller, holder: Caller
) -> None:
    approved = approve(desk, approver)
    assert approved["standing_name"] == "正在签章" and approved["holder_name"] == "欧***"
    waiting = holder.get(f"{CITIZEN}/{approved['id']}").json
    assert waiting["standing"] == "sealing" and waiting["check_code"] is None
    assert holder.get(f"{CITIZEN}/{approved['id']}/pdf").json["code"] == "paper_not_ready"
    drain(desk.runtime, strict=False)
    issued = holder.get(f"{CITIZEN}/{approved['id']}").json
    assert (issued["standing_name"], issued["holder_name"]) == ("有效", "欧阳春燕")
    assert issued["holder_id_number"].count("*") == 16 and len(issued["check_code"]) == 8
    assert issued["body"] == make.BODY and issued["verify_url"].startswith("HTTPS://ZHENG.EXAMPLE.CN/V/")
    pdf = holder.get(f"{CITIZEN}/{approved['id']}/pdf")
    assert pdf.content_type == "application/pdf" and pdf.data.startswith(b"%PDF-")


def test_repeated_approval_under_one_key_is_one_certificate(
    desk: Desk, approver: Caller, session: Session
) -> None:
    path = f"{COMMITTEE}/applications/{desk.application().id}"
    body = signing(approver, path)
    first = approver.post(f"{path}/approve", json=body, key="the-same-key-1")
    again = approver.post(f"{path}/approve", json=body, key="the-same-key-1")
    assert first.json == again.json and again.headers["Idempotency-Replayed"] == "true"
    assert len(session.scalars(select(Certificate)).all()) == 1
    assert approver.post(f"{path}/approve", json=body).json["code"] == "wrong_state"


def test_wrong_pin_over_http_stays_counted(desk: Desk, approver: Caller, session: Session) -> None:
    path = f"{COMMITTEE}/applications/{desk.application().id}"
    body = signing(approver, path)
    answers = [approver.post(f"{path}/approve", json={**body, "pin": "000000"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    session.expire_all()
    assert session.get_one(PinCredential, desk.approver.account.id).failures == 3
    assert approver.post(f"{path}/approve", json=body).status_code == 423


def test_unprintable_text_is_named_field_by_field(desk: Desk, approver: Caller) -> None:
    application = desk.application(text="藏文\u0f40")
    path = f"{COMMITTEE}/applications/{application.id}"
    answer = approver.post(f"{path}/approve", json=signing(approver, path))
    assert (answer.status_code, answer.json["code"]) == (422, "document_unfit")
    assert "U+0F40" in answer.json["errors"]["document.body.0"][0]
    preview = approver.get(f"{path}/document").json
    assert preview["faults"][0]["field"] == "body.0" and preview["title"] == "居住情况证明"


def test_registers_show_every_number_and_every_use_of_the_seal(desk: Desk, approver: Caller) -> None:
    numbers = [approve(desk, approver)["number"] for _ in range(3)]
    drain(desk.runtime, strict=False)
    register = approver.get(
        f"{COMMITTEE}/certificates/register?organisation_id={desk.village.id}&limit=2"
    ).json
    assert [item["number"] for item in register["items"]] == numbers[:2]
    rest = approver.get(
        f"{COMMITTEE}/certificates/register?organisation_id={desk.village.id}&cursor={register['next_cursor']}"
    ).json
    assert [item["number"] for item in rest["items"]] == numbers[2:]
    uses = approver.get(f"{COMMITTEE}/seal-uses").json["items"]
    assert sorted(use["number"] for use in uses) == sorted(numbers)
    assert {use["approved_by_post"] for use in uses} == {"主任"} and len(uses[0]["pdf_sha256"]) == 64


def test_certificates_are_found_by_number_and_by_id_number(desk: Desk, approver: Caller) -> None:
    wanted = approve(desk, approver)
    for query in (f"number={wanted['number']}", f"id_number={desk.holder.person.id_number}", "state=sealing"):
        found = approver.get(f"{COMMITTEE}/certificates?{query}").json["items"]
        assert [item["id"] for item in found] == [wanted["id"]], query
    nobody = approver.get(f"{COMMITTEE}/certificates?id_number=110101199001011234").json["items"]
    assert nobody == [] and approver.get(f"{COMMITTEE}/certificates?state=lost").status_code == 422


def test_other_village_and_other_citizen_see_nothing(
    desk: Desk, approver: Caller, client: Caller, session: Session
) -> None:
    made = approve(desk, approver)
    elsewhere = offices.approver(session, offices.village(session, offices.SIBLING_VILLAGE))
    make.pin(session, elsewhere.account)
    other = client.as_(elsewhere.token)
    assert other.get(f"{COMMITTEE}/certificates").json["items"] == []
    for path in (f"/certificates/{made['id']}", f"/certificates/{made['id']}/pdf"):
        assert other.get(COMMITTEE + path).status_code == 404
    body = {"pin": PIN, "reason_code": "ordered"}
    assert other.post(f"{COMMITTEE}/certificates/{made['id']}/revoke", json=body).status_code == 404
    stranger = client.as_(identity.citizen(session, "赵四").token)
    assert stranger.get(f"{CITIZEN}/{made['id']}").status_code == 404
    town = client.as_(offices.town_reviewer(session).token)
    assert [item["id"] for item in town.get(f"{COMMITTEE}/certificates").json["items"]] == [made["id"]]


def test_daughter_with_consent_reads_and_downloads_and_the_mother_sees_it(
    desk: Desk, approver: Caller, client: Caller, session: Session
) -> None:
    made = approve(desk, approver)
    drain(desk.runtime, strict=False)
    daughter = identity.citizen(session, "欧阳小燕")
    identity.acts_for(session, daughter, desk.holder.person)
    phone = client.as_(identity.log_in(session, daughter.account))
    assert phone.get(f"{CITIZEN}/{made['id']}/pdf").status_code == 200
    look = session.scalars(select(AccessRecord)).one()
    assert (look.holder_id, look.organisation_name) == (desk.holder.person.id, "代办亲友")


def test_staff_who_open_the_file_are_shown_by_post(desk: Desk, approver: Caller, session: Session) -> None:
    made = approve(desk, approver)
    drain(desk.runtime, strict=False)
    assert approver.get(f"{COMMITTEE}/certificates/{made['id']}/pdf").status_code == 200
    look = session.scalars(select(AccessRecord)).one()
    assert (look.organisation_name, look.post) == (desk.village.name, "主任")


def test_revoked_over_http_and_clerks_may_not(
    desk: Desk, approver: Caller, holder: Caller, client: Caller
) -> None:
    made = approve(desk, approver)
    drain(desk.runtime, strict=False)
    body = {"pin": PIN, "reason_code": "issued_in_error", "words": "门牌号写错"}
    path = f"{COMMITTEE}/certificates/{made['id']}/revoke"
    assert client.as_(desk.clerk.token).post(path, json=body).status_code == 403
    assert approver.post(path, json={**body, "pin": "12"}).status_code == 422
    assert approver.post(path, json=body).json["standing_name"] == "已吊销"
    seen = holder.get(f"{CITIZEN}/{made['id']}").json
    assert seen["end_reason"] == "签发有误：门牌号写错"


def test_shares_over_http(desk: Desk, approver: Caller, holder: Caller) -> None:
    made = approve(desk, approver)
    drain(desk.runtime, strict=False)
    path = f"{CITIZEN}/{made['id']}/shares"
    created = holder.post(path, json={"for_whom": "某公司人事部"})
    assert created.status_code == 201 and created.json["url"].startswith("https://zheng.example.cn/share/")
    (listed,) = holder.get(path).json["items"]
    assert listed["alive"] and "url" not in listed
    assert holder.delete(f"{CITIZEN}/shares/{listed['id']}").json["alive"] is False


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    seen: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    yield seen
    event.remove(session.get_bind(), "before_cursor_execute", note)


def test_number_of_queries_does_not_grow_with_the_page(
    desk: Desk, approver: Caller, session: Session
) -> None:
    approve(desk, approver)
    with statements(session) as few:
        approver.get(f"{COMMITTEE}/certificates")
    for _ in range(4):
        approve(desk, approver)
    with statements(session) as many:
        assert len(approver.get(f"{COMMITTEE}/certificates").json["items"]) == 5
    assert len(few) == len(many) <= 8


def test_what_is_signed_is_what_was_read(desk: Desk, approver: Caller, session: Session) -> None:
    """Between preview and PIN it went back to the clerk and came again with other words."""
    application = desk.application()
    path = f"{COMMITTEE}/applications/{application.id}"
    before = signing(approver, path)
    application.text = application.text.replace("2019", "2009")
    session.commit()
    refused = approver.post(f"{path}/approve", json=before)
    assert (refused.status_code, refused.json["code"]) == (409, "changed_since_preview")
    assert session.scalars(select(Certificate)).all() == []
    signed = approver.post(f"{path}/approve", json=signing(approver, path))
    assert signed.status_code == 201, signed.text


@pytest.mark.parametrize(
    "digest", [{}, {"digest": None}, {"digest": ""}, {"digest": "x"}, {"digest": "9F" * 32}]
)
def test_nothing_is_signed_unread(
    desk: Desk, approver: Caller, session: Session, digest: dict[str, Any]
) -> None:
    """No digest, or no digest at all: the answer names the field, and nothing was counted against the PIN."""
    path = f"{COMMITTEE}/applications/{desk.application().id}/approve"
    refused = approver.post(path, json={"pin": "000000", **digest})
    assert refused.status_code == 422 and list(refused.json["errors"]) == ["json.digest"], refused.text
    assert session.scalars(select(Certificate)).all() == []
    assert session.get_one(PinCredential, desk.approver.account.id).failures == 0


def test_a_correction_is_read_before_it_is_signed(desk: Desk, approver: Caller, session: Session) -> None:
    old = desk.issue()
    application = desk.application(text="兹证明该同志自2018年3月起居住在我社区。")
    path = f"{COMMITTEE}/certificates/{old.id}/supersede"
    body = {"pin": PIN, "application_id": str(application.id)}
    unread = approver.post(path, json=body)
    assert unread.status_code == 422 and list(unread.json["errors"]) == ["json.digest"]
    body |= signing(approver, f"{COMMITTEE}/applications/{application.id}")
    application.text = application.text.replace("2018", "2008")
    session.commit()
    stale = approver.post(path, json=body)
    assert (stale.status_code, stale.json["code"]) == (409, "changed_since_preview")
    body |= signing(approver, f"{COMMITTEE}/applications/{application.id}")
    assert approver.post(path, json=body).status_code == 201
