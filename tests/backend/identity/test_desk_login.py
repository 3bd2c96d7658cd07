"""Desk log-in by phone: QR code, two digits, one cookie."""

import re
from datetime import timedelta
from typing import Any

import pytest
import zxingcpp
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.audit.models import AuditEntry
from backend.identity import accounts, limits
from backend.notifications.worker import drain
from backend.runtime import Runtime
from signing import qr
from tests.backend.identity.conftest import Advance
from tests.factories import identity
from tests.factories import organisations as make
from tests.factories.organisations import Staff
from tests.http_client import Caller
from tests.simulators.fixtures import Simulators

LOGINS = "/mp/v1/auth/desk-logins"
ORIGIN = {"Origin": "http://localhost"}


@pytest.fixture
def counter(session: Session) -> Staff:
    made = make.counter_clerk(session)
    session.commit()
    return made


def start(client: Caller) -> dict[str, Any]:
    answer = client.post(LOGINS, key=None)
    assert answer.status_code == 201, answer.json
    started: dict[str, Any] = answer.json
    return started


def confirm(client: Caller, staff: Staff, text: str, digits: str) -> Any:
    return client.as_(staff.token).post(f"{LOGINS}/confirm", {"qr_text": text, "digits": digits})


def poll(client: Caller, started: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(f"{LOGINS}/poll", {"browser_secret": started["browser_secret"]}, key=None)
    polled: dict[str, Any] = answer.json
    return polled


def other_than(digits: str) -> str:
    return f"{(int(digits) + 1) % 100:02d}"


def test_scan_type_and_in(client: Caller, counter: Staff) -> None:
    started = start(client)
    assert poll(client, started) == {"state": "waiting", "access_token": None, "expires_in": None}
    assert confirm(client, counter, started["qr_text"], started["digits"]).status_code == 200
    first, second = poll(client, started), poll(client, started)
    assert client.as_(first["access_token"]).get("/mp/v1/me").json["roles"][0]["role"] == "counter"
    assert (second["state"], second["access_token"]) == ("taken", None)


def test_qr_does_not_carry_the_browsers_secret(client: Caller) -> None:
    started = start(client)
    assert started["browser_secret"] not in started["qr_text"]
    assert started["qr_text"].startswith("https://zheng.example.cn/desk/login#")
    stolen = {"browser_secret": started["qr_text"].rpartition("=")[2]}
    assert poll(client, stolen)["state"] == "expired"


def test_three_wrong_pairs_kill_it(client: Caller, counter: Staff) -> None:
    started = start(client)
    wrong = other_than(started["digits"])
    for _ in range(3):
        assert confirm(client, counter, started["qr_text"], wrong).json["code"] == "wrong_digits"
    assert confirm(client, counter, started["qr_text"], started["digits"]).json["code"] == "desk_login_over"
    assert poll(client, started)["state"] == "refused"


def test_two_wrong_pairs_do_not(client: Caller, counter: Staff) -> None:
    started = start(client)
    for _ in range(2):
        confirm(client, counter, started["qr_text"], other_than(started["digits"]))
    assert confirm(client, counter, started["qr_text"], started["digits"]).status_code == 200


def test_two_minutes(client: Caller, counter: Staff, advance: Advance) -> None:
    started = start(client)
    advance(timedelta(minutes=2, seconds=1))
    assert confirm(client, counter, started["qr_text"], started["digits"]).json["code"] == "desk_login_over"
    assert poll(client, started)["state"] == "expired"


def test_confirmed_but_not_fetched_in_time(client: Caller, counter: Staff, advance: Advance) -> None:
    started = start(client)
    confirm(client, counter, started["qr_text"], started["digits"])
    advance(timedelta(minutes=3))
    assert poll(client, started) == {"state": "expired", "access_token": None, "expires_in": None}


def test_citizen_opens_no_desk(client: Caller, session: Session) -> None:
    started = start(client)
    citizen = client.as_(identity.citizen(session).token)
    body = {"qr_text": started["qr_text"], "digits": started["digits"]}
    assert citizen.post(f"{LOGINS}/confirm", body).status_code == 403


@pytest.mark.parametrize("text", ["https://example.com/x", "微信支付", "#zheng-desk=", "A" * 300])
def test_other_codes_are_no_log_in(client: Caller, counter: Staff, text: str) -> None:
    assert confirm(client, counter, text, "12").status_code == 404


# The page


def browser(client: Caller) -> FlaskClient:
    return client.app.test_client()


def scanned(page: str) -> str:
    """The QR code, read off the drawing as a phone would."""
    path = re.search(r'<path d="(M[^"]+)"', page)
    side = re.search(r'viewBox="0 0 (\d+) ', page)
    assert path and side
    picture = Image.new("L", (int(side.group(1)),) * 2, 255)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", path.group(1)):
        picture.paste(0, (int(x), int(y), int(x) + int(width), int(y) + 1))
    found = zxingcpp.read_barcode(picture.resize((picture.width * 6,) * 2, Image.Resampling.NEAREST))
    assert found is not None
    return str(found.text)


def digits_on(page: str) -> str:
    found = re.search(r'aria-label="两位数字">(\d\d)<', page)
    assert found
    return found.group(1)


def test_page_shows_qr_and_digits_and_lets_in(client: Caller, counter: Staff) -> None:
    window = browser(client)
    page = window.get("/desk/login?next=/desk", base_url="https://localhost").get_data(as_text=True)
    again = window.get("/desk/login?next=/desk", base_url="https://localhost").get_data(as_text=True)
    assert digits_on(page) == digits_on(again)
    assert confirm(client, counter, scanned(again), digits_on(again)).status_code == 200
    inside = window.get("/desk/login?next=/desk", base_url="https://localhost")
    assert (inside.status_code, inside.headers["Location"]) == (303, "/desk")
    cookie = next(value for value in inside.headers.getlist("Set-Cookie") if value.startswith("zheng_desk="))
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Strict", "Secure"))
    assert "退出登录" in window.get("/desk", base_url="https://localhost").get_data(as_text=True)


def test_another_browser_is_not_let_in(client: Caller, counter: Staff) -> None:
    window, other = browser(client), browser(client)
    page = window.get("/desk/login", base_url="https://localhost").get_data(as_text=True)
    other.get("/desk/login", base_url="https://localhost")
    confirm(client, counter, scanned(page), digits_on(page))
    assert other.get("/desk/login", base_url="https://localhost").status_code == 200


def test_dead_qr_is_replaced_by_itself(client: Caller, advance: Advance) -> None:
    window = browser(client)
    page = window.get("/desk/login", base_url="https://localhost").get_data(as_text=True)
    advance(timedelta(minutes=3))
    fresh = window.get("/desk/login", base_url="https://localhost").get_data(as_text=True)
    assert scanned(page) != scanned(fresh)


def test_next_leads_nowhere_else(client: Caller, counter: Staff) -> None:
    window = browser(client)
    page = window.get("/desk/login", base_url="https://localhost").get_data(as_text=True)
    confirm(client, counter, scanned(page), digits_on(page))
    away = window.get("/desk/login?next=//evil.example", base_url="https://localhost")
    assert away.headers["Location"] == "/desk"


def token_of(page: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found
    return found.group(1)


def post(window: FlaskClient, path: str, page: str, **fields: str) -> Any:
    return window.post(
        path,
        data={"form_token": token_of(page), **fields},
        headers={"Origin": "https://localhost"},
        base_url="https://localhost",
    )


def sms_login(
    window: FlaskClient, runtime: Runtime, simulators: Simulators, phone: str, code: str = ""
) -> Any:
    page = window.get("/desk/login/sms", base_url="https://localhost").get_data(as_text=True)
    asked = post(window, "/desk/login/sms", page, phone=phone)
    assert asked.status_code == 200
    drain(runtime)
    text = asked.get_data(as_text=True)
    return post(window, "/desk/login/code", text, phone=phone, code=code or simulators.sms.code(phone))


def desk_lines(session: Session) -> list[AuditEntry]:
    wanted = AuditEntry.action.in_(("identity.logged_in", "identity.log_in_refused"))
    return list(session.scalars(select(AuditEntry).where(wanted).order_by(AuditEntry.id)))


def test_sms_login_and_log_out(
    client: Caller, runtime: Runtime, simulators: Simulators, counter: Staff, session: Session
) -> None:
    window = browser(client)
    inside = sms_login(window, runtime, simulators, counter.account.phone or "")
    assert (inside.status_code, inside.headers["Location"]) == (303, "/desk")
    (line,) = desk_lines(session)
    assert (line.action, line.subject_id, line.facts) == (
        "identity.logged_in",
        counter.account.id,
        {"by": "desk"},
    )
    desk = window.get("/desk", base_url="https://localhost").get_data(as_text=True)
    out = post(window, "/desk/logout", desk)
    assert out.headers["Location"] == "/desk/login"
    assert window.get("/desk", base_url="https://localhost").status_code == 303


def test_sms_login_with_a_wrong_code(
    client: Caller, runtime: Runtime, simulators: Simulators, counter: Staff, session: Session
) -> None:
    answer = sms_login(browser(client), runtime, simulators, counter.account.phone or "", "999999")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "验证码不对" in page and "短信验证码" in page
    (line,) = desk_lines(session)
    assert (line.action, line.subject_id) == ("identity.log_in_refused", counter.account.id)
    assert line.facts == {"by": "desk", "reason": "wrong_code"} and line.trace_id


def test_sms_login_of_who_is_no_staff(
    client: Caller, runtime: Runtime, simulators: Simulators, session: Session
) -> None:
    window, phone = browser(client), "13712340000"
    answer = sms_login(window, runtime, simulators, phone)
    assert answer.status_code == 403
    assert "岗位" in answer.get_data(as_text=True)
    (line,) = desk_lines(session)
    assert (line.action, line.subject_id) == ("identity.log_in_refused", None)
    assert line.facts == {"by": "desk", "reason": "no_staff"}
    again = window.get("/desk/login/sms", base_url="https://localhost").get_data(as_text=True)
    spent = post(window, "/desk/login/code", again, phone=phone, code=simulators.sms.code(phone))
    assert spent.status_code == 422  # the code was spent on the refusal


def test_guessing_at_the_desks_door_runs_into_a_limit(client: Caller, session: Session) -> None:
    window = browser(client)
    page = window.get("/desk/login/sms", base_url="https://localhost").get_data(as_text=True)
    for _ in range(accounts._DESK_TRIES_AN_HOUR - 1):
        limits.count(session, name="desk.sms", key="127.0.0.1", limit=10**6, window=timedelta(hours=1))
    session.commit()
    guess = {"phone": "13712340000", "code": "123456"}
    assert post(window, "/desk/login/code", page, **guess).status_code == 422
    assert post(window, "/desk/login/code", page, **guess).status_code == 429


def test_drawing_is_the_one_signing_makes() -> None:
    assert qr.svg("x").startswith("<svg")
