"""Another phone number: the old phone says yes, or the person shows themselves; a stolen log-in does neither."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.audit.models import AuditEntry
from backend.identity import accounts, codes, sessions
from backend.identity.models import IdentityAttempt, SmsCode
from tests.backend.identity.conftest import Advance
from tests.factories import identity
from tests.factories import organisations as make
from tests.factories.identity import Citizen
from tests.http_client import Caller
from tests.simulators.fixtures import Simulators

NEW = "13712345678"


class Mover:
    """A real-named person who wants another number."""

    def __init__(self, client: Caller, session: Session, who: Citizen) -> None:
        self.session, self.who, self.caller = session, who, client.as_(who.token)
        assert who.account.phone
        self.old = who.account.phone

    def newest_code(self, purpose: str) -> str:
        rows = select(SmsCode).where(SmsCode.purpose == purpose).order_by(SmsCode.id.desc())
        found = self.session.scalars(rows).first()
        assert found and found.code
        return str(found.code)

    def old_code(self) -> str:
        assert self.caller.post("/mp/v1/me/sms-codes").status_code == 202
        return self.newest_code(codes.STEP_UP)

    def change(self, **more: Any) -> Any:
        assert self.caller.post("/mp/v1/me/phone/sms-codes", {"phone": NEW}).status_code == 202
        body = {"phone": NEW, "code": self.newest_code(accounts.BIND_PHONE), **more}
        return self.caller.post("/mp/v1/me/phone", body)

    def number(self) -> str | None:
        self.session.expire_all()
        return self.who.account.phone


@pytest.fixture
def mover(client: Caller, session: Session) -> Mover:
    return Mover(client, session, identity.citizen(session, "欧阳春燕"))


def test_code_on_the_old_phone_changes_the_number(mover: Mover, session: Session) -> None:
    answer = mover.change(old_code=mover.old_code())
    assert (answer.status_code, answer.json["account"]["phone"]) == (200, "137****5678"), answer.json
    assert mover.number() == NEW
    assert accounts.find(session, accounts.PHONE, mover.old) is None
    assert accounts.find(session, accounts.PHONE, NEW) == mover.who.account
    written = session.scalars(select(AuditEntry).where(AuditEntry.action == "identity.phone_bound")).one()
    assert written.facts == {"joined": False, "proof": "old_phone"}


def test_without_it_nothing_changes_and_the_answer_says_what_to_do(mover: Mover) -> None:
    answer = mover.change()
    assert (answer.status_code, answer.json["code"]) == (403, "old_phone_first")
    for words in ("原手机号", "验证码", "人脸核身", "当面确认"):
        assert words in answer.json["detail"]
    assert answer.json["phone"] == f"{mover.old[:3]}****{mover.old[-4:]}"
    assert mover.number() == mover.old


def test_the_new_numbers_code_is_not_lost_by_forgetting_the_old_ones(mover: Mover) -> None:
    assert mover.change().status_code == 403
    body = {"phone": NEW, "code": mover.newest_code(accounts.BIND_PHONE), "old_code": mover.old_code()}
    assert mover.caller.post("/mp/v1/me/phone", body).status_code == 200


def test_wrong_code_of_the_old_phone_is_counted_and_named(mover: Mover, session: Session) -> None:
    right = mover.old_code()
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    answer = mover.change(old_code=wrong)
    assert (answer.status_code, answer.json["code"]) == (422, "wrong_code")
    assert list(answer.json["errors"]) == ["json.old_code"]
    session.expire_all()
    tried = session.scalars(select(SmsCode).where(SmsCode.purpose == codes.STEP_UP)).one()
    assert tried.tries == 1 and mover.number() == mover.old


def test_new_phones_own_code_is_no_proof_of_the_old(mover: Mover) -> None:
    assert mover.caller.post("/mp/v1/me/phone/sms-codes", {"phone": NEW}).status_code == 202
    code = mover.newest_code(accounts.BIND_PHONE)
    answer = mover.caller.post("/mp/v1/me/phone", {"phone": NEW, "code": code, "old_code": code})
    assert answer.json["code"] == "wrong_code" and mover.number() == mover.old


def test_wechats_word_for_a_new_number_needs_the_old_phone_too(mover: Mover, simulators: Simulators) -> None:
    openid = mover.who.account.wechat_openid or ""
    refused = mover.caller.post("/mp/v1/auth/phone", {"code": simulators.wechat.phone_code(NEW, openid)})
    assert refused.json["code"] == "old_phone_first" and mover.number() == mover.old
    body = {"code": simulators.wechat.phone_code(NEW, openid), "old_code": mover.old_code()}
    assert mover.caller.post("/mp/v1/auth/phone", body).status_code == 200
    assert mover.number() == NEW


def test_same_number_again_asks_for_nothing(mover: Mover, simulators: Simulators) -> None:
    code = simulators.wechat.phone_code(mover.old, mover.who.account.wechat_openid or "")
    assert mover.caller.post("/mp/v1/auth/phone", {"code": code}).status_code == 200


def test_no_number_is_taken_over_by_joining_another_account(mover: Mover, session: Session) -> None:
    """The new number has an account of its own already: the old phone is asked all the same."""
    accounts.find_or_make(session, accounts.PHONE, NEW)
    session.commit()
    assert mover.change().json["code"] == "old_phone_first"
    answer = mover.change(old_code=mover.old_code())
    assert (answer.status_code, answer.json["joined"]) == (200, True)


# The old phone is lost


def hold_up_face(mover: Mover, simulators: Simulators, verdict: int = 10000) -> Any:
    opened = mover.caller.post("/mp/v1/auth/real-name/face")
    assert opened.status_code == 200, opened.json
    assert simulators.wechat.hold_up_face(opened.json["verify_id"], verdict)
    return mover.caller.post("/mp/v1/auth/real-name/face/result")


def test_lost_phone_by_face(mover: Mover, simulators: Simulators, session: Session) -> None:
    opened = mover.caller.post("/mp/v1/me/phone/lost")
    assert (opened.status_code, opened.json["state"]) == (200, "face") and "人脸" in opened.json["words"]
    assert mover.change().status_code == 403  # asking is no proof
    done = hold_up_face(mover, simulators)
    assert done.json["state"] == "matched" and "24 小时" in done.json["words"]
    assert mover.change().status_code == 200
    assert mover.number() == NEW
    written = session.scalars(select(AuditEntry).where(AuditEntry.action == "identity.phone_bound")).one()
    assert written.facts["proof"] == "in_person"
    assert mover.caller.get("/mp/v1/me").json["person"]["id"] == str(mover.who.person.id)


def test_proof_in_person_serves_once(mover: Mover, simulators: Simulators) -> None:
    mover.caller.post("/mp/v1/me/phone/lost")
    hold_up_face(mover, simulators)
    assert mover.change().status_code == 200
    mover.caller.post("/mp/v1/me/phone/sms-codes", {"phone": mover.old})
    back = {"phone": mover.old, "code": mover.newest_code(accounts.BIND_PHONE)}
    assert mover.caller.post("/mp/v1/me/phone", back).json["code"] == "old_phone_first"


def test_proof_in_person_holds_a_day(
    mover: Mover, simulators: Simulators, session: Session, advance: Advance
) -> None:
    mover.caller.post("/mp/v1/me/phone/lost")
    hold_up_face(mover, simulators)
    advance(timedelta(hours=25))
    mover.caller = mover.caller.as_(identity.log_in(session, mover.who.account))
    assert mover.change().json["code"] == "old_phone_first"


def test_face_of_another_leads_to_the_desk_and_the_clerk_helps(
    mover: Mover, client: Caller, session: Session, simulators: Simulators
) -> None:
    mover.caller.post("/mp/v1/me/phone/lost")
    failed = hold_up_face(mover, simulators, 10001).json
    assert failed["state"] == "desk" and failed["desk_code"]
    assert mover.change().status_code == 403
    desk = client.as_(make.clerk(session).token)
    seen = desk.post("/mp/v1/people/confirmations/look-up", {"code": failed["desk_code"]}, key=None)
    assert seen.json["id_number"] == mover.who.person.id_number
    body = {"code": failed["desk_code"], "document": "id_card"}
    assert desk.post("/mp/v1/people/confirmations", body).status_code == 200
    assert mover.change().status_code == 200 and mover.number() == NEW


def test_clerk_who_sees_another_person_refuses(mover: Mover, client: Caller, session: Session) -> None:
    mover.caller.post("/mp/v1/me/phone/lost")
    code = mover.caller.post("/mp/v1/auth/real-name/desk").json["desk_code"]
    desk = client.as_(make.clerk(session).token)
    body = {"code": code, "reason": "照片不是本人"}
    assert desk.post("/mp/v1/people/confirmations/refuse", body).status_code == 204
    assert mover.change().status_code == 403


@pytest.mark.parametrize("why", ["browser", "hong_kong"])
def test_where_there_is_no_face_check_the_desk_is_named_at_once(
    client: Caller, session: Session, why: str
) -> None:
    number = identity.id_number(place="810000") if why == "hong_kong" else None
    mover = Mover(client, session, identity.citizen(session, "陈大文", number))
    if why == "browser":
        mover.who.account.wechat_openid = None
        session.commit()
    answer = mover.caller.post("/mp/v1/me/phone/lost").json
    assert answer["state"] == "desk" and answer["desk_code"] and "证件原件" in answer["words"]


def test_older_face_check_made_for_something_else_is_no_proof(mover: Mover, session: Session) -> None:
    """Being found again on a new phone this morning does not let a stolen log-in change the number."""
    session.add(
        IdentityAttempt(
            account_id=mover.who.account.id,
            name="欧阳春燕",
            id_number=mover.who.person.id_number,
            state="matched",
            reason="has_account",
            created_at=mover.who.account.created_at,
            decided_at=mover.who.account.created_at,
        )
    )
    session.commit()
    assert mover.change().status_code == 403


def test_without_number_or_name_there_is_nothing_to_prove(client: Caller, session: Session) -> None:
    unnamed = identity.account(session)
    answer = client.as_(identity.log_in(session, unnamed)).post("/mp/v1/me/phone/lost")
    assert (answer.status_code, answer.json["code"]) == (409, "nobody_confirmed")
    without = accounts.find_or_make(session, accounts.OPENID, "oNoPhone")
    answer = client.as_(identity.log_in(session, without)).post("/mp/v1/me/phone/lost")
    assert (answer.status_code, answer.json["code"]) == (409, "no_phone_bound")


def test_stolen_desk_of_codes_runs_dry(mover: Mover) -> None:
    for _ in range(5):
        assert mover.caller.post("/mp/v1/me/phone/lost").status_code == 200
    assert mover.caller.post("/mp/v1/me/phone/lost").status_code == 429


def test_browser_that_lost_its_number_starts_again_with_the_new_one(
    client: Caller, session: Session, simulators: Simulators
) -> None:
    """Who can no longer log in at all: new number, real-name check, desk; what they hold is theirs again."""
    who = identity.citizen(session, "欧阳春燕")
    simulators.realname.register("欧阳春燕", who.person.id_number)
    fresh = accounts.find_or_make(session, accounts.PHONE, NEW)
    new = client.as_(identity.log_in(session, fresh, sessions.BROWSER))
    body = {"name": "欧阳春燕", "id_number": who.person.id_number, "consent_version": "2026-01"}
    code = new.post("/mp/v1/auth/real-name", body).json["desk_code"]
    desk = client.as_(make.clerk(session).token)
    assert desk.post("/mp/v1/people/confirmations", {"code": code, "document": "id_card"}).status_code == 200
    assert new.get("/mp/v1/me").json["person"]["id"] == str(who.person.id)
    assert client.as_(who.token).get("/mp/v1/me").status_code == 401
