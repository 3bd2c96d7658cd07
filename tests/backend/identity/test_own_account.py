"""Consents, my data, corrections, and the end of an account."""

import json
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.audit.models import AccessRecord
from backend.identity import accounts, consents, export, service
from backend.identity.consents import ConsentRequired, ConsentWithdrawn
from backend.identity.models import Account, Person, SmsCode
from backend.notifications.models import Message
from tests.factories import identity
from tests.factories import organisations as make
from tests.factories.identity import Citizen
from tests.http_client import Caller


@pytest.fixture
def someone(session: Session) -> Citizen:
    return identity.citizen(session, "欧阳春燕")


def step_up(client: Caller, session: Session, token: str) -> str:
    assert client.as_(token).post("/mp/v1/me/sms-codes").status_code == 202
    return str(session.scalars(select(SmsCode).order_by(SmsCode.id.desc())).first().code)


# Consents


def test_texts_and_versions_are_listed(client: Caller, someone: Citizen) -> None:
    items = client.as_(someone.token).get("/mp/v1/me/consents").json["items"]
    assert {item["kind"] for item in items} == {"privacy_policy", "id_number", "face", "share_with_offices"}
    assert all(item["given"] and item["text"] and item["after_withdrawal"] for item in items)


def test_texts_can_be_read_before_logging_in(client: Caller) -> None:
    items = client.get("/mp/v1/me/consents/texts").json["items"]
    assert [item["kind"] for item in items] == list(consents.TEXTS)
    assert all(item["text"] and item["version"] and "given" not in item for item in items)


def test_withdrawn_id_number_consent_blocks_new_applications_and_says_why(
    client: Caller, session: Session, someone: Citizen
) -> None:
    consents.refuse_withdrawn(session, someone.account.id)
    answer = client.as_(someone.token).delete("/mp/v1/me/consents/id_number")
    assert answer.status_code == 200 and answer.json["given"] is False
    assert "新的申请" in answer.json["after_withdrawal"]
    session.expire_all()
    with pytest.raises(ConsentWithdrawn) as refused:
        consents.refuse_withdrawn(session, someone.account.id)
    assert "重新同意" in refused.value.message


def test_consent_can_be_given_again(client: Caller, session: Session, someone: Citizen) -> None:
    own = client.as_(someone.token)
    own.delete("/mp/v1/me/consents/id_number")
    again = own.post("/mp/v1/me/consents", {"kind": "id_number", "text_version": "2026-01"})
    assert again.json["given"] is True
    session.expire_all()
    consents.refuse_withdrawn(session, someone.account.id)


def test_consent_to_an_old_text_is_refused(client: Caller, someone: Citizen) -> None:
    answer = client.as_(someone.token).post("/mp/v1/me/consents", {"kind": "face", "text_version": "2019-01"})
    assert (answer.status_code, answer.json["code"]) == (422, "old_consent_text")


@pytest.mark.parametrize("kind", ["nonsense", "privacy_policy/x"])
def test_unknown_consent(client: Caller, someone: Citizen, kind: str) -> None:
    assert client.as_(someone.token).delete(f"/mp/v1/me/consents/{kind}").status_code == 404


def test_never_given_is_not_withdrawn_but_required(session: Session) -> None:
    account = identity.account(session)
    consents.refuse_withdrawn(session, account.id)
    with pytest.raises(ConsentRequired):
        consents.require(session, account.id, consents.FACE)


# My data


def test_held_data_is_masked(client: Caller, someone: Citizen) -> None:
    answer = client.as_(someone.token).get("/mp/v1/me/data")
    text = answer.get_data(as_text=True)
    assert answer.json["person"]["name"] == "欧***"
    assert someone.person.id_number not in text and (someone.account.phone or "-") not in text


