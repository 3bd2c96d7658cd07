"""A clerk applies for somebody without a phone: consent first, then the same road."""

import uuid

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.applications.models import Application
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
