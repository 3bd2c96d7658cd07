"""Public pages and the counter in a real browser, as a stranger with a small phone and a clerk at a desk see them."""

import pytest
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from backend.access import Role
from backend.runtime import Runtime
from tests.e2e.conftest import SMALL_PHONE, Visit, log_in, visit
from tests.e2e.test_shell import WORST_CONTRAST, fits
from tests.factories import organisations as offices
from tests.factories import showcodes
from tests.factories.showcodes import Scene

pytestmark = pytest.mark.browser


@pytest.fixture
def scene(session: Session, runtime: Runtime) -> Scene:
    return showcodes.scene(session, runtime)


def show_path(scene: Scene, scope: str = "full") -> str:
    return "/S/" + scene.text(scene.show(scope)).rpartition("/")[2]


def test_stranger_scans_the_printed_code_and_compares_the_text(phone: Visit, scene: Scene) -> None:
    page = phone.open(f"/V/{scene.digits}")
    verdict = page.get_by_role("status").first
    assert "有效" in verdict.inner_text()
    box = verdict.bounding_box()
    assert box and box["y"] + box["height"] < 740  # read without scrolling
    page.get_by_label("查验码").fill(str(scene.paper.check_code).lower())
    page.keyboard.press("Enter")
    page.wait_for_selector("text=特此证明")


def test_wrong_check_code_is_told_beside_the_field(phone: Visit, scene: Scene) -> None:
    page = phone.open(f"/V/{scene.digits}")
    page.get_by_label("查验码").fill("22222222")
    page.get_by_role("button", name="显示原文").click()
    page.wait_for_selector("text=查验码不对")
    field = page.get_by_label("查验码")
    assert field.get_attribute("aria-invalid") == "true"
    assert "check_code-fault" in (field.get_attribute("aria-describedby") or "")
    phone.complaints.clear()  # the browser logs every answer of 422


def test_whole_page_is_under_30_kilobytes(chromium: Browser, live_url: str, scene: Scene) -> None:
    window = visit(chromium, live_url, viewport=SMALL_PHONE, scripts=False)
    sizes: list[int] = []
    window.page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    window.open(f"/V/{scene.digits}")
    window.page.wait_for_load_state("networkidle")
    assert len(sizes) >= 2 and sum(sizes) < 30_000
    window.page.context.close()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_verdict_reads_well_and_fits(
    chromium: Browser, live_url: str, scene: Scene, dark: bool
) -> None:
    window = visit(chromium, live_url, viewport={"width": 320, "height": 640}, scripts=True, dark=dark)
    last = "1" if scene.digits[-1] != "1" else "2"
    for path in (f"/V/{scene.digits}", f"/V/{scene.digits[:-1]}{last}", "/V/5", show_path(scene)):
        assert_reads_well(window, path)
    for state in ("suspended", "superseded", "revoked", "sealing"):
        scene.end(state, end_reason="经查，所证居住情况不实")
        assert_reads_well(window, f"/V/{scene.digits}")
    window.page.context.close()


def assert_reads_well(window: Visit, path: str) -> None:
    page = window.open(path)
    ratio, where = page.evaluate(WORST_CONTRAST)
    assert ratio >= 4.5, (path[:20], where)
    assert fits(page), path[:20]


def test_stranger_presses_the_button_of_a_show_code(phone: Visit, scene: Scene) -> None:
    page = phone.open(show_path(scene))
    assert page.get_by_role("status").count() == 0
    page.get_by_role("button", name="核验").click()
    page.wait_for_selector("text=证明真实")
    assert "欧" not in page.get_by_role("main").inner_text()


def test_counter_by_keyboard_alone(desktop: Visit, scene: Scene) -> None:
    log_in(desktop, scene.counter)
    page = desktop.open("/desk/counter")
    page.keyboard.type("公租房申请")
    page.keyboard.press("Tab")
    page.keyboard.type(scene.text(scene.show("full")))
    page.keyboard.press("Enter")  # as a hand scanner does
    page.wait_for_selector(".verdict")
    assert "有效" in page.get_by_role("status").first.inner_text()
    assert "特此证明" in page.get_by_role("main").inner_text()
    assert page.get_by_label("办理什么事").input_value() == "公租房申请"
    assert page.evaluate("document.activeElement.id") == "text"
    page.keyboard.type("wxp://f2f0abc")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=收付款码")
    assert page.locator("tbody tr").count() == 2


def test_register_opens_the_certificate(desktop: Visit, scene: Scene, session: Session) -> None:
    log_in(desktop, offices.staff(session, offices.city(session), Role.AUDITOR, post="审计员"))
    page = desktop.open("/desk/certificates")
    page.get_by_label("文号").fill(scene.certificate.number)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=scene.certificate.number).click()
    page.wait_for_selector("text=经过")
    words = page.get_by_role("main").inner_text()
    assert "欧***" in words and "欧阳" not in words
