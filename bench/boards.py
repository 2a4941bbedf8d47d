"""Every board of the portal as its reader meets it: opened in Chromium over the demonstration, by a warm server of `make run`.

For each board, three first visits (empty cache; the cooperative's own board on a phone), then three times another choice in its first
filter is applied. Printed for each: the largest paint, the filter (from the click to the end of loading, or of htmx's swap) and what went
over the wire, the quickest and the median of three; other work on the machine makes the median longer than the page is.

- lcp_s, filter_s, kb: the quickest visit of the worst board.

Needs the system's Chromium. Where it is away nothing is measured.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from bench._portal import ROOT, portal

VISITS = 3
PORT = 8392
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 360, "height": 740}
OFFICIAL, MEMBER = "congthuong.gialai@demo.ocop.example", "caphe@demo.ocop.example"
# Views that show figures and are opened without naming anything, by whom they are opened here.
BOARDS = {
    **dict.fromkeys(("overview", "overview_wall", "session_list", "product_list", "producer_list", "host_list", "commune_list"), OFFICIAL),
    **dict.fromkeys(("programme_list", "platform_list", "delivery_list", "scanned", "seasons", "what_works"), OFFICIAL),
    **dict.fromkeys(("claim_list", "data_health", "year_targets", "beyond_air"), OFFICIAL),
    "my_sales": MEMBER,
}
_LARGEST = """() => new Promise(resolve => new PerformanceObserver(list => resolve(list.getEntries().at(-1).startTime))
    .observe({type: "largest-contentful-paint", buffered: true}))"""
# The first list of the filter bar that offers another choice takes it; whether there was one.
_CHOOSE = """() => {
    for (const list of document.querySelectorAll(".filters select")) {
        const other = [...list.options].findIndex((one, place) => place !== list.selectedIndex && one.value !== "custom");
        if (other >= 0) { list.selectedIndex = other; return true; }
    }
    return false;
}"""


def main() -> None:
    """Print each board's figures, and the worst board's on the last line."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        print("no Chromium on the PATH: nothing is measured")
        return
    with portal(), tempfile.TemporaryDirectory() as name:
        from django.core.management import call_command
        from django.urls import reverse

        call_command("load_demo", verbosity=0)
        addresses = {board: reverse(board) for board in BOARDS}
        with serving(Path(name)) as site, sync_playwright() as playwright:
            flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
            browser = playwright.chromium.launch(executable_path=program, args=flags)
            states = {who: sign_in(browser, site, who) for who in (OFFICIAL, MEMBER)}
            measured = [measure(browser, states[who], board, site + addresses[board]) for board, who in BOARDS.items()]
            browser.close()
    worst = [max(found) for found in zip(*measured, strict=True)]
    print(f"boards lcp_s={worst[0]:.2f} filter_s={worst[1]:.2f} kb={worst[2]:.0f}")


def measure(browser: Browser, state: Any, board: str, address: str) -> tuple[float, float, float]:
    """The quickest largest paint and filter in seconds (0 without a filter), and the most KB that a first visit took."""
    visit(browser, state, board, address)  # warms the server
    visits = [visit(browser, state, board, address) for _ in range(VISITS)]
    paints, filters, sizes = (list(found) for found in zip(*visits, strict=True))
    told = [f"{board:16}", f"lcp {min(paints):.2f}/{statistics.median(paints):.2f} s"]
    told += [f"filter {min(filters):.2f}/{statistics.median(filters):.2f} s" if max(filters) else "no filter", f"{max(sizes):.0f} KB"]
    print("  ".join(told), flush=True)
    return min(paints), min(filters), max(sizes)


def visit(browser: Browser, state: Any, board: str, address: str) -> tuple[float, float, float]:
    """One first visit: seconds to the largest paint, seconds of a filter (0 without one), KB over the wire before it."""
    context = browser.new_context(storage_state=state, viewport=PHONE if BOARDS[board] == MEMBER else DESK)  # type: ignore[arg-type]
    try:
        page = context.new_page()
        loaded = received(context, page)
        page.goto(address, wait_until="load")
        paint = page.evaluate(_LARGEST) / 1000
        page.wait_for_load_state("networkidle") if board != "overview_wall" else None
        kilobytes = sum(loaded) / 1024
        return paint, apply_filter(page), kilobytes
    finally:
        context.close()


def received(context: BrowserContext, page: Page) -> list[int]:
    """The bytes of each answer as they come over the wire, headers included; it grows as the page loads."""
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    loaded: list[int] = []
    session.on("Network.loadingFinished", lambda event: loaded.append(int(event["encodedDataLength"])))
    return loaded


def apply_filter(page: Page) -> float:
    """Seconds from the click on “Apply” to the end of loading; 0 where there is nothing to choose."""
    for element in page.locator("details:has(.filters):not([open]) > summary").all():
        element.click()
    opener = page.locator(".filters-open")
    if opener.count() and opener.first.is_visible():
        opener.first.click()
    if not page.evaluate(_CHOOSE):
        return 0.0
    before = page.url
    began = time.perf_counter()
    page.locator(".filters form button:not([popovertarget])").last.click()
    page.wait_for_url(lambda url: url != before, wait_until="load")
    return time.perf_counter() - began


def sign_in(browser: Browser, site: str, who: str) -> Any:
    """The cookies of somebody who signed in by the form."""
    from ocop_portal.demo.people import PASSWORD

    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site}/account/login/")
    page.fill("input[name=login]", who)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_url(lambda url: "/account/login" not in url)
    state = context.storage_state()
    context.close()
    return state


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The portal's web server as its supervisor starts it."""
    from django.conf import settings

    from ocop_portal.run.children import portal_children

    environment = os.environ | {"STATIC_ROOT": str(folder / "static"), "SECRET_KEY": settings.SECRET_KEY, "LOG_LEVEL": "WARNING"}
    subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"], env=environment, cwd=ROOT, check=True)
    web = portal_children(project=ROOT, data_dir=folder, host="127.0.0.1", port=PORT)[0]
    with (folder / "web.log").open("wb") as log:
        server = subprocess.Popen(web.command, env=environment, cwd=ROOT, stdout=log, stderr=log)
        try:
            _wait_for(f"http://127.0.0.1:{PORT}")
            yield f"http://127.0.0.1:{PORT}"
        finally:
            server.terminate()
            server.wait(20)


def _wait_for(site: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{site}/healthz", timeout=2)
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the portal did not answer")


if __name__ == "__main__":
    main()
