"""Plans in a browser: one sheet of A4, slots put in order by drag and by keyboard, a slot confirmed on a phone in three taps."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import Page

from tests.browser.chromium import DESK, PHONE, Visit
from tests.browser.conftest import Opener, Site
from tests.roles import Role

pytestmark = pytest.mark.browser

NEARLY_READY = "GL-KH1"
"""The demo's session with 16 slots, an evening that nothing but its faults keeps from beginning."""


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_run_of_show_of_16_slots_fits_on_one_sheet(site: Site, open_as: Opener, prefix: str) -> None:
    visit = Visit.on(open_as(Role.TRADE, viewport=DESK), site.address)
    visit.open(f"{prefix}/plans/{NEARLY_READY}/print/")
    sheet = pypdfium2.PdfDocument(visit.page.pdf(prefer_css_page_size=True))
    text = sheet[0].get_textpage().get_text_range()
    width, height = sheet[0].get_size()
    assert (len(sheet), round(width), round(height)) == (1, 595, 842)
    assert [hour in text for hour in ("20:00", "21:15")] == [True, True]
    assert text.count("OCOP") >= 16


def order(page: Page) -> list[str]:
    """The names of the products, in the order of the slots."""
    return [name.strip() for name in page.locator("[data-order] h3").all_inner_texts()]


def test_slots_are_put_in_order_by_drag_and_by_keyboard(site: Site, open_as: Opener) -> None:
    visit = Visit.on(open_as(Role.TRADE, viewport=DESK), site.address)
    page = visit.page
    visit.open(f"/plans/{NEARLY_READY}/")
    first, second, third, *others = order(page)
    # The mouse reaches only what is in the window.
    page.locator("[data-order] > li").nth(1).evaluate("row => row.scrollIntoView({block: 'center', behavior: 'instant'})")
    handle: Any = page.locator("[data-order] .handle").nth(2).bounding_box()
    target: Any = page.locator("[data-order] > li").first.bounding_box()
    page.mouse.move(handle["x"] + 5, handle["y"] + 5)
    page.mouse.down()
    page.mouse.move(handle["x"] + 5, target["y"] + target["height"] / 2, steps=8)
    with page.expect_navigation():
        page.mouse.move(handle["x"] + 5, target["y"] + 4, steps=4)
        page.mouse.up()
    assert order(page) == [third, first, second, *others]
    assert page.locator("[data-order] .when b").all_inner_texts()[:3] == ["20:00", "20:05", "20:10"]
    page.locator("[data-order] > li").first.locator("button[name=to]").nth(1).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert order(page) == [first, third, second, *others]
    # The arrow keeps the focus, so that the slot goes on by the same key.
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert order(page) == [first, second, third, *others]
    assert (visit.complaints, visit.strangers()) == ([], [])


def test_a_slot_is_confirmed_on_a_phone_in_three_taps(site: Site, open_as: Opener) -> None:
    visit = Visit.on(open_as(Role.COOPERATIVE, viewport=PHONE), site.address)
    page = visit.page
    visit.open("/en/my/")
    page.get_by_role("button", name="Menu", exact=True).click()
    page.get_by_role("link", name="My livestream slots").click()
    waiting = page.locator(".offer").count()
    page.get_by_role("button", name="Confirm").first.click()
    page.get_by_text("Confirmed:").wait_for()
    assert page.locator(".offer").count() == waiting - 1
    assert (visit.complaints, visit.strangers()) == ([], [])
