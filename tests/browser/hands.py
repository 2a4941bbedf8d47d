"""What people do in a browser: sign in, press, look; and, beside it, what the database says."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests.browser.raw_words import plain

PATIENCE = 60_000  # milliseconds


def table(page: Page, key: str) -> list[list[str]]:
    """The cells of a table and its foot."""
    found = page.locator(f"#{key}").evaluate(
        "table => (table = table.cloneNode(true), table.querySelectorAll('details.more').forEach(more => more.remove()),"
        " [...table.querySelectorAll('tbody tr, tfoot tr')].map(row => [...row.cells].map(cell => cell.textContent)))"
    )
    return [plain(cells) for cells in found]


def press(page: Page, key: str) -> None:
    """A key, and what it writes is kept by the server."""
    page.keyboard.press(key)
    sent(page)


def sent(page: Page) -> None:
    """Nothing waits on the device any more."""
    page.wait_for_selector("#air-waiting", state="hidden")


def see(position: int, *pages: Page) -> None:
    """That slot is on air on each page."""
    for page in pages:
        page.wait_for_function(
            "text => document.getElementById('air-current').textContent.startsWith(text)", arg=f"{position}. ", timeout=PATIENCE
        )


def button(place: Page | Locator, words: str) -> Locator:
    return place.get_by_role("button", name=words, exact=True)


def go(page: Page, link: Locator) -> None:
    """Press it; then the page that follows."""
    with page.expect_navigation():
        link.click()


def signed_in(browser: Browser, site: str, email: str, password: str, size: Any) -> BrowserContext:
    """A browser of somebody's own."""
    context = browser.new_context(viewport=size, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"{site}/account/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.click("main form button")
    page.wait_for_url(lambda url: "/account/login" not in url)
    page.close()
    return context


def in_database(work: Callable[[], Any]) -> Any:
    """What it gives in a thread of its own: to the one in which a browser runs the ORM is closed."""

    def run() -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as worker:
        return worker.submit(run).result(timeout=60)
