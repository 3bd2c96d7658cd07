"""One account of two log-ins; never one of two people."""

import pytest
from sqlalchemy.orm import Session

from backend.access import Actor
from backend.identity import accounts, sessions
from backend.identity.accounts import PhoneTaken
from backend.identity.models import Account
from tests.factories import identity
from tests.factories import organisations as make
from tests.http_client import Caller
from tests.simulators.fixtures import Simulators

PHONE = "13712345678"


def by_wechat(session: Session, openid: str = "oA") -> Account:
    return accounts.find_or_make(session, accounts.OPENID, openid)


def by_phone(session: Session, phone: str = PHONE) -> Account:
    return accounts.find_or_make(session, accounts.PHONE, phone)


def bind(client: Caller, token: str, code: str) -> object:
    return client.as_(token).post("/mp/v1/auth/phone", {"code": code})


@pytest.fixture
def phone_user(session: Session) -> tuple[Account, str]:
    account = by_wechat(session)
    return account, identity.log_in(session, account)


def test_wechat_number_is_bound_and_masked(
    client: Caller, simulators: Simulators, phone_user: tuple[Account, str]
) -> None:
    answer = bind(client, phone_user[1], simulators.wechat.phone_code(PHONE, "oA"))
    assert answer.status_code == 200, answer.json
    assert answer.json["account"]["phone"] == "137****5678"
    assert answer.json["joined"] is False


def test_phone_login_and_wechat_login_become_one_account(
    client: Caller, session: Session, simulators: Simulators, phone_user: tuple[Account, str]
) -> None:
    token = phone_user[1]
    browser = by_phone(session)
    browser_token = identity.log_in(session, browser, sessions.BROWSER)
    answer = bind(client, token, simulators.wechat.phone_code(PHONE, "oA"))
    assert answer.json["joined"] is True
    ids = {client.as_(one).get("/mp/v1/me").json["account"]["id"] for one in (token, browser_token)}
    assert len(ids) == 1
    session.expire_all()
    assert accounts.find(session, "phone", PHONE).id == accounts.find(session, "wechat_openid", "oA").id


def test_the_account_with_a_person_stays(session: Session) -> None:
    known = by_phone(session)
    known.person_id = identity.person(session).id
    new = by_wechat(session)
    kept, joined = accounts.bind_phone(session, Actor(account_id=new.id), phone=PHONE)
    assert joined and kept.id == known.id
    assert (kept.wechat_openid, kept.phone) == ("oA", PHONE)
    assert (new.state, new.phone, new.wechat_openid) == ("closed", None, None)


def test_the_staff_account_stays_and_takes_the_person_over(session: Session) -> None:
    clerk = make.clerk(session)
    assert clerk.account.phone
    clerk.account.wechat_openid = None
    citizen = by_wechat(session)
    citizen.person_id = identity.person(session).id
    session.flush()
    kept, _ = accounts.bind_phone(session, Actor(account_id=citizen.id), phone=clerk.account.phone)
    assert kept.id == clerk.account.id
    assert kept.person_id is not None


def test_one_phone_of_two_people_is_refused_with_a_way_out(
    client: Caller, session: Session, simulators: Simulators
) -> None:
    husband, wife = identity.citizen(session, "张建国"), identity.citizen(session, "李秀英")
    assert husband.account.phone
    wife.account.phone = None
    session.commit()
    code = simulators.wechat.phone_code(husband.account.phone)
    refused = bind(client, wife.token, code)
    assert (refused.status_code, refused.json["code"]) == (409, "phone_taken")
    assert "亲友代办" in refused.json["detail"]
    assert husband.account.phone not in refused.get_data(as_text=True)
    assert client.as_(husband.token).get("/mp/v1/me").json["person"]["name"] == "张**"


def test_two_wechats_on_one_number_are_never_joined(session: Session) -> None:
    first, second = by_wechat(session, "oA"), by_wechat(session, "oB")
    accounts.bind_phone(session, Actor(account_id=first.id), phone=PHONE)
    with pytest.raises(PhoneTaken):
        accounts.bind_phone(session, Actor(account_id=second.id), phone=PHONE)


def test_number_by_sms_code(
    client: Caller, session: Session, simulators: Simulators, phone_user: tuple[Account, str]
) -> None:
    from backend.notifications.worker import drain
    from backend.runtime import current

    caller = client.as_(phone_user[1])
    assert caller.post("/mp/v1/me/phone/sms-codes", {"phone": PHONE}).status_code == 202
    drain(current())
    code = simulators.sms.code(PHONE)
    wrong = caller.post("/mp/v1/me/phone", {"phone": "13812345678", "code": code})
    assert wrong.json["code"] == "wrong_code"
    right = caller.post("/mp/v1/me/phone", {"phone": PHONE, "code": code})
    assert right.status_code == 200, right.json


@pytest.mark.parametrize(
    ("errcode", "status", "code"), [(40029, 422, "wechat_code_invalid"), (45011, 429, "too_many")]
)
def test_wechat_refuses_the_number(
    client: Caller,
    simulators: Simulators,
    phone_user: tuple[Account, str],
    errcode: int,
    status: int,
    code: str,
) -> None:
    simulators.wechat.errcode(errcode, path="/wxa/business/getuserphonenumber")
    answer = bind(client, phone_user[1], simulators.wechat.phone_code(PHONE, "oA"))
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_number_of_another_wechat_is_refused(
    client: Caller, simulators: Simulators, phone_user: tuple[Account, str]
) -> None:
    answer = bind(client, phone_user[1], simulators.wechat.phone_code(PHONE, "oSomebodyElse"))
    assert answer.json["code"] == "wechat_code_invalid"


def test_wechat_down_changes_nothing(
    client: Caller, session: Session, simulators: Simulators, phone_user: tuple[Account, str]
) -> None:
    simulators.wechat.down()
    answer = bind(client, phone_user[1], simulators.wechat.phone_code(PHONE, "oA"))
    assert (answer.status_code, answer.json["code"]) == (503, "wechat_unavailable")
    session.expire_all()
    assert phone_user[0].phone is None


def test_repeated_call_gets_the_first_answer_and_asks_wechat_once(
    client: Caller, simulators: Simulators, phone_user: tuple[Account, str]
) -> None:
    body = {"code": simulators.wechat.phone_code(PHONE, "oA")}
    caller = client.as_(phone_user[1])
    first, again = (caller.post("/mp/v1/auth/phone", body, key="same-key-1") for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert first.json == again.json
    assert again.headers["Idempotency-Replayed"] == "true"
    assert simulators.wechat.calls("/wxa/business/getuserphonenumber") == 1


def test_stranger_makes_no_call_to_wechat(client: Caller, simulators: Simulators) -> None:
    assert client.post("/mp/v1/auth/phone", {"code": "x"}).status_code == 401
    assert simulators.wechat.calls() == 0
