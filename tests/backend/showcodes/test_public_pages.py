"""What a stranger learns by scanning a printed paper or a show-code with any phone."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from backend import clock
from backend.audit.models import AccessRecord
from backend.desk.web import COOKIE
from backend.identity import sessions
from backend.showcodes.verdicts import LOOKS, Word
from tests.factories.showcodes import Scene, show_claims

ORIGIN = {"Origin": "http://localhost"}


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


def looks(session: Session) -> list[AccessRecord]:
    return list(session.scalars(select(AccessRecord).order_by(AccessRecord.at, AccessRecord.id)))


def post(browser: FlaskClient, path: str, page: TestResponse, **form: str) -> TestResponse:
    found = re.search(r'name="form_token" value="([^"]+)"', page.text)
    assert found
    return browser.post(path, data={"form_token": found.group(1), **form}, headers=ORIGIN)


def log_in(browser: FlaskClient, scene: Scene) -> None:
    tokens = sessions.open_device(scene.session, scene.counter.account, kind="desk", name="窗口电脑")
    scene.session.commit()
    browser.set_cookie(COOKIE, tokens.access_token)


def test_printed_code_opens_a_page_with_the_verdict(browser: FlaskClient, scene: Scene) -> None:
    answer = browser.get(f"/V/{scene.digits}")
    assert answer.status_code == 200
    assert "有效" in answer.text and scene.certificate.number in answer.text
    assert "欧***" in answer.text and "欧阳" not in answer.text
    assert "居住情况证明" not in answer.text and scene.desk.holder.person.id_number not in answer.text
    assert "zheng.example.cn" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]


def test_whole_page_is_small_and_has_no_script(browser: FlaskClient, scene: Scene) -> None:
    page = browser.get(f"/V/{scene.digits}")
    parts = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
    assert (
        parts and "<script" not in page.text and "http://" not in page.text.replace("http://www.w3.org", "")
    )
    total = len(page.data)
    for path in set(parts):
        with browser.get(path) as part:
            total += len(part.data)
    assert total < 30_000


@pytest.mark.parametrize("state", ["revoked", "superseded", "suspended"])
def test_every_state_has_its_own_words_colour_and_icon(
    browser: FlaskClient, scene: Scene, state: str
) -> None:
    scene.end(state, end_reason="所证情况不实")
    answer = browser.get(f"/V/{scene.digits}")
    word = {"revoked": Word.REVOKED, "superseded": Word.SUPERSEDED, "suspended": Word.SUSPENDED}[state]
    assert answer.status_code == 200
    assert f'class="verdict {LOOKS[word].tone}"' in answer.text and word in answer.text
    assert "所证情况不实" in answer.text
    assert "查验码" not in answer.text


def test_forged_and_unknown_have_their_own_words(browser: FlaskClient, scene: Scene) -> None:
    last = "0" if scene.digits[-1] != "0" else "1"
    forged = browser.get(f"/V/{scene.digits[:-1]}{last}")
    assert forged.status_code == 200 and "不可信" in forged.text and "签名不符" in forged.text
    assert scene.certificate.number not in forged.text
    other = browser.get("/V/" + scene.sign(show_claims()).rpartition("/")[2])
    assert "种类与用处不符" in other.text


@pytest.mark.parametrize(
    "digits", ["1", "0", "9" * 1200, "9" * 1201, "9" * 20_000, "abc", "%E4%B8%80", "-1", "1.5", "١٢٣", "%00"]
)
@pytest.mark.parametrize("letter", ["V", "S"])
def test_absurd_addresses_are_answered_with_words(
    browser: FlaskClient, app: Flask, letter: str, digits: str
) -> None:
    answer = browser.get(f"/{letter}/{digits}")
    assert answer.status_code in (200, 404, 422)
    assert answer.mimetype == "text/html"
    assert "不是本系统的码" in answer.text or "不可信" in answer.text or answer.status_code == 422


def test_opening_is_recorded_once_an_hour_and_heads_not_at_all(
    browser: FlaskClient, scene: Scene, session: Session
) -> None:
    browser.head(f"/V/{scene.digits}")
    assert looks(session) == []
    browser.get(f"/V/{scene.digits}")
    browser.get(f"/V/{scene.digits}")
    assert [(row.kind, row.reason, row.post) for row in looks(session)] == [
        ("public_page", "in_force", "网上查验（未登录）")
    ]
    with time_machine.travel(clock.now() + timedelta(hours=2), tick=False):
        browser.get(f"/V/{scene.digits}")
    assert len(looks(session)) == 2


def test_check_code_shows_the_text_for_comparison(
    browser: FlaskClient, scene: Scene, session: Session
) -> None:
    path = f"/V/{scene.digits}"
    code = str(scene.paper.check_code)
    answer = post(browser, path, browser.get(path), check_code=f" {code[:4].lower()}-{code[4:]} ")
    assert answer.status_code == 200
    assert "特此证明" in answer.text and "欧阳春燕" in answer.text and "逐字对照" in answer.text
    assert [row.reason for row in looks(session)] == ["in_force", "text_matches"]


def test_wrong_check_code_is_told_recorded_and_counted(
    browser: FlaskClient, scene: Scene, session: Session
) -> None:
    path = f"/V/{scene.digits}"
    page = browser.get(path)
    for _ in range(10):
        answer = post(browser, path, page, check_code="22222222")
        assert answer.status_code == 422 and "查验码不对" in answer.text and "特此证明" not in answer.text
    stopped = post(browser, path, page, check_code=str(scene.paper.check_code))
    assert stopped.status_code == 429 and int(stopped.headers["Retry-After"]) > 0
    assert "特此证明" not in stopped.text
    assert [row.reason for row in looks(session)].count("wrong_number_or_code") == 10


def test_one_address_that_guesses_does_not_lock_out_another(browser: FlaskClient, scene: Scene) -> None:
    path = f"/V/{scene.digits}"
    page = browser.get(path)
    for _ in range(11):
        post(browser, path, page, check_code="22222222")
    found = re.search(r'name="form_token" value="([^"]+)"', page.text)
    assert found
    form = {"form_token": found.group(1), "check_code": str(scene.paper.check_code)}
    answer = browser.post(path, data=form, headers=ORIGIN, environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    assert answer.status_code == 200


def test_empty_or_short_check_code_asks_again(browser: FlaskClient, scene: Scene) -> None:
    path = f"/V/{scene.digits}"
    page = browser.get(path)
    assert "请输入查验码" in post(browser, path, page).text
    assert "查验码是 8 位字母和数字" in post(browser, path, page, check_code="ABC").text


def test_check_code_of_a_revoked_certificate_shows_no_text(browser: FlaskClient, scene: Scene) -> None:
    path = f"/V/{scene.digits}"
    page = browser.get(path)
    scene.end("revoked", end_reason="所证情况不实")
    answer = post(browser, path, page, check_code=str(scene.paper.check_code))
    assert "已吊销" in answer.text and "特此证明" not in answer.text


def test_opening_a_show_code_tells_and_consumes_nothing(
    browser: FlaskClient, scene: Scene, session: Session
) -> None:
    row = scene.show("full")
    path = "/S/" + scene.text(row).rpartition("/")[2]
    for _ in range(3):
        page = browser.get(path)
        assert page.status_code == 200 and "只能核验一次" in page.text
        assert "有效期至" not in page.text and "欧" not in page.text
    session.refresh(row)
    assert row.used_by is None and looks(session) == []


def test_strangers_button_tells_validity_only(browser: FlaskClient, scene: Scene, session: Session) -> None:
    path = "/S/" + scene.text(scene.show("full")).rpartition("/")[2]
    page = browser.get(path)
    answer = post(browser, path, page)
    assert "证明真实，现在有效" in answer.text
    assert "欧" not in answer.text and scene.certificate.number not in answer.text
    assert "居住情况证明" not in answer.text
    assert post(browser, path, page).text.count("证明真实，现在有效") == 1  # the same visitor's retry
    assert "已由别处核验过" in post(browser, path, browser.get(path)).text  # another visitor
    assert [row.reason for row in looks(session)] == ["in_force", "show_used"]


def test_staff_at_their_desk_get_the_scope_and_must_name_the_matter(
    browser: FlaskClient, scene: Scene, session: Session
) -> None:
    log_in(browser, scene)
    path = "/S/" + scene.text(scene.show("full")).rpartition("/")[2]
    page = browser.get(path)
    asked = post(browser, path, page)
    assert asked.status_code == 422 and "请写明办理什么事" in asked.text
    answer = post(browser, path, page, matter="落户")
    assert "特此证明" in answer.text and scene.desk.holder.person.id_number in answer.text
    assert [(row.matter, row.kind) for row in looks(session)] == [("落户", "scan")]


def test_how_to_check_names_every_word_and_the_domain(browser: FlaskClient) -> None:
    page = browser.get("/how-to-check")
    assert page.status_code == 200
    assert all(word in page.text for word in Word)
    assert "zheng.example.cn" in page.text


def test_superseded_page_links_to_the_new_one(browser: FlaskClient, scene: Scene) -> None:
    new = scene.desk.issue()
    scene.end("superseded", superseded_by_id=new.id)
    page = browser.get(f"/V/{scene.digits}")
    link = re.search(r'href="(/V/\d+)"', page.text)
    assert link and new.number in page.text
    assert new.number in browser.get(link.group(1)).text


def test_number_from_the_document_is_escaped(browser: FlaskClient, scene: Scene) -> None:
    scene.end("revoked", end_reason="<img src=x onerror=alert(1)>")
    assert "<img src=x" not in browser.get(f"/V/{scene.digits}").text
