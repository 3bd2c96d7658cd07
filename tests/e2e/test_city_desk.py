"""The city admin's pages in a real browser: calendar, joining records, corrections; by keyboard, narrow, on paper."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from backend.identity import corrections
from backend.organisations import notices
from tests.e2e.conftest import Visit, log_in
from tests.factories import identity
from tests.factories import organisations as make

pytestmark = pytest.mark.browser


def fits(window: Visit) -> bool:
    """Nothing sticks out sideways."""
    size = window.page.viewport_size
    width = window.page.locator("html").evaluate("node => node.scrollWidth")
    return size is not None and bool(width <= size["width"])


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).press("Enter")


@pytest.fixture(autouse=True)
def notices_loaded(session: Session) -> None:
    notices.load_notices(session)


def test_a_notice_is_loaded_and_a_day_ruled_by_keyboard(
    desktop: Visit, session: Session, tmp_path: Path
) -> None:
    log_in(desktop, make.city_admin(session))
    page = desktop.open("/desk/calendar/2026")
    page.get_by_role("link", name="2027 年 →").press("Enter")
    assert page.get_by_text("放假通知还没有录入").count() == 1
    page.get_by_label("依据").fill("国办发明电〔2026〕7号")
    page.get_by_label("放假和调休的日子").fill("2027-01-01至2027-01-03 休 元旦\n2027-01-09 班 元旦调休")
    press(page, "录入")
    expect(page.get_by_role("button", name="替换")).to_be_visible()
    page.get_by_label("日期").first.fill("2027-07-05")
    page.get_by_label("这一天").select_option("no")
    page.get_by_label("名目").fill("防汛停班")
    page.keyboard.press("Enter")
    expect(page.locator("td.day.off")).to_have_count(4)
    expect(page.locator("td.day.makeup")).to_have_count(1)
    assert page.get_by_role("cell", name="防汛停班").last.is_visible()
    assert fits(desktop)
    page.screenshot(path=tmp_path / "calendar.png", full_page=True)
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="保存这一天").is_visible()
    assert page.locator("td.day.off").first.is_visible()


def test_a_mistake_in_the_notice_is_said_by_line_on_a_small_phone(
    phone: Visit, session: Session, tmp_path: Path
) -> None:
    log_in(phone, make.city_admin(session))
    page = phone.open("/desk/calendar/2027")
    assert fits(phone)
    page.get_by_label("依据").fill("通知")
    page.get_by_label("放假和调休的日子").fill("2027-01-01 休 元旦\n二月放假")
    page.get_by_role("button", name="录入").click()
    assert page.get_by_text("第 2 行应写成").count() == 1
    assert page.get_by_label("放假和调休的日子").input_value().endswith("二月放假")
    assert fits(phone)
    page.screenshot(path=tmp_path / "calendar-phone.png", full_page=True)
    phone.complaints.clear()  # the browser reports the 422 of the refused form


def test_two_records_are_joined_and_split_by_keyboard(
    desktop: Visit, session: Session, tmp_path: Path
) -> None:
    first, second = identity.citizen(session, "古丽"), identity.citizen(session, "古丽")
    log_in(desktop, make.city_admin(session))
    page = desktop.open("/desk/persons")
    page.get_by_label("第一个证件号码").fill(first.person.id_number)
    page.get_by_label("第二个证件号码").fill(second.person.id_number)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("核对两份档案")
    assert first.person.id_number not in page.url and fits(desktop)
    page.get_by_label("保留哪一份").select_option("first")
    page.get_by_label("为何认定是同一人").fill("居住证换身份证，户口簿可证")
    page.screenshot(path=tmp_path / "pair.png", full_page=True)
    press(page, "合并两份档案")
    expect(page.get_by_role("heading", level=1)).to_have_text("档案合并")
    page.get_by_role("button", name="拆分").press("Enter")
    expect(page.get_by_text("已拆分")).to_have_count(1)
    assert fits(desktop)
    page.screenshot(path=tmp_path / "persons.png", full_page=True)


def test_a_correction_is_decided_on_a_small_phone(phone: Visit, session: Session, tmp_path: Path) -> None:
    who = identity.citizen(session)
    corrections.ask(session, who.actor(session), field="name", wanted="欧阳春艳")
    log_in(phone, make.city_admin(session))
    page = phone.open("/desk/corrections")
    assert fits(phone)
    page.get_by_role("link", name="处理").click()
    page.get_by_label("是否更正").select_option("yes")
    page.get_by_label("告诉本人的话").fill("已核对身份证原件，改正")
    assert fits(phone)
    page.screenshot(path=tmp_path / "correction.png", full_page=True)
    page.get_by_role("button", name="提交决定").click()
    assert page.get_by_text("没有待处理的更正申请").count() == 1
