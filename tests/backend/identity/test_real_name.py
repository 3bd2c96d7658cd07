"""The real-name check: matched, mistyped, still checking, found again, and in person."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.audit.models import AuditEntry
from backend.identity import merging, service
from backend.identity.models import Account, IdentityAttempt, Person
from backend.notifications.models import Message
from backend.notifications.worker import drain
from backend.runtime import Runtime
from tests.backend.identity.conftest import Advance
from tests.factories import identity
from tests.factories import organisations as make
from tests.http_client import Caller
from tests.simulators.fixtures import Simulators

CONSENT = {"consent_version": "2026-01"}


class Phone:
    """A logged-in phone that nobody is confirmed for yet, and somebody the register knows."""

    def __init__(self, client: Caller, session: Session, simulators: Simulators, name: str) -> None:
        self.account = identity.account(session)
        self.caller = client.as_(identity.log_in(session, self.account))
        self.name, self.number = name, identity.id_number(date(1992, 5, 6))
        simulators.realname.register(name, self.number)

    def check(self, name: str = "", number: str = "", **more: Any) -> Any:
        body = {"name": name or self.name, "id_number": number or self.number, **CONSENT, **more}
        return self.caller.post("/mp/v1/auth/real-name", body)


@pytest.fixture
def phone(client: Caller, session: Session, simulators: Simulators) -> Phone:
    return Phone(client, session, simulators, "欧阳春燕")


def test_match_makes_the_account_a_persons(phone: Phone, session: Session) -> None:
    answer = phone.check()
    assert (answer.status_code, answer.json["state"]) == (200, "matched"), answer.json
    me = phone.caller.get("/mp/v1/me").json
    assert me["person"]["name"] == "欧***"
    assert me["person"]["id_number"].count("*") == 16
    assert me["person"]["verified_by"] == "realname_data"
    person = service.find_by_id_number(session, phone.number)
    assert person and person.id_number == phone.number and person.birth_date == date(1992, 5, 6)
    assert phone.number.encode() not in person.id_number_sealed


@pytest.mark.parametrize("name", ["阿依古丽·买买提", "王䶮", "陈㛃", "刘𬭎", "欧阳娜娜", "Ｊ陈"])
def test_names_of_all_kinds(client: Caller, session: Session, simulators: Simulators, name: str) -> None:
    answer = Phone(client, session, simulators, name).check()
    assert answer.json["state"] == "matched", answer.json


@pytest.mark.parametrize(
    "wrong",
    [
        "42122119920506001",
        "421221199202300010",
        "11010519491231002Y",
        "abc",
        "４２１２２１１９９２０２３０００１０",
        "",
    ],
)
def test_impossible_number_is_refused_before_the_register_is_asked(
    phone: Phone, simulators: Simulators, wrong: str
) -> None:
    answer = phone.caller.post("/mp/v1/auth/real-name", {"name": "欧阳春燕", "id_number": wrong, **CONSENT})
    assert answer.status_code == 422
    assert "json.id_number" in answer.json["errors"]
    assert simulators.realname.calls() == 0


def test_lower_case_x_and_full_width_are_the_same_person(
    phone: Phone, simulators: Simulators, session: Session
) -> None:
    simulators.realname.register("张三丰", "11010519491231002X")
    typed = "１１０１０５１９４９１２３１００２ｘ"
    assert phone.check("张三丰", typed).json["state"] == "matched"
    assert service.find_by_id_number(session, "11010519491231002x")


def test_mismatch_says_what_to_do_and_offers_the_desk(phone: Phone) -> None:
    answer = phone.check(name="欧阳春艳")
    assert (answer.status_code, answer.json["state"]) == (200, "mismatched")
    assert "对不上" in answer.json["words"] and "窗口" in answer.json["words"]
    assert phone.caller.get("/mp/v1/me").json["person"] is None
    desk = phone.caller.post("/mp/v1/auth/real-name/desk")
    assert desk.json["state"] == "desk"
    assert len(desk.json["desk_code"].replace(" ", "")) == 8


def test_number_the_register_does_not_know(phone: Phone) -> None:
    answer = phone.check(number=identity.id_number())
    assert (answer.json["state"], answer.json["reason"]) == ("mismatched", "no_record")


def test_consent_comes_first(phone: Phone, simulators: Simulators) -> None:
    answer = phone.check(consent_version=None)
    assert (answer.status_code, answer.json["code"]) == (403, "consent_required")
    assert (answer.json["consent_kind"], answer.json["text_version"]) == ("id_number", "2026-01")
    assert simulators.realname.calls() == 0


def test_register_slow_then_well_again(
    phone: Phone, runtime: Runtime, simulators: Simulators, session: Session
) -> None:
    simulators.realname.errcode("-4", times=20)
    answer = phone.check()
    assert (answer.status_code, answer.json["state"]) == (200, "checking")
    assert "不用重复提交" in answer.json["words"]
    simulators.realname.well()
    drain(runtime, strict=False)
    assert phone.caller.get("/mp/v1/auth/real-name").json["state"] == "matched"
    told = session.scalars(select(Message).where(Message.account_id == phone.account.id)).one()
    assert told.text == "实名认证已完成"


def test_late_mismatch_is_told(
    phone: Phone, runtime: Runtime, simulators: Simulators, session: Session
) -> None:
    simulators.realname.errcode("-4", times=20)
    phone.check(name="欧阳春艳")
    simulators.realname.well()
    drain(runtime, strict=False)
    assert phone.caller.get("/mp/v1/auth/real-name").json["state"] == "mismatched"


@pytest.mark.parametrize("fault", ["status", "html", "slow", "garbage"])
def test_register_away_keeps_what_was_typed(phone: Phone, simulators: Simulators, fault: str) -> None:
    simulators.realname.fault(fault, {"status": 503, "slow": 1.2}.get(fault))
    assert phone.check().json["state"] == "checking"
    assert phone.caller.get("/mp/v1/me").json["person"] is None


def test_register_silent_for_a_day_sends_to_the_desk(
    phone: Phone, runtime: Runtime, simulators: Simulators, advance: Advance
) -> None:
    simulators.realname.errcode("-4", times=None)
    phone.check()
    for _ in range(3):
        advance(timedelta(hours=9))
        drain(runtime, strict=False)
    state = phone.caller.get("/mp/v1/auth/real-name")
    assert state.status_code == 401  # the access token is long over
    session_row = phone.account
    with runtime.database.session() as session:
        attempt = session.scalars(
            select(IdentityAttempt).where(IdentityAttempt.account_id == session_row.id)
        ).one()
        assert (attempt.state, attempt.reason) == ("desk", "register_silent")


def test_sixth_check_of_a_day_is_refused_although_the_others_failed(phone: Phone) -> None:
    for _ in range(5):
        assert phone.check(name="欧阳春艳").status_code == 200
    refused = phone.check()
    assert (refused.status_code, refused.json["code"]) == (429, "too_many")


def test_one_number_is_not_tried_from_many_accounts(
    client: Caller, session: Session, simulators: Simulators
) -> None:
    number = identity.id_number()
    answers = [Phone(client, session, simulators, "某某人").check(number=number) for _ in range(9)]
    assert [answer.status_code for answer in answers] == [200] * 8 + [429]


def test_registers_own_daily_limit(phone: Phone, simulators: Simulators) -> None:
    simulators.realname.daily_limit(0)
    answer = phone.check()
    assert (answer.status_code, answer.json["code"]) == (429, "realname_limit")
    assert "明天" in answer.json["detail"]


def test_confirmed_account_is_not_checked_again(phone: Phone) -> None:
    phone.check()
    again = phone.check()
    assert (again.status_code, again.json["code"]) == (409, "already_confirmed")


def test_name_of_a_known_number_cannot_be_another(
    phone: Phone, session: Session, simulators: Simulators
) -> None:
    identity.person(session, "旧名字", phone.number)
    session.commit()
    answer = phone.check()
    assert (answer.status_code, answer.json["code"]) == (409, "name_differs")


# Found again from another phone


def other_phone(phone: Phone, client: Caller, session: Session, simulators: Simulators) -> Phone:
    other = Phone(client, session, simulators, phone.name)
    other.number = phone.number
    return other


def test_name_and_number_alone_take_no_account_over(
    phone: Phone, client: Caller, session: Session, simulators: Simulators
) -> None:
    phone.check()
    other = other_phone(phone, client, session, simulators)
    assert other.check().json["state"] == "face"
    assert phone.caller.get("/mp/v1/me").json["person"] is not None
    assert other.caller.get("/mp/v1/me").json["person"] is None


def test_whom_a_clerk_has_helped_is_not_taken_over_by_name_and_number(
    phone: Phone, client: Caller, session: Session
) -> None:
    helped = service.ensure_person(
        session, name=phone.name, id_number=phone.number, verified_by="village_desk"
    )
    session.commit()
    answer = phone.check()
    assert (answer.json["state"], answer.json["reason"]) == ("face", "known"), answer.json
    assert "人脸" in answer.json["words"] and "当面确认" in answer.json["words"]
    assert phone.caller.get("/mp/v1/me").json["person"] is None
    code = phone.caller.post("/mp/v1/auth/real-name/desk").json["desk_code"]
    desk = client.as_(make.clerk(session).token)
    assert desk.post("/mp/v1/people/confirmations", {"code": code, "document": "id_card"}).status_code == 200
    assert phone.caller.get("/mp/v1/me").json["person"]["id"] == str(helped.id)


def test_helped_person_in_a_browser_goes_to_the_desk(phone: Phone, session: Session) -> None:
    identity.person(session, phone.name, phone.number)
    phone.account.wechat_openid = None
    session.commit()
    answer = phone.check().json
    assert (answer["state"], answer["reason"]) == ("desk", "known") and answer["desk_code"]


def test_late_answer_of_the_register_takes_no_known_person_over(
    phone: Phone, runtime: Runtime, simulators: Simulators, session: Session
) -> None:
    identity.person(session, phone.name, phone.number)
    session.commit()
    simulators.realname.errcode("-4", times=20)
    assert phone.check().json["state"] == "checking"
    simulators.realname.well()
    drain(runtime, strict=False)
    assert phone.caller.get("/mp/v1/auth/real-name").json["state"] == "face"
    assert phone.caller.get("/mp/v1/me").json["person"] is None
    told = session.scalars(select(Message).where(Message.account_id == phone.account.id)).one()
    assert "人脸" in told.text


def test_merged_record_is_known_by_both_numbers(phone: Phone, session: Session) -> None:
    gone = identity.person(session, phone.name, phone.number)
    stays = identity.person(session, phone.name)
    merging.merge(
        session,
        make.city_admin(session).actor,
        from_person_id=gone.id,
        into_person_id=stays.id,
        reason="同一个人",
        movers=merging.Movers(),
    )
    session.commit()
    assert phone.check().json["state"] == "face"


def face(other: Phone, simulators: Simulators, verdict: int = 10000) -> Any:
    other.caller.post("/mp/v1/me/consents", {"kind": "face", "text_version": "2026-01"})
    opened = other.caller.post("/mp/v1/auth/real-name/face")
    assert opened.status_code == 200, opened.json
    assert simulators.wechat.hold_up_face(opened.json["verify_id"], verdict)
    return other.caller.post("/mp/v1/auth/real-name/face/result")


def test_face_check_brings_the_person_to_the_new_phone(
    phone: Phone, client: Caller, session: Session, simulators: Simulators
) -> None:
    phone.check()
    person_id = phone.caller.get("/mp/v1/me").json["person"]["id"]
    other = other_phone(phone, client, session, simulators)
    other.check()
    assert face(other, simulators).json["state"] == "matched"
    assert other.caller.get("/mp/v1/me").json["person"]["id"] == person_id
    assert phone.caller.get("/mp/v1/me").status_code == 401
    session.expire_all()
    assert [account.id for account in service.own_accounts(session, person_id_of(session, phone))] == [
        other.account.id
    ]
    told = set(session.scalars(select(Message.account_id).where(Message.kind == "security")))
    assert told == {phone.account.id, other.account.id}


def person_id_of(session: Session, phone: Phone) -> Any:
    person = service.find_by_id_number(session, phone.number)
    assert person
    return person.id


@pytest.mark.parametrize("asked", ["query_verify_info", "get_verify_id"])
def test_own_face_opens_nobody_elses_account(
    phone: Phone,
    client: Caller,
    session: Session,
    simulators: Simulators,
    runtime: Runtime,
    monkeypatch: pytest.MonkeyPatch,
    asked: str,
) -> None:
    """Somebody names another person at the very moment WeChat is asked about their own face."""
    phone.check()
    thief = Phone(client, session, simulators, "陈贼")
    thief_elsewhere = Phone(client, session, simulators, "陈贼")
    assert thief_elsewhere.check(number=thief.number).json["state"] == "matched"
    thief.check()
    wechat = type(runtime.wechat)
    honest = getattr(wechat, asked)

    def and_meanwhile(*args: Any) -> Any:
        answer = honest(*args)
        assert thief.check(phone.name, phone.number).json["state"] == "face"
        return answer

    monkeypatch.setattr(wechat, asked, and_meanwhile)
    thief.caller.post("/mp/v1/me/consents", {"kind": "face", "text_version": "2026-01"})
    opened = thief.caller.post("/mp/v1/auth/real-name/face")
    if asked == "get_verify_id":
        assert opened.status_code == 409
        return
    assert simulators.wechat.hold_up_face(opened.json["verify_id"], 10000)
    assert thief.caller.post("/mp/v1/auth/real-name/face/result").status_code == 409
    assert thief.caller.get("/mp/v1/me").json["person"] is None
    assert phone.caller.get("/mp/v1/me").json["person"] is not None


def test_old_phone_hears_of_it_and_its_number_is_free_for_a_new_owner(
    phone: Phone, client: Caller, session: Session, simulators: Simulators, runtime: Runtime
) -> None:
    old_number = phone.account.phone
    phone.check()
    other = other_phone(phone, client, session, simulators)
    other.check()
    face(other, simulators)
    drain(runtime)
    assert old_number and simulators.sms.messages(old_number)
    from backend.identity import accounts

    assert accounts.find(session, accounts.PHONE, old_number) is None


def test_whom_the_old_phone_acted_for_the_new_one_does(
    phone: Phone, client: Caller, session: Session, simulators: Simulators
) -> None:
    phone.check()
    mother = identity.person(session, "李秀英")
    daughter = service.find_by_id_number(session, phone.number)
    assert daughter
    session.refresh(phone.account)
    identity.acts_for(session, identity.Citizen(daughter, phone.account, ""), mother)
    other = other_phone(phone, client, session, simulators)
    other.check()
    face(other, simulators)
    assert other.caller.get("/mp/v1/me").json["acts_for"] == [str(mother.id)]


def test_failed_face_goes_to_the_desk_and_cancelled_waits(
    phone: Phone, client: Caller, session: Session, simulators: Simulators
) -> None:
    phone.check()
    other = other_phone(phone, client, session, simulators)
    other.check()
    assert face(other, simulators, 90002).json["state"] == "face"
    assert face(other, simulators, 10001).json["state"] == "desk"
    assert phone.caller.get("/mp/v1/me").status_code == 200


def test_face_needs_its_own_consent(
    phone: Phone, client: Caller, session: Session, simulators: Simulators
) -> None:
    phone.check()
    other = other_phone(phone, client, session, simulators)
    other.check()
    refused = other.caller.post("/mp/v1/auth/real-name/face")
    assert (refused.status_code, refused.json["consent_kind"]) == (403, "face")


def test_face_result_before_the_face(
    phone: Phone, client: Caller, session: Session, simulators: Simulators
) -> None:
    phone.check()
    other = other_phone(phone, client, session, simulators)
    other.check()
    other.caller.post("/mp/v1/me/consents", {"kind": "face", "text_version": "2026-01"})
    assert other.caller.post("/mp/v1/auth/real-name/face/result").json["code"] == "face_not_done"
    other.caller.post("/mp/v1/auth/real-name/face")
    assert other.caller.post("/mp/v1/auth/real-name/face/result").json["code"] == "face_not_done"


def test_browser_without_wechat_goes_to_the_desk(
    phone: Phone, client: Caller, session: Session, simulators: Simulators
) -> None:
    phone.check()
    other = other_phone(phone, client, session, simulators)
    other.account.wechat_openid = None
    session.commit()
    assert other.check().json["state"] == "desk"


# In person


@pytest.mark.parametrize("place", ["810000", "820000", "830000", "911156"])
def test_permits_go_to_the_desk_without_asking_the_register(
    phone: Phone, simulators: Simulators, place: str
) -> None:
    answer = phone.check("陈大文", identity.id_number(date(1980, 1, 2), place))
    assert answer.json["state"] == "desk"
    assert answer.json["desk_code"] and "证件原件" in answer.json["words"]
    assert simulators.realname.calls() == 0


@pytest.mark.parametrize(("role", "how"), [("clerk", "village_desk"), ("counter_clerk", "counter")])
def test_desk_confirms_a_hong_kong_resident(
    phone: Phone, client: Caller, session: Session, role: str, how: str
) -> None:
    number = identity.id_number(date(1980, 1, 2), "810000")
    code = phone.check("陈大文", number).json["desk_code"]
    staff = getattr(make, role)(session)
    session.commit()
    desk = client.as_(staff.token)
    seen = desk.post("/mp/v1/people/confirmations/look-up", {"code": code}, key=None)
    assert (seen.json["name"], seen.json["id_number"]) == ("陈大文", number)
    done = desk.post("/mp/v1/people/confirmations", {"code": code, "document": "residence_permit"})
    assert (done.status_code, done.json["verified_by"]) == (200, how), done.json
    assert phone.caller.get("/mp/v1/me").json["person"]["id_kind"] == "hong_kong"
    assert phone.caller.get("/mp/v1/auth/real-name").json["state"] == "matched"
    acts = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "identity.confirmed_in_person")
    ).one()
    assert acts.account_id == staff.account.id and acts.facts == {"document": "residence_permit"}


def test_desk_code_works_once(phone: Phone, client: Caller, session: Session) -> None:
    code = phone.check("陈大文", identity.id_number(place="820000")).json["desk_code"]
    desk = client.as_(make.clerk(session).token)
    assert desk.post("/mp/v1/people/confirmations", {"code": code, "document": "id_card"}).status_code == 200
    again = desk.post("/mp/v1/people/confirmations", {"code": code, "document": "id_card"})
    assert (again.status_code, again.json["code"]) == (404, "desk_code_unknown")


def test_clerk_corrects_the_name_from_the_document(phone: Phone, client: Caller, session: Session) -> None:
    number = identity.id_number(place="911156")
    code = phone.check("JOHN SMTIH", number).json["desk_code"]
    desk = client.as_(make.clerk(session).token)
    body = {"code": code, "document": "foreigner_card", "name": "JOHN SMITH"}
    assert desk.post("/mp/v1/people/confirmations", body).status_code == 200
    person = service.find_by_id_number(session, number)
    assert person and person.name == "JOHN SMITH"


def test_document_that_does_not_fit(phone: Phone, client: Caller, session: Session) -> None:
    code = phone.check("陈大文", identity.id_number(place="810000")).json["desk_code"]
    desk = client.as_(make.clerk(session).token)
    body = {"code": code, "reason": "照片不是本人"}
    assert desk.post("/mp/v1/people/confirmations/refuse", body).status_code == 204
    assert phone.caller.get("/mp/v1/auth/real-name").json["state"] == "mismatched"
    told = session.scalars(select(Message).where(Message.account_id == phone.account.id)).one()
    assert "照片不是本人" in told.text


def test_citizen_cannot_confirm_anybody(phone: Phone, client: Caller, session: Session) -> None:
    code = phone.check("陈大文", identity.id_number(place="810000")).json["desk_code"]
    citizen = client.as_(identity.citizen(session).token)
    body = {"code": code, "document": "id_card"}
    assert citizen.post("/mp/v1/people/confirmations", body).status_code == 403


def test_clerk_cannot_confirm_themselves(client: Caller, session: Session) -> None:
    clerk = make.clerk(session)
    session.commit()
    own = client.as_(clerk.token)
    body = {"name": "陈大文", "id_number": identity.id_number(place="810000"), **CONSENT}
    code = own.post("/mp/v1/auth/real-name", body).json["desk_code"]
    refused = own.post("/mp/v1/people/confirmations", {"code": code, "document": "id_card"})
    assert refused.status_code == 403


def test_guessing_desk_codes_runs_into_a_limit(client: Caller, session: Session) -> None:
    desk = client.as_(make.clerk(session).token)
    for _ in range(60):
        guess = desk.post("/mp/v1/people/confirmations/look-up", {"code": "00000000"}, key=None)
        assert guess.status_code == 404
    assert desk.post("/mp/v1/people/confirmations/look-up", {"code": "00000000"}, key=None).status_code == 429


def test_desk_code_dies_after_a_month(
    phone: Phone, client: Caller, session: Session, advance: Advance
) -> None:
    code = phone.check("陈大文", identity.id_number(place="810000")).json["desk_code"]
    clerk = make.clerk(session)
    advance(timedelta(days=31))
    desk = client.as_(clerk.token)
    assert desk.post("/mp/v1/people/confirmations/look-up", {"code": code}, key=None).status_code == 404


def test_desk_brings_a_person_with_an_account_to_the_new_phone(
    phone: Phone, client: Caller, session: Session, simulators: Simulators
) -> None:
    phone.check()
    other = other_phone(phone, client, session, simulators)
    other.check()
    code = other.caller.post("/mp/v1/auth/real-name/desk").json["desk_code"]
    desk = client.as_(make.counter_clerk(session).token)
    assert desk.post("/mp/v1/people/confirmations", {"code": code, "document": "id_card"}).status_code == 200
    assert other.caller.get("/mp/v1/me").json["person"]["verified_by"] == "realname_data"
    assert phone.caller.get("/mp/v1/me").status_code == 401
    assert len(session.scalars(select(Person)).all()) == 1
    session.expire_all()
    assert session.get_one(Account, phone.account.id).state == "closed"
