"""Offices and staff in a real browser: by keyboard, wide and narrow, without JavaScript."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from backend import clock
from backend.access import Role
from backend.desk.web import COOKIE
from backend.identity import sessions
from tests.e2e.conftest import Visit
from tests.factories import organisations as make

pytestmark = pytest.mark.browser


def log_in(window: Visit, who: make.Staff) -> None:
    tokens = sessions.open_device(who.session, who.account, kind="desk", name="电脑")
    who.session.commit()
    window.page.context.add_cookies([{"name": COOKIE, "value": tokens.access_token, "url": window.url}])


def fits(window: Visit) -> bool:
    """Nothing sticks out sideways."""
    size = window.page.viewport_size
    width = window.page.locator("html").evaluate("node => node.scrollWidth")
    return size is not None and bool(width <= size["width"])


def test_an_admin_finds_the_village_and_invites_a_clerk_by_keyboard(
    desktop: Visit, session: Session, tmp_path: Path
) -> None:
    village = make.village(session)
    make.village(session, make.SIBLING_VILLAGE)
    log_in(desktop, make.city_admin(session))
    page = desktop.open("/desk/organisations")
    page.get_by_label("找机构").focus()
    page.keyboard.type("wnl")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=village.name).press("Enter")
    assert page.get_by_role("heading", level=1).inner_text() == village.name
    page.get_by_role("link", name="邀请工作人员").press("Enter")
    page.get_by_label("角色").select_option("clerk")
    page.get_by_label("职务").fill("文书")
    page.get_by_label("姓名").fill("王小明")
    page.get_by_label("手机号").fill("13912345678")
    page.keyboard.press("Enter")
    assert len(page.get_by_label("邀请码").inner_text()) == 8
    assert fits(desktop)


def test_a_term_change_on_a_small_phone(phone: Visit, session: Session) -> None:
    village = make.village(session)
    admin = make.organisation_admin(session, village)
    clerk = make.staff(session, village, Role.CLERK, name="王小明", post="文书")
    make.approver(session, village)
    log_in(phone, admin)
    page = phone.open(f"/desk/organisations/{village.id}")
    assert fits(phone)
    page.get_by_role("link", name="换届").click()
    page.get_by_label("离任人员的最后在任日").fill((clock.today() + timedelta(days=1)).isoformat())
    page.get_by_label("王小明 · 经办人 · 文书").check()
    assert fits(phone)
    page.get_by_role("button", name="办理换届").click()
    assert page.get_by_role("heading", level=1).inner_text() == "换届已办理"
    assert page.get_by_text("换届首日没有在任的经办人").count() == 1
    assert clerk.grant.id
