"""Log-in by SMS and by WeChat, over real HTTP to the simulators."""

import secrets
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend import clock
from backend.identity import limits
from backend.identity.models import Account, Device, SmsCode
from backend.notifications.models import OutboxEntry
from backend.notifications.worker import drain
from backend.runtime import Runtime
from tests.factories import identity
from tests.http_client import Caller
from tests.simulators.fixtures import Simulators

PHONE = "13712345678"


def ask_code(client: Caller, phone: str = PHONE) -> None:
    answer = client.post("/mp/v1/auth/sms-codes", {"phone": phone})
    assert answer.status_code == 202, answer.json


def code_for(client: Caller, runtime: Runtime, simulators: Simulators, phone: str = PHONE) -> str:
    ask_code(client, phone)
    drain(runtime)
    return simulators.sms.code(phone)


def sms_login(client: Caller, code: str, phone: str = PHONE) -> object:
    return client.post("/mp/v1/auth/sms-login", {"phone": phone, "code": code}, key=None)


def accounts(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Account)) or 0


def test_first_sms_login_makes_an_account_and_the_second_finds_it(
    client: Caller, runtime: Runtime, simulators: Simulators
) -> None:
    first = sms_login(client, code_for(client, runtime, simulators))
    second = sms_login(client, code_for(client, runtime, simulators))
    assert first.status_code == second.status_code == 200
    assert first.json["account"]["id"] == second.json["account"]["id"]
    assert first.json["account"]["phone"] == "137****5678"
    assert first.json["account"]["person_id"] is None


def test_asking_for_a_code_tells_nothing_about_the_number(client: Caller, session: Session) -> None:
    known = identity.account(session).phone
    session.commit()
    answers = [client.post("/mp/v1/auth/sms-codes", {"phone": phone}) for phone in (known, PHONE)]
    assert {answer.status_code for answer in answers} == {202}
    assert {tuple(answer.json) for answer in answers} == {("expires_in", "phone")}


def test_code_is_sealed_and_not_in_the_outbox(client: Caller, session: Session) -> None:
    ask_code(client)
    row = session.scalars(select(SmsCode)).one()
    entry = session.scalars(select(OutboxEntry).where(OutboxEntry.topic == "identity.send_code")).one()
    assert row.code.encode() not in row.code_sealed
    assert entry.payload == {"code_id": str(row.id)}


def test_code_works_once(client: Caller, runtime: Runtime, simulators: Simulators) -> None:
    code = code_for(client, runtime, simulators)
    assert sms_login(client, code).status_code == 200
    again = sms_login(client, code)
    assert (again.status_code, again.json["code"]) == (422, "wrong_code")


def test_sixth_try_is_refused_even_with_the_right_code(
    client: Caller, runtime: Runtime, simulators: Simulators
) -> None:
    code = code_for(client, runtime, simulators)
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        assert sms_login(client, wrong).json["code"] == "wrong_code"
    assert sms_login(client, code).json["code"] == "wrong_code"


