"""The way of a livestream up to its air: wish, suggestions, programme, session, run-of-show, the producers' answers."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from livestreams.models import Slot
from livestreams.sessions.confirmations import answer_slot
from tests.browser.hands import button, go
from tests.browser.livestream_stage import Stage

NAME, PLAN = "Sen Hồng shows 16 products", "Plan of the highlands"
AIMED = {"sessions": 2, "products": 20, "producers": 16, "orders": 40, "net": 5_000_000, "weight": 50}


def asked(member: BrowserContext, site: str, stage: Stage) -> str:
    """A member asks for a host on the phone: the product, how much there is, until when; the address of the wish."""
    page = member.new_page()
    page.goto(f"{site}/en/needs/mine/")
    go(page, page.locator(f"a[href$='?product={stage.products[0].code}']"))
    page.get_by_text("Other days, quantity, more words").click()
    page.fill("#id_window_to", f"{timezone.localdate() + timedelta(days=47):%Y-%m-%d}")
    page.fill("#id_quantity", "120")
    go(page, button(page, "Send"))
    expect(page.locator("dl.facts")).to_contain_text("120")
    return page.url


def suggested(page: Page, need: str) -> None:
    """An official finds the wish among those that wait, with what fits: each sum is that of the reasons below it."""
    page.goto(f"{need.partition('/needs/')[0]}/needs/")
    go(page, page.locator(f"a[href$='/needs/{need.rstrip('/').rpartition('/')[2]}/']"))
    expect(page.get_by_role("heading", name="Livestreams that fit")).to_be_visible()
    fits = page.locator("ol.fits > li")
    found = fits.all()
    assert found
    for fit in found:
        points = [int(text) for text in fit.locator(".reasons b").all_inner_texts()]
        assert int(fit.locator(".points b").inner_text()) == sum(points)
    expect(fits.filter(has_text="Sen Hồng")).to_have_count(1)


def planned_programme(page: Page, site: str) -> str:
    """A programme of three months with targets; its path."""
    today = timezone.localdate()
    page.goto(f"{site}/en/programmes/new/")
    page.fill("#id_name_vi", "Kế hoạch cao nguyên")
    page.fill("#id_name_en", PLAN)
    page.fill("#id_starts_on", f"{today - timedelta(days=9):%Y-%m-%d}")
    page.fill("#id_ends_on", f"{today + timedelta(days=80):%Y-%m-%d}")
    for metric, target in AIMED.items():
        page.fill(f"#id_target_{metric}", str(target))
    go(page, button(page, "Save"))
    expect(page.locator("h1")).to_have_text(PLAN)
    return page.url


def planned_session(page: Page, site: str, stage: Stage, programme: str) -> str:
    """A livestream of the programme that begins in ten minutes; its code."""
    start = timezone.localtime() + timedelta(minutes=10)
    page.goto(f"{site}/en/plans/new/")
    page.fill("#id_name_vi", "Sen Hồng giới thiệu 16 sản phẩm")
    page.fill("#id_name_en", NAME)
    page.select_option("#id_programme", label=PLAN)
    page.select_option("#id_host", str(stage.host))
    page.select_option("#id_channel", str(stage.channel))
    page.select_option("#id_platform", "tiktok")
    page.fill("#id_day", f"{start:%Y-%m-%d}")
    page.fill("#id_starts_at", f"{start:%H:%M}")
    page.fill("#id_ends_at", f"{start + timedelta(minutes=80):%H:%M}")
    go(page, button(page, "Plan it"))
    expect(page.locator("h1")).to_have_text(NAME)
    return page.url.partition("#")[0].rstrip("/").rpartition("/")[2]


def accepted(page: Page, need: str) -> None:
    """The wish gets a slot in the new livestream, which is now among those that fit."""
    page.goto(need)
    go(page, page.locator("ol.fits > li", has_text=NAME).get_by_role("button"))
    expect(page.locator("dl.facts")).to_contain_text("Planned")


def filled(page: Page, site: str, stage: Stage, code: str) -> None:
    """The run-of-show: the wish's slot and those of an earlier livestream, less the one that is there twice; price, stock and shops."""
    plan = f"{site}/en/plans/{code}/"
    first = stage.products[0].name_en
    page.goto(plan)
    page.get_by_text("Take over an earlier run-of-show").click()
    page.select_option("select[name=source]", str(stage.told))
    go(page, button(page, "Take over"))
    slots = page.locator("ol.running-order > li")
    expect(slots).to_have_count(17)
    go(page, page.get_by_role("button", name=f"Take {first} out").nth(1))
    expect(slots).to_have_count(16)
    go(page, slots.first.get_by_role("link", name=first))
    page.fill("#id_offer_price", "145000")
    page.fill("#id_stock", "150")
    go(page, button(page, "Save"))
    go(page, page.get_by_role("button", name="Ask the producers of 15 slots"))
    go(page, page.get_by_role("link", name="Shops that sell"))
    page.get_by_label(stage.linked_name, exact=True).check()
    go(page, button(page, "Save"))
    expect(page.get_by_text("This keeps it off the air")).to_have_count(0)


def confirmed(phones: list[BrowserContext], site: str) -> None:
    """Producers confirm on their phones, from their first page in three taps."""
    for phone in phones:
        own = phone.new_page()
        own.goto(f"{site}/en/my/")
        button(own, "Menu").click()
        own.get_by_role("link", name="My livestream slots").click()
        own.locator(".offer", has_text=NAME).get_by_role("button", name="Confirm").click()
        own.get_by_text("Confirmed:").wait_for()
        own.close()


def others_confirm(stage: Stage, code: str) -> int:
    """The members of the other producers confirm by the service; how many did."""
    asked = list(Slot.objects.filter(session__code=code, answer=Slot.Answer.ASKED).select_related("product"))
    for slot in asked:
        by = User.objects.get(pk=stage.member_ids[slot.product.producer_id])
        answer_slot(slot=slot, by=by, confirmed=True, asked_at=slot.asked_at)
    return len(asked)
