"""Long lists on a 360 px phone: rows of one line that open without script; the same rows whole at a desk and on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse

from tests.browser.chromium import DESK, PHONE, Visit
from tests.browser.conftest import Opener, Site
from tests.browser.test_pages import PAPER
from tests.roles import Role

pytestmark = pytest.mark.browser

TALLEST = 6_000  # pixels
LISTS = {
    **dict.fromkeys(("line_list", "product_list", "producer_list", "commune_list", "scanned", "session_list"), Role.TRADE),
    **dict.fromkeys(("claim_list", "intake_list", "sharing_list", "shop_list", "passport_list"), Role.TRADE),
    **dict.fromkeys(("star_desk", "decision_list", "floor_coverage", "lot_orders"), Role.ADMINISTRATOR),
    **dict.fromkeys(("platform_list", "host_list", "programme_list", "delivery_list", "data_health"), Role.TRADE),
}
# The headings of the first row that are shown: of a card those in its data-label, else nothing.
SHOWN = """() => [...document.querySelectorAll("table.folded tbody tr:first-child td")]
    .filter(cell => cell.checkVisibility()).map(cell => cell.dataset.label)"""
WHOLE = """() => {
    const cells = [...document.querySelectorAll("table.folded tbody td")];
    return [cells.length, cells.filter(cell => cell.checkVisibility()).length];
}"""
HIDDEN = """() => [...document.querySelectorAll("main table")]
    .filter(table => !table.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true})).map(table => table.id)"""
# Where the wall's first figure ends, and where the text of the page does.
ENDS = """() => {
    const words = document.createRange();
    words.selectNodeContents(document.querySelector(".wall-first dd"));
    return [words.getBoundingClientRect().right, innerWidth - parseFloat(getComputedStyle(document.querySelector("main")).paddingRight)];
}"""
TOPS = "() => [...document.querySelectorAll('.wall-period .wall-figures > div')].map(one => Math.round(one.getBoundingClientRect().top))"
ROW = "table.folded tbody tr:first-child"


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_lists_are_short(site: Site, open_as: Opener, script: bool) -> None:
    faults = []
    for role in sorted(set(LISTS.values())):
        visit = Visit.on(open_as(role, viewport=PHONE, java_script_enabled=script), site.address)
        for name in (name for name, reader in LISTS.items() if reader is role):
            assert visit.open(reverse(name)).status == 200
            tall = visit.page.locator("body").bounding_box()
            assert tall is not None
            faults += [f"{name}: {tall['height']:.0f} px"] if tall["height"] > TALLEST else []
    assert not faults, "\n".join(faults)


def test_row_opens_without_script(site: Site, open_as: Opener) -> None:
    """Closed it shows the name and the figure of the order; a tap beside the name shows the rest, and nothing reaches out."""
    plain = Visit.on(open_as(Role.TRADE, viewport=PHONE, java_script_enabled=False), site.address)
    plain.open(reverse("product_list"))
    row = plain.page.locator(ROW)
    shown = row.locator("td")
    labels = ["Hạng sao", "Số đơn", "Số lượng bán", "Giá trị đặt hàng", "Giá trị đơn sau hủy, hoàn", "Thay đổi", "Doanh thu"]
    assert [cell.get_attribute("data-label") for cell in shown.all()] == labels
    assert [cell.get_attribute("data-label") for cell in shown.all() if cell.is_visible()] == ["Giá trị đơn sau hủy, hoàn"]
    box = row.bounding_box()
    assert box is not None
    assert 48 <= box["height"] <= 72
    summary = row.locator("summary")
    assert summary.inner_text() == f"Tất cả về {row.locator('th a').inner_text()}"
    summary.click(position={"x": box["width"] - 20, "y": box["height"] / 2})
    assert [cell.get_attribute("data-label") for cell in shown.all() if cell.is_visible()] == labels
    summary.click(position={"x": box["width"] - 20, "y": 24})
    assert not row.locator("td").first.is_visible()
    row.locator("th a").click()
    assert "/products/" in plain.page.url


@pytest.mark.parametrize(
    ("name", "sort", "shown"),
    [
        ("product_list", "", ["Giá trị đơn sau hủy, hoàn"]),
        ("product_list", "-units", ["Số lượng bán"]),
        ("product_list", "star", ["Hạng sao"]),
        ("product_list", "name", ["Giá trị đơn sau hủy, hoàn"]),
        ("product_list", "-delivered", ["Doanh thu"]),
        ("line_list", "", ["Đặt hàng", "Sản phẩm", "Giá trị đặt hàng"]),
        ("line_list", "-units", ["Đặt hàng", "Sản phẩm", "Số lượng bán"]),
        ("commune_list", "-products", ["Sản phẩm"]),
        ("scanned", "-waiting", ["Chờ trả lời"]),
    ],
)
def test_closed_row_shows_what_it_is_sorted_by(site: Site, open_as: Opener, name: str, sort: str, shown: list[str]) -> None:
    visit = Visit.on(open_as(Role.TRADE, viewport=PHONE), site.address)
    visit.open(f"{reverse(name)}{f'?sort={sort}' if sort else ''}")
    assert visit.page.evaluate(SHOWN) == shown


def test_orders_are_chosen_in_the_head(site: Site, open_as: Opener) -> None:
    plain = Visit.on(open_as(Role.TRADE, viewport=PHONE, java_script_enabled=False), site.address)
    plain.open(reverse("line_list"))
    head = plain.page.locator("#lines thead a")
    assert [one.inner_text() for one in head.all() if one.is_visible()] == ["Đặt hàng", "Số lượng bán", "Giá trị đặt hàng"]
    head.nth(2).click()
    assert plain.page.url.endswith("?sort=-value")


@pytest.mark.parametrize("window", [PHONE, PAPER], ids=["phone", "paper"])
def test_desk_and_paper_have_whole_rows(site: Site, open_as: Opener, window: dict[str, int]) -> None:
    """What is printed has every cell, from whatever screen; so has a desk."""
    desk, printed = (Visit.on(open_as(Role.TRADE, viewport=viewport), site.address) for viewport in (DESK, window))
    printed.page.emulate_media(media="print")
    for name in ("product_list", "line_list", "scanned"):
        for visit in (desk, printed):
            visit.open(reverse(name))
            cells, shown = visit.page.evaluate(WHOLE)
            assert cells > 100
            assert (name, shown) == (name, cells)
            assert not visit.page.locator(".more > summary").first.is_visible()


def test_nothing_keeps_anybody_out_of_an_open_row(site: Site, open_as: Opener) -> None:
    visit = Visit.on(open_as(Role.TRADE, viewport=PHONE), site.address)
    faults = []
    for name in ("product_list", "line_list", "claim_list", "scanned"):
        visit.open(reverse(name))
        visit.page.evaluate("() => document.querySelectorAll('.more').forEach(more => more.open = true)")
        faults += [f"{name}: {violation}" for violation in visit.violations()]
        faults += [f"{name}: {element} reaches out" for element in visit.overflow()]
    assert not faults, "\n".join(faults)


def test_report_is_folded_by_section(site: Site, open_as: Opener) -> None:
    """The first section lies open; a link of the contents opens its own, also without script; paper has all of them."""
    address = reverse("period_report", args=[site.things.report])
    plain = Visit.on(open_as(Role.TRADE, viewport=PHONE, java_script_enabled=False), site.address)
    plain.open(address)
    tall = plain.page.locator("body").bounding_box()
    assert tall is not None
    assert tall["height"] <= TALLEST
    folds = plain.page.locator(".phone-fold > details")
    assert plain.page.locator("table#overall tbody tr").first.is_visible()
    assert folds.count() == plain.page.locator(".contents a").count() - 1
    assert [fold.get_attribute("open") for fold in folds.all()] == [None] * folds.count()
    plain.page.locator(".contents a").nth(3).click()
    assert [fold.get_attribute("open") for fold in folds.all()] == [None, None, "", *[None] * (folds.count() - 3)]
    desk, paper = (Visit.on(open_as(Role.TRADE, viewport=viewport), site.address) for viewport in (DESK, PAPER))
    paper.page.emulate_media(media="print")
    for visit in (desk, paper):
        visit.open(address)
        assert visit.page.evaluate(HIDDEN) == []


def test_wall_keeps_its_margins_and_its_lines(site: Site, open_as: Opener) -> None:
    """In either language the great figure ends where the text does on a phone, and the three below it stand in one line at a desk."""
    phone, desk = (Visit.on(open_as(Role.TRADE, viewport=window), site.address) for window in (PHONE, DESK))
    for language in ("", "/en"):
        for visit in (phone, desk):
            assert visit.open(f"{language}/overview/wall/?period=month").status == 200
        first, room = phone.page.evaluate(ENDS)
        assert first <= room + 0.5
        tops = desk.page.evaluate(TOPS)
        assert (len(tops), len(set(tops))) == (3, 1)


def test_an_answer_in_place_of_a_page_brings_its_style(site: Site, open_as: Opener, tmp_path: Path) -> None:
    """A spreadsheet of one's own, sent from the page of order files: its questions look as on their own page."""
    visit = Visit.on(open_as(Role.COOPERATIVE, viewport=DESK), site.address)
    sheet = tmp_path / "don.csv"
    sheet.write_text("Mã đơn;Ngày đặt;Tên hàng;Số lượng;Thành tiền\nA-1;20/11/2026 10:15;Cà phê;2;240.000\n", encoding="utf-8")
    visit.open("/en/intake/new/")
    own = visit.page.locator("select[name=shop] option", has_text="Zalo").first.get_attribute("value")
    visit.page.select_option("select[name=shop]", own)
    visit.page.set_input_files("input[type=file]", sheet)
    visit.page.get_by_role("button", name="Upload and check").click()
    visit.page.get_by_role("heading", name="Which column is what?").wait_for()
    row = visit.page.locator("table#preview tbody tr").first
    row.wait_for()
    assert not row.locator(".more > summary").is_visible()
    first, second = (visit.page.locator(".fields .field").nth(place).bounding_box() for place in (0, 1))
    assert first is not None
    assert second is not None
    assert second["x"] > first["x"] + first["width"]
    visit.page.set_viewport_size({"width": 360, "height": 740})
    assert row.locator(".more > summary").is_visible()
    assert [cell.inner_text() for cell in row.locator("td").all() if cell.is_visible()] == ["Cà phê", "240,000\N{NO-BREAK SPACE}₫"]
    assert visit.violations() == []
    assert visit.complaints == []


