"""A clerk applies for somebody without a phone: consent first, then the same road."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.applications.models import Application
from backend.audit.models import AuditEntry
from backend.identity import limits
from backend.identity.models import SmsCode
from tests.backend.applications.conftest import Callers
from tests.backend.applications.test_evidence_http import noise, uploaded
from tests.factories import applications, identity, organisations
from tests.factories.applications import Village
from tests.http_client import Caller

COMMITTEE = "/mp/v1/committee/applications"


@pytest.fixture
def made(session: Session, callers: Callers, here: Village) -> Application:
    body = {**applications.body(here.organisation), "name": "王奶奶", "id_number": identity.id_number()}
    answer = callers.clerk.post(COMMITTEE, body)
    assert answer.status_code == 201, answer.json
    assert answer.json["helper"] == "clerk"
    return session.get_one(Application, uuid.UUID(answer.json["id"]))


def names_tried(session: Session) -> list[tuple[str, uuid.UUID | None]]:
    lines = select(AuditEntry).where(AuditEntry.action == "identity.named_at_desk").order_by(AuditEntry.id)
    return [(line.facts["outcome"], line.subject_id) for line in session.scalars(lines)]


def test_names_tried_against_a_number_are_counted_audited_and_stopped(
    session: Session, callers: Callers, here: Village
) -> None:
    held = identity.person(session, "王奶奶")
    session.commit()
    body = {**applications.body(here.organisation), "id_number": held.id_number}
    for guess in ("王一", "王二", "王三", "王四", "王五"):
        wrong = callers.clerk.post(COMMITTEE, {**body, "name": guess})
        assert (wrong.status_code, wrong.json["code"]) == (409, "name_differs")
    stopped = callers.clerk.post(COMMITTEE, {**body, "name": "王奶奶"})  # right at last, and too late
    assert (stopped.status_code, stopped.json["code"]) == (429, "too_many")
    assert "明天" in stopped.json["detail"] and stopped.headers["Retry-After"]
    assert names_tried(session) == [("name_differs", held.id)] * 5
    line = session.scalars(select(AuditEntry).where(AuditEntry.subject_id == held.id)).first()
    assert line and line.account_id == here.clerk.account.id and line.role == "clerk"
    assert line.facts == {"outcome": "name_differs"}
    other = callers.other_clerk.post(COMMITTEE, {**body, "name": "王奶奶"})
    assert other.status_code == 201
    assert names_tried(session)[-1] == ("known", held.id)
    assert session.scalars(select(Application)).one().holder_id == held.id


def test_one_name_tried_against_many_numbers_is_stopped_too(
    session: Session, callers: Callers, here: Village
) -> None:
    for _ in range(60):
        limits.count(
            session,
            name="desk.names",
            key=here.clerk.account.id.hex,
            limit=60,
            window=timedelta(hours=1),
        )
    session.commit()
    body = {**applications.body(here.organisation), "name": "王奶奶", "id_number": identity.id_number()}
    assert callers.clerk.post(COMMITTEE, body).status_code == 429
    assert names_tried(session) == []


def test_somebody_new_is_registered_and_the_line_says_so(session: Session, made: Application) -> None:
    assert names_tried(session) == [("registered", made.holder_id)]


def test_impossible_number_counts_for_nothing(session: Session, callers: Callers, here: Village) -> None:
    body = {**applications.body(here.organisation), "name": "王奶奶", "id_number": "421221199202300010"}
    for _ in range(7):
        assert callers.clerk.post(COMMITTEE, body).status_code == 422
    assert names_tried(session) == []


def test_without_consent_nothing_is_handed_in(callers: Callers, made: Application) -> None:
    answer = callers.clerk.post(f"{COMMITTEE}/{made.id}/submit", {})
    assert (answer.status_code, answer.json["code"]) == (409, "consent_missing")


def test_the_code_the_person_says_is_the_consent(
    session: Session, callers: Callers, made: Application
) -> None:
    path = f"{COMMITTEE}/{made.id}"
    assert callers.clerk.post(f"{path}/consent-code", {"phone": "13712345678"}).status_code == 204
    sent = session.scalars(select(SmsCode).where(SmsCode.subject_id == made.id)).one()
    wrong = callers.clerk.post(f"{path}/consent", {"phone": "13712345678", "code": "x"})
    assert (wrong.status_code, wrong.json["code"]) == (422, "wrong_code")
    agreed = callers.clerk.post(f"{path}/consent", {"phone": "13712345678", "code": sent.code})
    assert agreed.json["helper_basis"] == "sms_code"
    submitted = callers.clerk.post(f"{path}/submit", {})
    assert submitted.json["state"] == "submitted"
    assert submitted.json["contact_phone"] == "137****5678"
    steps = callers.clerk.get(f"{path}/timeline").json["steps"]
    assert steps[0]["by"] == "经办人"


def test_the_clerk_s_own_phone_is_no_consent(callers: Callers, here: Village, made: Application) -> None:
    own = here.clerk.account.phone
    answer = callers.clerk.post(f"{COMMITTEE}/{made.id}/consent-code", {"phone": own})
    assert (answer.status_code, answer.json["code"]) == (422, "own_phone")


def test_a_signed_sheet_is_the_consent(session: Session, callers: Callers, made: Application) -> None:
    sheet = uploaded(callers.clerk, made, noise(700)).json["id"]
    agreed = callers.clerk.post(f"{COMMITTEE}/{made.id}/consent", {"evidence_id": sheet})
    assert agreed.json["helper_basis"] == "signed_sheet"
    assert callers.clerk.post(f"{COMMITTEE}/{made.id}/submit", {}).json["state"] == "submitted"
    session.expire_all()
    assert session.get_one(Application, made.id).helper_evidence_blob


def test_no_basis_is_no_consent(callers: Callers, made: Application) -> None:
    assert callers.clerk.post(f"{COMMITTEE}/{made.id}/consent", {}).status_code == 422


def test_the_clerk_s_words_are_changed_and_withdrawn_like_anybody_s(
    callers: Callers, here: Village, made: Application
) -> None:
    path = f"{COMMITTEE}/{made.id}"
    body = applications.body(here.organisation, words="证明我没结婚", item_code=None)
    assert callers.clerk.put(f"{path}/draft", body).json["words"] == "证明我没结婚"
    sheet = uploaded(callers.clerk, made, noise(700)).json["id"]
    callers.clerk.post(f"{path}/consent", {"evidence_id": sheet})
    assert callers.clerk.post(f"{path}/submit", {}).json["state"] == "not_needed"
    assert callers.clerk.post(f"{path}/revise").json["state"] == "draft"
    assert callers.clerk.post(f"{path}/withdraw", {}).json["state"] == "withdrawn"


def test_a_wrong_id_number_is_refused_with_words(callers: Callers, here: Village) -> None:
    body = {**applications.body(here.organisation), "name": "王奶奶", "id_number": "421221199001011234"}
    answer = callers.clerk.post(COMMITTEE, body)
    assert (answer.status_code, answer.json["code"]) == (422, "invalid_id_number")


def test_a_clerk_assists_only_in_the_own_village(
    session: Session, client: Caller, callers: Callers, here: Village, made: Application
) -> None:
    other = applications.village(session, organisations.SIBLING_VILLAGE)
    body = {**applications.body(other.organisation), "name": "王奶奶", "id_number": identity.id_number()}
    assert callers.clerk.post(COMMITTEE, body).status_code == 404
    stranger = client.as_(other.clerk.token)
    assert stranger.post(f"{COMMITTEE}/{made.id}/submit", {}).status_code == 404
    assert stranger.get(f"{COMMITTEE}/{made.id}").status_code == 404


def test_a_citizen_s_own_application_is_not_the_clerk_s_to_hand_in(
    session: Session, callers: Callers, here: Village, settings: object
) -> None:
    own = callers.citizen.post("/mp/v1/applications", applications.body(here.organisation)).json
    assert callers.clerk.post(f"{COMMITTEE}/{own['id']}/submit", {}).status_code == 404
    assert callers.clerk.post(f"{COMMITTEE}/{own['id']}/withdraw", {}).status_code == 404
