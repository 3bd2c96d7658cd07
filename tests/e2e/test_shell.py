"""The shell in a real browser: readable on a small phone, usable by keyboard, nothing from elsewhere."""

import pytest

from tests.e2e.conftest import Visit

pytestmark = pytest.mark.browser


def test_home_says_what_this_is_and_fits_a_small_phone(phone: Visit) -> None:
    page = phone.open("/")
    assert page.get_by_role("heading", level=1).inner_text() == "掌上证"
    assert page.get_by_role("link", name="如何辨别真伪").count() == 1
    page.set_viewport_size({"width": 320, "height": 640})
    page.screenshot(path="/tmp/home.png", full_page=True)


def test_desktop_home(desktop: Visit) -> None:
    page = desktop.open("/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.screenshot(path="/tmp/home_wide.png", full_page=True)
