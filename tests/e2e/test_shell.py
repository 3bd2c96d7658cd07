"""The shell in a real browser: readable by everybody, usable by keyboard, printed clean, nothing from elsewhere."""

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from backend.notifications.models import OutboxEntry
from tests.e2e.conftest import DESKTOP, SMALL_PHONE, Visit, log_in, visit
from tests.factories import notifications
from tests.factories import organisations as offices

pytestmark = pytest.mark.browser

PUBLIC = ("/", "/how-to-check", "/desk/login", "/V/123", "/nowhere")
#: Ratio of a text's colour to what lies behind it (WCAG 2.2, 1.4.3), for every element that has text of its own.
WORST_CONTRAST = """() => {
  const parse = (c) => (c.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => { for (; e; e = e.parentElement) {
    const c = parse(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] === 1) return c; }
    return [255, 255, 255]; };
  let worst = [99, ''];
  for (const e of document.body.querySelectorAll('*')) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.checkVisibility()) continue;
    const a = light(parse(getComputedStyle(e).color)), b = light(behind(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < worst[0]) worst = [ratio, e.outerHTML.slice(0, 80)];
  }
  return worst;
}"""


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_stands_out(chromium: Browser, live_url: str, dark: bool) -> None:
    window = visit(chromium, live_url, viewport=SMALL_PHONE, scripts=True, dark=dark)
    for path in PUBLIC:
        ratio, where = window.open(path).evaluate(WORST_CONTRAST)
        assert ratio >= 4.5, (path, where)
    window.page.context.close()


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_pages_reflow_without_sideways_scrolling(chromium: Browser, live_url: str, width: int) -> None:
    window = visit(chromium, live_url, viewport={"width": width, "height": 700}, scripts=True)
    for path in PUBLIC:
        assert fits(window.open(path)), path
    window.page.context.close()


def test_large_type_reflows_too(chromium: Browser, live_url: str) -> None:
    """Twice the size of letters on a small phone, as many of our users set it."""
    window = visit(chromium, live_url, viewport=SMALL_PHONE, scripts=True)
    for path in PUBLIC:
        page = window.open(path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        wide = "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth)"
        assert fits(page), (path, page.evaluate(f"{wide}.map(e => e.outerHTML.slice(0, 60))"))
    window.page.context.close()


def test_home_leads_on_without_scripts(phone: Visit) -> None:
    page = phone.open("/")
    assert page.get_by_role("heading", level=1).inner_text() == "掌上证"
    page.get_by_role("link", name="如何辨别真伪").click()
    page.wait_for_url("**/how-to-check")
    assert "zheng.example.cn" in page.get_by_role("main").inner_text()


def test_keyboard_finds_the_text_first_and_shows_where_it_is(desktop: Visit) -> None:
    page = desktop.open("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    width = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
    assert width >= 2
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_landmarks_and_language_for_voices(desktop: Visit) -> None:
    page = desktop.open("/how-to-check")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    for role in ("banner", "main", "contentinfo"):
        assert page.get_by_role(role).count() == 1
    assert page.evaluate("[...document.images].every(image => image.hasAttribute('alt'))")


def test_paper_gets_the_text_and_no_menus(desktop: Visit) -> None:
    page = desktop.open("/how-to-check")
    page.emulate_media(media="print")
    assert not page.get_by_role("banner").is_visible()
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.pdf().startswith(b"%PDF-")


def test_operator_drives_a_dead_letter_again(desktop: Visit, session: Session) -> None:
    entry = notifications.entry(session, "papers.make", paper_id="x")
    entry.state, entry.attempts, entry.last_error = "dead", 12, "CannotTypeset: 字体缺失"
    session.commit()
    log_in(desktop, offices.city_admin(session))
    page = desktop.open("/desk/dead-letters")
    assert "CannotTypeset" in page.get_by_role("table").inner_text()
    page.get_by_role("button", name="重办 papers.make").click()
    page.wait_for_selector("text=没有未办成的事")
    session.expire_all()
    assert session.get_one(OutboxEntry, entry.id).state == "pending"


def test_desk_pages_of_a_city_admin_fit_and_complain_of_nothing(desktop: Visit, session: Session) -> None:
    log_in(desktop, offices.city_admin(session))
    page = desktop.open("/desk")
    links = page.get_by_role("navigation", name="主导航").get_by_role("link")
    paths = [links.nth(index).get_attribute("href") or "" for index in range(links.count())]
    assert "/desk/dead-letters" in paths and "/desk/organisations" in paths
    for path in paths:
        page = desktop.open(path)
        assert page.get_by_role("heading", level=1).count() == 1, path
        assert fits(page), path
        page.set_viewport_size({"width": 320, "height": 640})
        assert fits(page), path
        page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]


def test_log_out_ends_at_the_door(desktop: Visit, session: Session) -> None:
    log_in(desktop, offices.city_admin(session))
    desktop.open("/desk").get_by_role("button", name="退出登录").click()
    desktop.page.wait_for_url("**/desk/login*")
    desktop.open("/desk/dead-letters")
    assert "/desk/login" in desktop.page.url
