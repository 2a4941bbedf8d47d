"""The portal with the demo, served; a Chromium; and people who are signed in there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.chromium import PHONE, Visit, browsing
from tests.browser.demo import EMAILS, PASSWORD, demo_things
from tests.browser.site import serving
from tests.roles import Role
from tests.things import Things


@dataclass(frozen=True)
class Site:
    """Where the portal is served, and things of the demo for its addresses."""

    address: str
    things: Things


@pytest.fixture(scope="module")
def site(demo: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The served portal. What is read from the database is read here, before a browser runs."""
    things = demo_things()
    with serving(demo, tmp_path_factory.mktemp("site")) as address:
        yield Site(address, things)


@pytest.fixture(scope="module")
def browser(site: Site) -> Iterator[Browser]:
    """A Chromium for all tests of the module."""
    with browsing() as running:
        yield running


Opener = Callable[..., BrowserContext]
Tab = Callable[..., Visit]
PATIENCE = 120_000  # milliseconds


@pytest.fixture(scope="module")
def signed_in(site: Site, browser: Browser) -> Callable[[Role], Any]:
    """The cookies of somebody of that role, who signed in by the form, once."""
    kept: dict[Role, Any] = {}

    def state(role: Role) -> Any:
        if role not in kept:
            context = browser.new_context()
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            page.goto(f"{site.address}/account/login/")
            page.fill("input[name=login]", EMAILS[role])
            page.fill("input[name=password]", PASSWORD)
            page.click("main form button")
            page.wait_for_url(lambda url: "/account/login" not in url)
            kept[role] = context.storage_state()
            context.close()
        return kept[role]

    return state


def _context(browser: Browser, signed_in: Callable[[Role], Any], role: Role, **options: Any) -> BrowserContext:
    if role is not Role.NOBODY:
        options["storage_state"] = signed_in(role)
    context = browser.new_context(**options)
    # On a crowded machine a page may take long; only waiting for ever is wrong.
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture
def open_as(browser: Browser, signed_in: Callable[[Role], Any]) -> Iterator[Opener]:
    """`open_as(role, **options)`: a browser context of its own for somebody of that role, closed after the test."""
    contexts: list[BrowserContext] = []

    def opened(role: Role, **options: Any) -> BrowserContext:
        contexts.append(_context(browser, signed_in, role, **options))
        return contexts[-1]

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def tab_of(site: Site, browser: Browser, signed_in: Callable[[Role], Any]) -> Iterator[Tab]:
    """`tab_of(role, script=True)`: that role's one tab, as if nothing had been visited in it.

    For walks: a window of its own for each page costs Chromium three times what the page does.
    """
    tabs: dict[tuple[Role, bool], Visit] = {}

    def tab(role: Role, *, script: bool = True) -> Visit:
        if (role, script) not in tabs:
            context = _context(browser, signed_in, role, viewport=PHONE, java_script_enabled=script)
            tabs[role, script] = Visit.on(context, site.address)
        tabs[role, script].begin_anew()
        return tabs[role, script]

    yield tab
    for visit in tabs.values():
        visit.page.context.close()
