"""The web app on a bad day: Chromium at 400 kbit/s, 400 ms to the first byte, and a processor slowed down four times.

Each round is a first visit: a new browser profile, nothing kept. Measured are the moment words can be read (the shell
inside index.html), the moment the home page's search box can be used, and the bytes that came by then and after.
What a service worker fetches again for later is not counted: it comes when the page stands.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from playwright.sync_api import Browser, CDPSession, sync_playwright

from benchmarks.measuring import Figure, Options, middle
from benchmarks.servers import ROOT, free_port

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
BITS_A_SECOND, LATENCY_MS, SLOWER = 400_000, 400, 4
READABLE_MS, USABLE_MS, BYTES = 2_500.0, 7_000.0, 200 * 1024
_PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "locale": "zh-CN",
    "service_workers": "block",
    "bypass_csp": True,  # Playwright waits by evaluating text
}
#: Notes when the shell has gone and the home page's field takes letters.
_WATCH = """
  const usable = () => !document.getElementById('shell')
    && [...document.querySelectorAll('#app input')].some((field) => !field.disabled && field.checkVisibility());
  const look = () => { if (usable()) window.usableAt = performance.now(); else requestAnimationFrame(look); };
  requestAnimationFrame(look);
"""
_READABLE = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


@dataclass(frozen=True)
class Visit:
    """One opening of the app: milliseconds from the click, and bytes over the wire."""

    readable: float
    usable: float
    bytes: float
    requests: float


def figures(options: Options) -> list[Figure]:
    """Against what the design allows at most."""
    with TemporaryDirectory() as folder, demonstration(Path(folder)) as url, sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        visits = [_visit(browser, url) for _ in range(options.rounds)]
        browser.close()
    readable, usable = [visit.readable for visit in visits], [visit.usable for visit in visits]
    sizes = [visit.bytes for visit in visits]
    asked = {"requests": middle([visit.requests for visit in visits])}
    return [
        _against("words to read, first visit", "2.5 s, the most allowed", readable, READABLE_MS, "ms"),
        _against("home page usable, first visit", "7 s, the most allowed", usable, USABLE_MS, "ms"),
        _against("bytes of a first visit, gzip", "200 kB, the most allowed", sizes, BYTES, "bytes", asked),
    ]


def _against(
    name: str,
    rival: str,
    values: list[float],
    most: float,
    unit: str,
    more: dict[str, float] | None = None,
) -> Figure:
    shares = [value / most for value in values]
    return Figure(name, rival, shares, target=1.0, absolute={unit: middle(values), **(more or {})})


def _visit(browser: Browser, url: str) -> Visit:
    context = browser.new_context(**_PHONE)
    page = context.new_page()
    page.add_init_script(_WATCH)
    wire = _slow_wire(context.new_cdp_session(page))
    page.goto(f"{url}/m/", wait_until="commit", timeout=60_000)
    page.wait_for_function("window.usableAt", timeout=60_000)
    page.wait_for_load_state("networkidle", timeout=60_000)
    seen = Visit(
        page.evaluate(_READABLE), page.evaluate("window.usableAt"), float(sum(wire)), float(len(wire))
    )
    context.close()
    return seen


def _slow_wire(cdp: CDPSession) -> list[float]:
    """Slows network and processor down; the sizes of what comes, as it comes."""
    sizes: list[float] = []
    cdp.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    cdp.send("Network.enable")
    rate = BITS_A_SECOND / 8
    conditions = {
        "offline": False,
        "latency": LATENCY_MS,
        "downloadThroughput": rate,
        "uploadThroughput": rate,
    }
    cdp.send("Network.emulateNetworkConditions", conditions)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return sizes


@contextmanager
def demonstration(folder: Path) -> Iterator[str]:
    """The demonstration with its data, without a journey; its address."""
    port = free_port()
    environment = {**os.environ, "DEMO_DIR": str(folder), "DEMO_PORT": str(port), "DEMO_JOURNEYS": ""}
    environment.pop("DEMO_EXIT", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "demo"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _until_ready(process, url)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def _until_ready(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/readyz", trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    sys.exit("the demonstration did not start")