def test_copy_is_whole_needs_a_code_and_is_recorded(
    client: Caller, session: Session, someone: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporters = export.Exporters()
    exporters.add("certificates", lambda session, actor: [{"holder": str(actor.person)}])
    monkeypatch.setattr(export, "current", lambda: exporters)
    code = step_up(client, session, someone.token)
    own = client.as_(someone.token)
    assert own.post("/mp/v1/me/data/copies", {"sms_code": "000000"}).status_code == 422
    answer = own.post("/mp/v1/me/data/copies", {"sms_code": code})
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
    copy = json.loads(answer.get_data())
    assert copy["identity"]["person"]["id_number"] == someone.person.id_number
    assert copy["identity"]["account"]["phone"] == someone.account.phone
    assert copy["certificates"] == [{"holder": str(someone.person.id)}]
    assert len(copy["identity"]["consents"]) == 4 and len(copy["identity"]["devices"]) == 1
    look = session.scalars(select(AccessRecord)).one()
    assert (look.holder_id, look.kind) == (someone.person.id, "disclosure")


def test_two_exporters_of_one_name_are_refused() -> None:
    exporters = export.Exporters()
    exporters.add("x", lambda session, actor: [])
    with pytest.raises(ValueError, match="already"):
        exporters.add("x", lambda session, actor: [])


# Corrections


def ask_correction(client: Caller, who: Citizen, wanted: str = "欧阳春艳") -> Any:
    return client.as_(who.token).post("/mp/v1/me/corrections", {"field": "name", "wanted": wanted})


def test_name_is_corrected_by_the_city(client: Caller, session: Session, someone: Citizen) -> None:
    asked = ask_correction(client, someone)
    assert (asked.status_code, asked.json["wanted"]) == (201, "欧***")
    admin = client.as_(make.city_admin(session).token)
    task = admin.get("/api/v1/corrections").json["items"][0]
    assert task["wanted"] == "欧阳春艳"
    body = {"accepted": True, "answer": "已核对户口簿"}
    done = admin.post(f"/api/v1/corrections/{task['id']}/decision", body)
    assert done.json["state"] == "done", done.json
    session.expire_all()
    assert session.get_one(Person, someone.person.id).name == "欧阳春艳"
    told = session.scalars(select(Message).where(Message.account_id == someone.account.id)).one()
    assert "已核对户口簿" in told.text
    again = admin.post(f"/api/v1/corrections/{task['id']}/decision", body)
    assert again.status_code == 409


def test_refused_correction_changes_nothing(client: Caller, session: Session, someone: Citizen) -> None:
    asked = ask_correction(client, someone).json["id"]
    admin = client.as_(make.city_admin(session).token)
    body = {"accepted": False, "answer": "请提供改名证明"}
    assert admin.post(f"/api/v1/corrections/{asked}/decision", body).json["state"] == "refused"
    session.expire_all()
    assert session.get_one(Person, someone.person.id).name == "欧阳春燕"
    assert (
        client.as_(someone.token).get("/mp/v1/me/corrections").json["items"][0]["answer"] == "请提供改名证明"
    )


def test_village_admin_decides_no_correction(client: Caller, session: Session, someone: Citizen) -> None:
    asked = ask_correction(client, someone).json["id"]
    admin = client.as_(make.organisation_admin(session).token)
    body = {"accepted": True, "answer": "好的"}
    assert admin.post(f"/api/v1/corrections/{asked}/decision", body).status_code == 403


# The end


def test_closing_needs_the_code_and_frees_phone_and_wechat(
    client: Caller, session: Session, someone: Citizen
) -> None:
    phone, openid = someone.account.phone or "", someone.account.wechat_openid or ""
    code = step_up(client, session, someone.token)
    own = client.as_(someone.token)
    assert own.post("/mp/v1/me/close", {}).status_code == 422
    assert own.post("/mp/v1/me/close", {"sms_code": code}).status_code == 204
    assert own.get("/mp/v1/me").status_code == 401
    session.expire_all()
    assert accounts.find(session, accounts.PHONE, phone) is None
    assert accounts.find(session, accounts.OPENID, openid) is None
    closed = session.get_one(Account, someone.account.id)
    assert (closed.state, closed.phone, closed.wechat_openid) == ("closed", None, None)
    assert session.get_one(Person, someone.person.id).state == "active"


def test_closed_person_is_found_again_by_their_face(
    client: Caller, session: Session, someone: Citizen, simulators: Any
) -> None:
    code = step_up(client, session, someone.token)
    client.as_(someone.token).post("/mp/v1/me/close", {"sms_code": code})
    simulators.realname.register("欧阳春燕", someone.person.id_number)
    new = client.as_(identity.log_in(session, identity.account(session)))
    body = {"name": "欧阳春燕", "id_number": someone.person.id_number, "consent_version": "2026-01"}
    answer = new.post("/mp/v1/auth/real-name", body).json
    assert (answer["state"], answer["reason"]) == ("face", "known")
    assert new.get("/mp/v1/me").json["person"] is None
    new.post("/mp/v1/me/consents", {"kind": "face", "text_version": "2026-01"})
    opened = new.post("/mp/v1/auth/real-name/face")
    assert simulators.wechat.hold_up_face(opened.json["verify_id"], 10000)
    assert new.post("/mp/v1/auth/real-name/face/result").json["state"] == "matched"
    assert new.get("/mp/v1/me").json["person"]["id"] == str(someone.person.id)


def test_closing_ends_authorisations(client: Caller, session: Session, someone: Citizen) -> None:
    helper = identity.citizen(session, "陈小满")
    identity.acts_for(session, helper, someone.person)
    code = step_up(client, session, someone.token)
    client.as_(someone.token).post("/mp/v1/me/close", {"sms_code": code})
    assert client.as_(helper.token).get("/mp/v1/me").json["acts_for"] == []


def test_who_is_in_office_cannot_close(client: Caller, session: Session) -> None:
    clerk = make.clerk(session)
    token = clerk.token
    code = step_up(client, session, token)
    refused = client.as_(token).post("/mp/v1/me/close", {"sms_code": code})
    assert (refused.status_code, refused.json["code"]) == (409, "in_office")


def test_death_closes_everything_and_hands_nothing_over(
    client: Caller, session: Session, someone: Citizen
) -> None:
    heir = identity.citizen(session, "陈小满")
    identity.acts_for(session, heir, someone.person)
    admin = client.as_(make.city_admin(session).token)
    path = f"/api/v1/persons/{someone.person.id}/death"
    assert admin.post(path, {"basis": "death_certificate"}).status_code == 200
    assert admin.post(path, {"basis": "death_certificate"}).status_code == 409
    assert client.as_(someone.token).get("/mp/v1/me").status_code == 401
    assert client.as_(heir.token).get("/mp/v1/me").json["acts_for"] == []
    session.expire_all()
    assert session.get_one(Person, someone.person.id).state == service.DECEASED
    assert service.own_accounts(session, someone.person.id) == []


def test_dead_persons_number_opens_nothing(
    client: Caller, session: Session, someone: Citizen, simulators: Any
) -> None:
    admin = client.as_(make.city_admin(session).token)
    admin.post(f"/api/v1/persons/{someone.person.id}/death", {"basis": "court"})
    simulators.realname.register("欧阳春燕", someone.person.id_number)
    new = client.as_(identity.log_in(session, identity.account(session)))
    body = {"name": "欧阳春燕", "id_number": someone.person.id_number, "consent_version": "2026-01"}
    assert new.post("/mp/v1/auth/real-name", body).json["code"] == "person_closed"
