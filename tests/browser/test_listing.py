"""A listing from the invitation to the public page, on a phone whose line comes and goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import PHONE
from tests.browser.conftest import Opener, Site
from tests.builders import INVITATION
from tests.roles import Role

pytestmark = pytest.mark.browser

NUMBER, SECRET = "0977 000 111", "bốn chữ rất dài"
LIMIT = 150_000  # bytes of a page with all it loads
FIRST, SECOND = "Cà phê ngon nhất, rang trên bếp củi.", "Cà phê của nhà trồng, rang trên bếp củi."
# What a page weighs as it comes over the line, whether or not this browser had parts of it already.
WEIGHT = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .filter(entry => entry.initiatorType !== "fetch").reduce((sum, entry) => sum + entry.encodedBodySize, 0)"""


class Phone:
    """A browser of 360 px; every page it meets is weighed."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.context, self.site, self.weights = context, site, dict[str, int]()
        self.page = context.new_page()

    def weigh(self) -> None:
        self.page.wait_for_load_state()
        self.weights[self.page.url.removeprefix(self.site)] = self.page.evaluate(WEIGHT)

    def open(self, path: str) -> Page:
        self.page.goto(self.site + path)
        self.weigh()
        return self.page

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).click()
        self.weigh()


def step_of(site: Site, step: str) -> str:
    return reverse("listing_step", kwargs={"kind": "listings", "code": site.things.product, "step": step})


def test_a_listing_from_the_invitation_to_the_public_page(
    site: Site, browser: Browser, open_as: Opener, record_property: Callable[[str, Any], None]
) -> None:
    member = Phone(open_as(Role.NOBODY, viewport=PHONE, has_touch=True), site.address)
    official = Phone(open_as(Role.AGRICULTURE, viewport=PHONE), site.address)
    listing = reverse("listing", kwargs={"kind": "listings", "code": site.things.product})

    # Invited, and in by the number of the phone.
    member.open(reverse("invitation", args=[INVITATION]))
    member.page.fill("input[name=full_name]", "Rơ Châm H'Lan")
    member.page.fill("input[name=password]", SECRET)
    member.press("Tham gia")
    member.context.clear_cookies()
    member.open(reverse("account_login"))
    member.page.fill("input[name=login]", NUMBER)
    member.page.fill("input[name=password]", SECRET)
    member.press("Đăng nhập")
    member.open(reverse("my_listings"))
    member.page.locator(f"main a[href='{listing}']").click()
    member.weigh()

    # Without a line: what is typed stays on the phone, through a closed tab, and goes out when the line is back.
    page = member.open(step_of(site, "story"))
    member.context.set_offline(True)
    page.fill("textarea[name=description_vi]", FIRST)
    expect(page.locator("[data-state]")).to_contain_text("Mất mạng")
    page.get_by_role("button", name="Lưu và tiếp tục").click()  # goes nowhere, and loses nothing
    assert page.url.endswith(step_of(site, "story"))
    page.close()
    member.context.set_offline(False)
    member.page = member.context.new_page()
    page = member.open(step_of(site, "story"))
    expect(page.locator("textarea[name=description_vi]")).to_have_value(FIRST)
    expect(page.locator("[data-state]")).to_have_text("Đã lưu")
    assert page.evaluate("localStorage.length") == 0
    # The line breaks while the page is open, and comes back.
    page = member.open(step_of(site, "making"))
    member.context.set_offline(True)
    page.fill("input[name=shelf_life_vi]", "12 tháng")
    expect(page.locator("[data-state]")).to_contain_text("Mất mạng")
    member.context.set_offline(False)
    expect(page.locator("[data-state]")).to_have_text("Đã lưu", timeout=15_000)

    # Two tabs: the second is told, and chooses.
    other = member.context.new_page()
    other.goto(site.address + step_of(site, "making"))
    page.fill("input[name=storage_vi]", "Nơi khô ráo")
    expect(page.locator("[data-state]")).to_have_text("Đã lưu")
    other.fill("input[name=storage_vi]", "Trong tủ lạnh")
    expect(other.get_by_role("heading", name="Hai bản cho cùng một bước")).to_be_visible()
    other.get_by_role("button", name="Dùng bản đã lưu ở nơi khác").click()
    expect(other.locator("input[name=storage_vi]")).to_have_value("Nơi khô ráo")
    other.close()

    # Submitted, sent back, mended, published.
    member.open(listing)
    member.press("Gửi duyệt")
    _open_for_review(official, site)
    official.page.locator("details:has(#remark-description_vi) summary").click()
    official.page.fill("#remark-description_vi", "Bỏ chữ “nhất”.")
    official.press("Trả lại kèm ý kiến")
    page = member.open(listing)
    page.locator("main .notice a", has_text="Câu chuyện bằng tiếng Việt").click()
    expect(page.locator(".remark")).to_contain_text("Bỏ chữ “nhất”.")
    page.fill("textarea[name=description_vi]", SECOND)
    member.press("Lưu và thoát")
    member.press("Gửi duyệt")
    public = reverse("catalogue_product", args=[site.things.product])
    assert SECOND not in official.open(public).content()
    _open_for_review(official, site)
    official.press("Đăng")

    visitor = Phone(open_as(Role.NOBODY, viewport=PHONE, java_script_enabled=False), site.address)
    visitor.page.goto(site.address + public)
    shown = visitor.page.locator("main").inner_text()
    assert [text in shown for text in (SECOND, FIRST, "12 tháng", "Nơi khô ráo")] == [True, False, True, True]

    weights = member.weights | official.weights
    record_property("heaviest", max(weights.items(), key=lambda item: item[1]))
    print("heaviest page:", *max(weights.items(), key=lambda item: item[1]))
    assert {path: weight for path, weight in weights.items() if weight > LIMIT} == {}
    assert all(weight > 5_000 for weight in weights.values())


def _open_for_review(official: Phone, site: Site) -> None:
    official.open(reverse("review_list"))
    row = official.page.locator("tbody tr", has_text=site.things.product).first
    row.locator("a").click()
    official.weigh()