def test_report_of_a_livestream_begins_with_its_figures(site: Site, open_as: Opener) -> None:
    """On a phone the rest is folded by section; at a desk and on paper all of it lies open."""
    address = reverse("session_report", args=[site.things.session])
    phone, desk = (Visit.on(open_as(Role.TRADE, viewport=window), site.address) for window in (PHONE, DESK))
    for visit in (phone, desk):
        assert visit.open(address).status == 200
    assert phone.page.locator(".figures").first.is_visible()
    folds = phone.page.locator(".phone-fold > details")
    assert folds.count() >= 5
    assert [fold.get_attribute("open") for fold in folds.all()] == [None] * folds.count()
    assert desk.page.evaluate(HIDDEN) == []
    desk.page.emulate_media(media="print")
    assert desk.page.evaluate(HIDDEN) == []
    tall = phone.page.locator("body").bounding_box()
    assert tall is not None
    assert tall["height"] <= TALLEST
    phone.page.evaluate("() => document.querySelectorAll('main details').forEach(one => one.open = true)")
    assert phone.violations() == []
    assert phone.overflow() == []


def test_a_long_list_of_choices_scrolls_by_itself(site: Site, open_as: Opener) -> None:
    visit = Visit.on(open_as(Role.TRADE, viewport=PHONE), site.address)
    visit.open(reverse("event_new"))
    choices = visit.page.locator("#id_producers")
    assert choices.locator("input").count() == 40
    box, page = choices.bounding_box(), visit.page.locator("body").bounding_box()
    assert box is not None
    assert page is not None
    assert box["height"] <= 386
    assert page["height"] <= TALLEST
    choices.locator("input").last.focus()
    assert choices.evaluate("box => box.scrollTop") > 1_000
