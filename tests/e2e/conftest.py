"""A real browser (Debian's Chromium, driven by Playwright) against the application on a loopback port."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright
from werkzeug.serving import make_server

from backend.desk.web import COOKIE
from backend.identity import sessions
from tests.factories.organisations import Staff

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
SMALL_PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}


@pytest.fixture
def live_url(app: Flask) -> Iterator[str]:
    """The application served over real HTTP; it shares the test's transaction, one request at a time."""
    server = make_server("127.0.0.1", 0, app, threaded=False)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=5)
    server.server_close()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for this folder only: Playwright keeps an event loop running in the thread of the tests, under
    which `asyncio.run` (pyHanko's signing) is refused, so it must be gone when another folder's tests come.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Visit:
    """One browser window, and what it did behind the reader's back."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    strayed: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page

    def watch_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def watch_requests(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:")):
            self.strayed.append(request.url)


def visit(
    browser: Browser, url: str, *, viewport: dict[str, int], scripts: bool, dark: bool = False
) -> Visit:
    """A fresh window; `scripts` as the reader's browser has it."""
    context = browser.new_context(
        viewport=viewport,  # type: ignore[arg-type]
        java_script_enabled=scripts,
        color_scheme="dark" if dark else "light",
        locale="zh-CN",
        device_scale_factor=2,
    )
    window = Visit(context.new_page(), url)
    window.page.on("console", window.watch_console)
    window.page.on("request", window.watch_requests)
    window.page.set_default_timeout(8000)
    return window


def log_in(window: Visit, who: Staff) -> None:
    """As if they had scanned the desk's log-in code."""
    tokens = sessions.open_device(who.session, who.account, kind="desk", name="窗口电脑")
    who.session.commit()
    window.page.context.add_cookies([{"name": COOKIE, "value": tokens.access_token, "url": window.url}])


@pytest.fixture
def phone(chromium: Browser, live_url: str) -> Iterator[Visit]:
    """A small phone without JavaScript: nothing strays to another origin, nothing is complained of."""
    window = visit(chromium, live_url, viewport=SMALL_PHONE, scripts=False)
    yield window
    window.page.context.close()
    assert window.strayed == []
    assert window.complaints == []


@pytest.fixture
def desktop(chromium: Browser, live_url: str) -> Iterator[Visit]:
    """A desk's browser, JavaScript on."""
    window = visit(chromium, live_url, viewport=DESKTOP, scripts=True)
    yield window
    window.page.context.close()
    assert window.strayed == []
    assert window.complaints == []
