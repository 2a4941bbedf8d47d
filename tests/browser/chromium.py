"""The system's Chromium under Playwright, and what a visit to a page tells."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page, Request, Response, sync_playwright

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
MISSING = "no Chromium on the PATH: `apt-get install chromium` (or .ci/run, which does) gets it"
FLAGS = [
    "--no-sandbox",  # as root there is no other way
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1440, "height": 900}


@contextmanager
def browsing() -> Iterator[Browser]:
    """A running Chromium; the test is skipped where there is none. While it runs, Django's ORM is closed to this thread."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visit:
    """A page open in the browser, with all it asked for and complained about since."""

    page: Page
    site: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def on(cls, context: BrowserContext, site: str) -> Visit:
        """A new tab that is listened to."""
        visit = cls(context.new_page(), site)
        visit.page.on("request", lambda request: visit.asked.append(request.url))
        visit.page.on("console", lambda message: visit._heard(message.type, message.text))
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.page.on("requestfailed", visit._lost)
        return visit

    def _lost(self, request: Request) -> None:
        # A window that changes its size takes another picture of a srcset, and drops the one it was still loading; a page that renews
        # itself, or follows the answer to what it sent, drops what it was asking for when it is left.
        if request.failure != "net::ERR_ABORTED" or request.resource_type not in {"fetch", "image", "xhr"}:
            self.complaints.append(f"{request.url}: {request.failure}")

    def _heard(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.complaints.append(text)

    def open(self, path: str) -> Response:
        """Go to a path of the site and wait until all that the page names is loaded."""
        response = self.page.goto(self.site + path, wait_until="load")
        assert response is not None
        return response

    def begin_anew(self) -> None:
        """Forget the page: what it kept in the browser, what it asked for and what it complained about."""
        if self.page.url.startswith(self.site):
            self.page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        self.asked.clear()
        self.complaints.clear()

    def strangers(self) -> list[str]:
        """What was asked of hosts other than ours."""
        ours = urlsplit(self.site).netloc
        return [url for url in self.asked if urlsplit(url).scheme not in {"data", "blob"} and urlsplit(url).netloc != ours]

    def overflow(self) -> list[str]:
        """The elements that make the body wider than the window; none where nothing has to be scrolled sideways."""
        found: list[str] = self.page.evaluate(
            """() => {
                const room = window.innerWidth, root = document.documentElement;
                if (Math.max(root.scrollWidth, document.body.scrollWidth) <= room) return [];
                const wide = [...document.body.querySelectorAll("*")].filter(e => e.getBoundingClientRect().right > room + 0.5);
                return ["body", ...wide.slice(0, 8).map(e => e.outerHTML.slice(0, 120))];
            }"""
        )
        return found

    def violations(self, rules: list[str] | None = None) -> list[str]:
        """What axe-core finds: rule, help, and where; with all its default rules, or those named."""
        options: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
        if rules:
            options["runOnly"] = {"type": "rule", "values": rules}
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        found = self.page.evaluate("options => axe.run(options).then(results => results.violations)", options)
        return [
            f"{violation['id']}: {violation['help']}: "
            + "; ".join(f"{' '.join(map(str, node['target']))} {node['html'][:160]}" for node in violation["nodes"][:5])
            for violation in found
        ]


def largest_paint(page: Page) -> float:
    """When the largest piece of the page was painted (LCP), in milliseconds after the navigation began."""
    paint: float = page.evaluate(
        """() => new Promise(resolve => new PerformanceObserver(list => resolve(list.getEntries().at(-1).startTime))
            .observe({type: "largest-contentful-paint", buffered: true}))"""
    )
    return paint