def test_dead_code_lets_no_guess_in(
    client: Caller, runtime: Runtime, simulators: Simulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    code_for(client, runtime, simulators)
    later = clock.now() + timedelta(minutes=6)
    monkeypatch.setattr(clock, "now", lambda: later)
    monkeypatch.setattr(secrets, "token_hex", lambda *_: "123456")  # whatever a program might draw by chance
    assert sms_login(client, "123456").json["code"] == "wrong_code"


def test_only_the_newest_code_counts(client: Caller, runtime: Runtime, simulators: Simulators) -> None:
    old = code_for(client, runtime, simulators)
    new = code_for(client, runtime, simulators)
    if old != new:
        assert sms_login(client, old).status_code == 422
    assert sms_login(client, new).status_code == 200


def test_code_dies_after_five_minutes(
    client: Caller, runtime: Runtime, simulators: Simulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = code_for(client, runtime, simulators)
    later = clock.now() + timedelta(minutes=5, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert sms_login(client, code).json["code"] == "wrong_code"


def test_dead_code_is_not_sent(
    client: Caller, runtime: Runtime, simulators: Simulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_code(client)
    later = clock.now() + timedelta(minutes=6)
    monkeypatch.setattr(clock, "now", lambda: later)
    drain(runtime)
    assert simulators.sms.messages(PHONE) == []


def test_code_of_another_purpose_does_not_log_in(
    client: Caller, runtime: Runtime, simulators: Simulators, session: Session
) -> None:
    someone = identity.citizen(session)
    own = someone.account.phone
    assert own
    assert client.as_(someone.token).post("/mp/v1/me/sms-codes").status_code == 202
    drain(runtime)
    assert sms_login(client, simulators.sms.code(own), own).json["code"] == "wrong_code"


def test_sixth_code_within_an_hour_is_refused_with_the_time_to_wait(client: Caller) -> None:
    for _ in range(5):
        ask_code(client)
    refused = client.post("/mp/v1/auth/sms-codes", {"phone": PHONE})
    assert (refused.status_code, refused.json["code"]) == (429, "too_many")
    assert 0 < int(refused.headers["Retry-After"]) <= 3600


def test_one_address_cannot_ask_for_everybody(client: Caller) -> None:
    for number in range(30):
        ask_code(client, f"138111100{number:02d}")
    refused = client.post("/mp/v1/auth/sms-codes", {"phone": "13811119999"})
    assert refused.status_code == 429
    elsewhere = Caller(client.app, address="127.0.0.9")
    assert elsewhere.post("/mp/v1/auth/sms-codes", {"phone": "13811119999"}).status_code == 202


def test_the_city_has_a_daily_limit(session: Session, runtime: Runtime) -> None:
    from backend.identity import codes
    from backend.problems import TooMany

    few = runtime.settings.model_copy(update={"sms_per_day": 2})
    for number in range(2):
        codes.send(
            session,
            phone=f"1380000000{number}",
            purpose="log_in",
            subject_id=None,
            address=f"a{number}",
            settings=few,
        )
    with pytest.raises(TooMany):
        codes.send(
            session, phone="13800000009", purpose="log_in", subject_id=None, address="a9", settings=few
        )


def test_blocked_number_is_no_dead_letter(
    client: Caller, runtime: Runtime, simulators: Simulators, session: Session
) -> None:
    simulators.sms.refuse_number("+86" + PHONE)
    ask_code(client)
    drain(runtime)
    entry = session.scalars(select(OutboxEntry).where(OutboxEntry.topic == "identity.send_code")).one()
    assert entry.state == "done"


def test_sms_service_down_is_tried_again(
    client: Caller, runtime: Runtime, simulators: Simulators, session: Session
) -> None:
    simulators.sms.down(times=3)
    ask_code(client)
    drain(runtime, strict=False)
    entry = session.scalars(select(OutboxEntry).where(OutboxEntry.topic == "identity.send_code")).one()
    assert entry.state == "pending" and entry.attempts == 1


@pytest.mark.parametrize("phone", ["12345", "", "+8613712345678x", "23712345678", "１３７１２３４５６７８９"])
def test_what_is_no_phone_number_is_refused(client: Caller, phone: str) -> None:
    answer = client.post("/mp/v1/auth/sms-codes", {"phone": phone})
    assert answer.status_code == 422
    assert "json.phone" in answer.json["errors"]


def test_full_width_digits_are_understood(client: Caller, runtime: Runtime, simulators: Simulators) -> None:
    code = code_for(client, runtime, simulators)
    wide = code.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    answer = sms_login(client, wide, "１３７ １２３４ ５６７８")
    assert answer.status_code == 200


def wechat_login(client: Caller, code: str) -> object:
    return client.post("/mp/v1/auth/wechat-login", {"code": code, "device_name": "华为"}, key=None)


def test_wechat_login_finds_the_same_account_again(client: Caller, simulators: Simulators) -> None:
    first, second = (wechat_login(client, simulators.wechat.js_code("oA")) for _ in range(2))
    assert first.status_code == 200, first.json
    assert first.json["account"]["id"] == second.json["account"]["id"]
    assert first.json["account"]["wechat_bound"] is True
    me = client.as_(first.json["access_token"]).get("/mp/v1/me")
    assert me.status_code == 200


def test_wechat_code_used_twice(client: Caller, simulators: Simulators) -> None:
    code = simulators.wechat.js_code("oA")
    assert wechat_login(client, code).status_code == 200
    again = wechat_login(client, code)
    assert (again.status_code, again.json["code"]) == (422, "wechat_code_used")


@pytest.mark.parametrize(
    ("errcode", "status", "code"),
    [
        (40029, 422, "wechat_code_invalid"),
        (40163, 422, "wechat_code_used"),
        (40226, 403, "wechat_blocked"),
        (45011, 429, "too_many"),
        (40125, 503, "wechat_unavailable"),
    ],
)
def test_wechat_refuses(
    client: Caller, simulators: Simulators, session: Session, errcode: int, status: int, code: str
) -> None:
    simulators.wechat.errcode(errcode)
    answer = wechat_login(client, simulators.wechat.js_code("oA"))
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert any(letter >= "\u4e00" for letter in answer.json["detail"])
    assert accounts(session) == 0


@pytest.mark.parametrize("fault", ["status", "html", "slow", "garbage", "wrong", "half", "redirect"])
def test_wechat_away_changes_nothing(
    client: Caller, simulators: Simulators, session: Session, fault: str
) -> None:
    simulators.wechat.fault(fault, {"status": 503, "slow": 1.5}.get(fault))
    answer = wechat_login(client, simulators.wechat.js_code("oA"))
    assert (answer.status_code, answer.json["code"]) == (503, "wechat_unavailable")
    assert "短信" in answer.json["detail"] and answer.headers["Retry-After"]
    assert accounts(session) == 0
    assert session.scalar(select(func.count()).select_from(Device)) == 0


def test_wechat_busy_once_is_tried_again(client: Caller, simulators: Simulators) -> None:
    simulators.wechat.errcode(-1)
    assert wechat_login(client, simulators.wechat.js_code("oA")).status_code == 200


def test_log_out_ends_this_device_only(client: Caller, session: Session) -> None:
    someone = identity.citizen(session)
    other = identity.log_in(session, someone.account)
    assert client.as_(someone.token).post("/mp/v1/auth/log-out").status_code == 204
    assert client.as_(someone.token).get("/mp/v1/me").status_code == 401
    assert client.as_(other).get("/mp/v1/me").status_code == 200


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:1:2:3", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_one_home_is_one_address(address: str, counted: str) -> None:
    assert limits.network(address) == counted


def test_changing_the_lower_half_of_an_address_gets_no_more_codes(client: Caller, runtime: Runtime) -> None:
    most = runtime.settings.sms_per_address_per_hour
    answers = [
        Caller(client.app, address=f"2001:db8::{number + 1:x}").post(
            "/mp/v1/auth/sms-codes", {"phone": f"137{number:08d}"}
        )
        for number in range(most + 1)
    ]
    assert {answer.status_code for answer in answers[:-1]} == {202}
    assert answers[-1].status_code == 429
