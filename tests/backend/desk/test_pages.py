"""Pages: who gets in, whose forms are believed, and what a refusal looks like."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import fields
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from backend import clock, runtime
from backend.access import Actor, Permission
from backend.app import create_app
from backend.complaints.models import ComplaintSerial
from backend.desk.web import COOKIE, Pages, redirect_to, render
from backend.identity import sessions
from backend.problems import Conflict
from backend.runtime import Runtime
from backend.schemas import Schema, Words
from backend.settings import Settings
from tests.factories import organisations as make
from tests.factories.organisations import Staff

ORIGIN = {"Origin": "http://localhost"}
pages = Pages("probe", __name__, template_folder=None)


class ProbeForm(Schema):
    words = Words(low=2, high=10, required=True)
    outcome = fields.String(load_default="kept")
    place = fields.String(load_default="421202")


@pages.page("/probe", may=Permission.VERIFY)
def probe(session: Session, actor: Actor) -> Any:
    return render("desk/desk.html")


@pages.page("/probe/form", may=Permission.VERIFY)
def probe_form(session: Session, actor: Actor) -> Any:
    return render("complaints/one.html", complaint=Row, kinds={"x": "种类"}, chip=lambda row: ("词", "wait"))


class Row:
    number, kind, state, text, answer = "TS1", "x", "open", "<b>正文</b>", None
    created_at = due_at = clock.now()


@pages.form("/probe/form", may=Permission.VERIFY, takes=ProbeForm, again=probe_form)
def probe_post(session: Session, actor: Actor, form: dict[str, Any]) -> Any:
    session.add(ComplaintSerial(county_code=form["place"], year=1, next_serial=7))
    session.flush()
    if form["outcome"] == "conflict":
        raise Conflict("别人已经办了")
    if form["outcome"] == "crash":
        raise RuntimeError("secret detail")
    return redirect_to("//elsewhere.example" if form["outcome"] == "away" else "/probe")


@pytest.fixture(scope="module")
def probe_app(settings: Settings) -> Flask:
    app = create_app(settings)
    app.register_blueprint(pages)
    return app


@pytest.fixture
def browser(probe_app: Flask, runtime: Runtime) -> Iterator[FlaskClient]:
    attach(probe_app, runtime)
    yield probe_app.test_client()


def attach(app: Flask, own: Runtime) -> None:
    runtime.attach(app, own)


def log_in(browser: FlaskClient, who: Staff) -> None:
    tokens = sessions.open_device(who.session, who.account, kind="desk", name="窗口电脑")
    who.session.commit()
    browser.set_cookie(COOKIE, tokens.access_token)


@pytest.fixture
def at_counter(browser: FlaskClient, session: Session) -> FlaskClient:
    log_in(browser, make.counter_clerk(session))
    return browser


def token_on(page: TestResponse) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', page.text)
    assert found
    return found.group(1)


def post(browser: FlaskClient, headers: dict[str, str] = ORIGIN, **form: str) -> TestResponse:
    return browser.post("/probe/form", data={"words": "两个字", **form}, headers=headers)


def serials(session: Session) -> int:
    return session.query(ComplaintSerial).filter_by(year=1).count()


def test_visitor_is_taken_to_the_log_in_page_and_back(browser: FlaskClient) -> None:
    answer = browser.get("/probe?a=1")
    assert answer.status_code == 303
    assert answer.location == "/desk/login?next=%2Fprobe%3Fa%3D1"


def test_worthless_cookie_counts_as_none(browser: FlaskClient) -> None:
    browser.set_cookie(COOKIE, "worthless")
    assert browser.get("/probe").status_code == 303


def test_somebody_without_the_role_is_told_so_on_a_page(browser: FlaskClient, session: Session) -> None:
    log_in(browser, make.clerk(session))
    answer = browser.get("/probe")
    assert answer.status_code == 403
    assert answer.mimetype == "text/html"
    assert "您没有办理这件事的权限" in answer.text


def test_counter_clerk_gets_in_and_sees_only_their_pages(at_counter: FlaskClient) -> None:
    answer = at_counter.get("/probe")
    assert answer.status_code == 200
    assert "/desk/counter" in answer.text
    assert "/desk/dead-letters" not in answer.text


def test_every_answer_is_strict(at_counter: FlaskClient) -> None:
    for path in ("/probe", "/nowhere", "/probe/form"):
        headers = at_counter.get(path, headers={"Accept": "text/html"}).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "script-src" not in policy and "unsafe" not in policy
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert headers["Referrer-Policy"] == "same-origin"
    assert "X-Robots-Tag" not in at_counter.get("/").headers


def test_good_form_is_kept(at_counter: FlaskClient, session: Session) -> None:
    answer = post(at_counter, form_token=token_on(at_counter.get("/probe/form")))
    assert (answer.status_code, answer.location) == (303, "/probe")
    assert serials(session) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Referer": "https://evil.example/page"},
        {},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
    ],
    ids=["other origin", "opaque origin", "other referer", "neither", "fetched cross-site"],
)
def test_form_from_elsewhere_is_refused(
    at_counter: FlaskClient, session: Session, headers: dict[str, str]
) -> None:
    answer = post(at_counter, headers, form_token=token_on(at_counter.get("/probe/form")))
    assert answer.status_code == 403
    assert "不是从本网站的页面发出的" in answer.text
    assert serials(session) == 0


def test_referer_speaks_where_a_browser_sends_no_origin(at_counter: FlaskClient) -> None:
    form_token = token_on(at_counter.get("/probe/form"))
    assert (
        post(at_counter, {"Referer": "http://localhost/probe/form"}, form_token=form_token).status_code == 303
    )


def test_own_public_address_is_home_too(at_counter: FlaskClient) -> None:
    form_token = token_on(at_counter.get("/probe/form"))
    assert post(at_counter, {"Origin": "https://zheng.example.cn"}, form_token=form_token).status_code == 303


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
@pytest.mark.parametrize(
    "sent", [{"place": "4212\x0002"}, {"words": "两\x00字"}, {"nobody\x00asks": "x"}], ids=str
)
def test_what_no_database_can_hold_is_refused_before_it_gets_there(
    at_counter: FlaskClient, session: Session, sent: dict[str, str], kind: str
) -> None:
    """PostgreSQL takes no NUL in a text; SQLite does, so run this on both."""
    form = {"words": "两个字", "form_token": token_on(at_counter.get("/probe/form")), **sent}
    answer = at_counter.post("/probe/form", data=form, headers=ORIGIN, content_type=kind)
    assert (answer.status_code, answer.mimetype) == (422, "text/html")
    assert "不能使用的字符" in answer.text and "\x00" not in answer.text
    assert serials(session) == 0


def test_nul_in_a_query_or_an_address_is_refused_on_a_page(at_counter: FlaskClient) -> None:
    for path in ("/probe?words=%00", "/probe?%00=words", "/V/1%00"):
        answer = at_counter.get(path)
        assert (answer.status_code, answer.mimetype) == (422, "text/html"), path


@pytest.mark.parametrize("wrong", ["", "x", "1.2.3", "zz.zz.zz", "é.é.é"])
def test_form_without_our_token_is_refused(at_counter: FlaskClient, session: Session, wrong: str) -> None:
    assert post(at_counter, form_token=wrong).status_code == 403
    assert serials(session) == 0


def test_token_of_another_session_is_worth_nothing(browser: FlaskClient, session: Session) -> None:
    log_in(browser, make.counter_clerk(session))
    stolen = token_on(browser.get("/probe/form"))
    log_in(browser, make.counter_clerk(session))
    assert post(browser, form_token=stolen).status_code == 403


def test_form_left_open_overnight_is_refused_with_words(at_counter: FlaskClient) -> None:
    form_token = token_on(at_counter.get("/probe/form"))
    with time_machine.travel(clock.now() + timedelta(hours=9, minutes=59), tick=False):
        assert post(at_counter, form_token=form_token).status_code == 303
    with time_machine.travel(clock.now() - timedelta(minutes=10), tick=False):
        assert post(at_counter, form_token=form_token).status_code == 403


def test_wrong_form_comes_again_with_what_was_typed_and_what_is_wrong(at_counter: FlaskClient) -> None:
    form_token = token_on(at_counter.get("/probe/form"))
    answer = post(at_counter, form_token=form_token, words="一", text='"><script>alert(1)</script>')
    assert answer.status_code == 422
    assert "填写的内容有误" in answer.text
    assert "<script>" not in answer.text and "&lt;script&gt;" in answer.text
    assert "<b>正文</b>" not in answer.text


def test_refused_form_leaves_nothing_behind(at_counter: FlaskClient, session: Session) -> None:
    form_token = token_on(at_counter.get("/probe/form"))
    answer = post(at_counter, form_token=form_token, outcome="conflict")
    assert answer.status_code == 409
    assert "别人已经办了" in answer.text
    assert serials(session) == 0


def test_unforeseen_failure_is_a_page_without_detail(at_counter: FlaskClient, session: Session) -> None:
    form_token = token_on(at_counter.get("/probe/form"))
    answer = post(at_counter, form_token=form_token, outcome="crash")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text and "系统出错了" in answer.text
    assert serials(session) == 0


def test_form_too_large_is_refused_as_a_page(at_counter: FlaskClient) -> None:
    answer = post(at_counter, form_token="x", words="字" * 5_000_000)
    assert (answer.status_code, answer.mimetype) == (413, "text/html")


def test_redirects_never_leave_the_site(at_counter: FlaskClient) -> None:
    form_token = token_on(at_counter.get("/probe/form"))
    assert post(at_counter, form_token=form_token, outcome="away").location == "/desk"


@pytest.mark.parametrize(
    "path",
    [
        "https://a.example",
        "//a.example",
        "/\\a.example",
        "/\t/a.example",
        "/\x0b/a.example",
        "\t//a.example",
        "/\r\nX: y",
    ],
)
def test_what_a_browser_would_read_as_another_site_is_no_target(path: str) -> None:
    assert redirect_to(path).headers["Location"] == "/desk"


def test_own_paths_with_blanks_and_chinese_are_targets() -> None:
    assert redirect_to("/desk/seals?word=温 高").headers["Location"].startswith("/desk/seals?word=")


def test_unknown_address_is_a_page_for_browsers_and_a_problem_for_machines(browser: FlaskClient) -> None:
    page = browser.get("/nowhere", headers={"Accept": "text/html"})
    assert (page.status_code, page.mimetype) == (404, "text/html")
    problem = browser.get("/api/v1/nowhere", headers={"Accept": "text/html"})
    assert (problem.status_code, problem.mimetype) == (404, "application/problem+json")


def test_unstorable_characters_are_refused_as_a_page(at_counter: FlaskClient) -> None:
    answer = at_counter.get("/probe?x=%00")
    assert (answer.status_code, answer.mimetype) == (422, "text/html")


def test_assets_may_be_kept_for_ever_and_only_ours_are_served(browser: FlaskClient) -> None:
    with browser.get("/static/desk/zheng.css") as answer:
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
    assert browser.get("/static/desk/..%2Fweb.py").status_code == 404
