"""A trace page without a network: what was seen before says when, and nothing says that a code is good."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import PHONE, Visit, browsing
from tests.browser.site import serving
from traceability.codes.paths import code_path, lot_path
from traceability.models import Lot, UnitCode

pytestmark = pytest.mark.browser


def seen(visit: Visit, path: str) -> Page:
    """The page, looked at until the phone has kept it."""
    assert visit.open(path).status == 200
    visit.page.wait_for_selector("html[data-keeps]", state="attached")
    return visit.page


def test_offline_no_code_is_good(demo: str, tmp_path: Path) -> None:
    unit, other = UnitCode.objects.select_related("lot__product").filter(lot__product__code="GL-S01-01").order_by("pk")[:2]
    path, other_path = code_path(unit), code_path(other)
    past = Lot.objects.filter(best_before__lt=unit.lot.made_on).select_related("product").earliest("pk")
    past_path = lot_path(past)
    with browsing() as browser:
        context = browser.new_context(viewport=PHONE, locale="en")
        visit = Visit.on(context, "")
        with serving(demo, tmp_path) as visit.site:
            page = seen(visit, past_path)
            warning = page.locator(".verdict").get_attribute("class")
            assert warning in {"verdict past_its_date", "verdict recalled"}
            page = seen(visit, path)
            assert page.locator(".verdict.valid").is_visible()
            assert page.get_by_text("You are offline").count() == 0
            assert visit.strangers() == []
            # An open page turns neutral as soon as the phone knows that it is offline.
            context.set_offline(True)
            page.locator(".verdict.offline").wait_for()
            assert page.locator(".verdict.valid").count() == 0
            context.set_offline(False)
            page = seen(visit, path)
            assert page.locator(".verdict.valid").is_visible()
        # The portal is out of reach from here on.
        page.goto(f"{visit.site}{path}")
        kept = page.locator("main").inner_text()
        assert "You are offline, so this is what we knew then." in kept
        assert "Seen on " in kept
        assert "Valid code" not in page.content()
        assert page.locator(".verdict").count() == page.locator(".verdict.offline").count() == 1
        # It looks as it did: its sheets were kept too.
        assert page.evaluate("getComputedStyle(document.querySelector('.verdict')).borderLeftWidth") == "8px"
        assert page.locator("html").get_attribute("data-keeps") is None
        page.goto(f"{visit.site}{past_path}")
        assert [page.locator(".verdict").nth(place).get_attribute("class") for place in (0, 1)] == [warning, "verdict offline"]
        page.goto(f"{visit.site}{other_path}")
        assert page.locator("h1").inner_text() == "You are offline"
        assert page.locator(".verdict").count() == 0
