"""Every page of the URL walk in a real browser, over the demo: for every eye, keyboard and screen reader, on a phone and at a desk."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from PIL import Image

from bench.boards import BOARDS, MEMBER, OFFICIAL
from tests.access_cases import CASES, address_of
from tests.browser.chromium import DESK, PHONE, Visit
from tests.browser.conftest import Opener, Site, Tab
from tests.roles import Role

pytestmark = pytest.mark.browser

LANGUAGES = [code for code, _ in settings.LANGUAGES]
SMALL_DESK = {"width": 1100, "height": 800}
PAPER = {"width": 688, "height": 1000}  # what the margins of static/css/print.css leave of A4
# What is wider than the paper, or scrolls sideways there.
CUT_OFF = """() => [...document.querySelectorAll("main, .table-region, table, figure")]
    .filter(found => found.scrollWidth > found.clientWidth + 1 || found.getBoundingClientRect().right > innerWidth + 1)
    .map(found => `${found.tagName} ${found.id} ${found.className}`)"""
# Cards of which a cell's words lie apart: its heading stands at one side, and all that it holds has to be one thing at the other.
SCATTERED = """() => [...document.querySelectorAll("table.cards td[data-label]")]
    .filter(cell => getComputedStyle(cell).display === "flex")
    .filter(cell => [...cell.childNodes].filter(node => node.nodeType === 1 || node.nodeType === 3 && node.data.trim()).length > 1)
    .map(cell => cell.outerHTML.slice(0, 160))"""
# What a board has to be scrolled sideways for, with all that can be unfolded.
SIDEWAYS = """() => {
    document.querySelectorAll("main details").forEach(details => details.open = true);
    return [...document.querySelectorAll(".table-region")]
        .filter(region => region.scrollWidth > region.clientWidth + 1)
        .map(region => `${region.querySelector("table").id}: ${region.scrollWidth} > ${region.clientWidth}`);
}"""
# Whose page is looked at: nobody's where it is public, else an official's and a member's.
OFFICIALS = (Role.TRADE, Role.AGRICULTURE, Role.ADMINISTRATOR)


def visitors(name: str) -> list[Role]:
    """The roles as which a page is visited."""
    open_to = CASES[name].open_to
    if Role.NOBODY in open_to:
        return [Role.NOBODY]
    official = [role for role in OFFICIALS if role in open_to][:1]
    return [*official, *([Role.COOPERATIVE] if Role.COOPERATIVE in open_to else [])]


PAGES = [pytest.param(name, role, id=f"{name}-{role}") for name, case in CASES.items() if case.page for role in visitors(name)]


@pytest.mark.parametrize(("name", "role"), PAGES)
def test_page_keeps_nobody_out(site: Site, tab_of: Tab, name: str, role: Role) -> None:
    visit = tab_of(role)
    first = role is visitors(name)[0]
    faults = []
    # Whoever is next sees the same templates with other rows: one language tells of those.
    for language in LANGUAGES if first else LANGUAGES[:1]:
        visit.page.set_viewport_size(PHONE)
        visit.page.emulate_media(color_scheme="light")
        assert visit.open(address_of(name, site.things, language)).status == 200
        assert visit.page.locator("html").get_attribute("lang") == language
        with_script = text_of(visit)
        for window in (PHONE, DESK):
            visit.page.set_viewport_size(window)
            where = f"{language} at {window['width']} px"
            # Words make a page wide, and wide differs by language; what axe looks for differs by one of the two at most.
            if window is (PHONE if language == LANGUAGES[0] else DESK):
                faults += [f"{where}: {violation}" for violation in visit.violations()]
            faults += [f"{where}: {element} reaches out of the window" for element in visit.overflow()]
            faults += [f"{where}: {cell} lies apart" for cell in visit.page.evaluate(SCATTERED)]
    # Colours are another set at night, and the same in every language and for everybody.
    if first:
        visit.page.emulate_media(color_scheme="dark")
        faults += [f"dark: {violation}" for violation in visit.violations(["color-contrast"])]
    assert not faults, "\n".join(faults)
    assert visit.strangers() == []
    assert visit.complaints == []
    if first:
        plain = tab_of(role, script=False)
        assert plain.open(address_of(name, site.things, language)).status == 200
        # More is allowed: a link that reloads stands in for what would have renewed itself.
        without = text_of(plain)
        assert [line for line in with_script if line not in without] == []
        assert any(without)


def test_a_scan_loads_little(site: Site, open_as: Opener) -> None:
    """On a cheap phone on 3G, without script: at most ten requests and 100 KB, even where nothing is compressed on the way."""
    visit = Visit.on(open_as(Role.NOBODY, viewport=PHONE, java_script_enabled=False), site.address)
    sizes: list[int] = []
    visit.page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    assert visit.open(f"/{site.things.unit}").status == 200
    assert visit.page.locator(".verdict.valid").is_visible()
    assert len(visit.asked) <= 10
    assert 0 < sum(sizes) <= 100 * 1024
    assert visit.page.context.cookies() == []


def text_of(visit: Visit) -> list[str]:
    """What the page says, line by line, without the time of day, which goes on between two visits; it has one first heading."""
    main = visit.page.locator("main")
    assert main.locator("h1").count() == 1
    return re.sub(r"\b\d\d:\d\d\b", "hh:mm", main.inner_text()).splitlines()


def test_phone_makes_a_photo_smaller_before_it_is_sent(site: Site, open_as: Opener, tmp_path: Path) -> None:
    taken = tmp_path / "ảnh.jpg"
    Image.effect_noise((3000, 2250), 80).convert("RGB").save(taken, quality=92)
    visit = Visit.on(open_as(Role.COOPERATIVE, viewport=PHONE), site.address)
    visit.open(address_of("kept_photos", site.things, "en"))
    photos = visit.page.locator(".photo-list img")
    before = photos.count()
    visit.page.set_input_files("#id_photos", taken)
    visit.page.get_by_text("Ready to be sent:").wait_for()
    with visit.page.expect_request(lambda request: request.method == "POST") as sent:
        visit.page.get_by_role("button", name="Upload").click()
    photos.nth(before).wait_for()
    assert int(sent.value.all_headers()["content-length"]) < taken.stat().st_size / 3
    assert photos.nth(before).get_attribute("width") == "360"
    assert (visit.complaints, visit.strangers()) == ([], [])


def test_product_page_is_light(site: Site, open_as: Opener) -> None:
    """At most 100 KB besides its first photo, for a first visit on a phone."""
    context = open_as(Role.NOBODY, viewport=PHONE)
    visit = Visit.on(context, site.address)
    session = context.new_cdp_session(visit.page)
    session.send("Network.enable")
    asked: dict[str, str] = {}
    loaded: dict[str, float] = {}
    session.on("Network.requestWillBeSent", lambda event: asked.update({event["requestId"]: event["request"]["url"]}))
    session.on("Network.loadingFinished", lambda event: loaded.update({asked[event["requestId"]]: event["encodedDataLength"]}))
    assert visit.open(address_of("catalogue_product", site.things)).status == 200
    visit.page.wait_for_load_state("networkidle")
    photos = [url for url in loaded if "/pictures/" in url]
    weight = sum(size for url, size in loaded.items() if url not in photos[:1])
    assert 5_000 < weight <= 100_000, loaded


@pytest.mark.parametrize("who", [OFFICIAL, MEMBER], ids=["official", "member"])
def test_boards_are_light_and_fit_on_paper(site: Site, open_as: Opener, who: str) -> None:
    """On a first visit at most 400 KB, the member's board 150 KB; on A4 whole tables, no navigation, and the reading."""
    role, window, limit = (Role.COOPERATIVE, PHONE, 150) if who == MEMBER else (Role.TRADE, DESK, 400)
    context = open_as(role, viewport=window)
    visit = Visit.on(context, site.address)
    session = context.new_cdp_session(visit.page)
    session.send("Network.enable")
    loaded: list[float] = []
    session.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
    faults = []
    for board in (board for board, reader in BOARDS.items() if reader == who):
        visit.page.set_viewport_size(window)
        visit.page.emulate_media(media="screen")
        session.send("Network.clearBrowserCache")
        loaded.clear()
        assert visit.open(reverse(board)).status == 200
        visit.page.wait_for_load_state("networkidle")
        assert len(loaded) > 3
        if sum(loaded) > limit * 1024:
            faults.append(f"{board}: {sum(loaded) / 1024:.0f} KB")
        visit.page.emulate_media(media="print")
        visit.page.set_viewport_size(PAPER)
        faults += [f"{board} on paper: {cut} is cut off" for cut in visit.page.evaluate(CUT_OFF)]
        if board != "overview_wall":
            faults += [f"{board} on paper: {found} is shown" for found in (".menu", ".filters form") if visible(visit, found)]
            # The list of programmes tells plans and no figure.
            read = board == "programme_list" or visit.page.get_by_text("Số liệu lúc").first.is_visible()
            faults += [] if read else [f"{board} on paper: no reading"]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("who", [OFFICIAL, MEMBER], ids=["official", "member"])
def test_boards_are_read_without_scrolling_sideways(site: Site, open_as: Opener, who: str) -> None:
    """On a phone, at a desk and on a small screen, in both languages, with every table unfolded."""
    visit = Visit.on(open_as(Role.COOPERATIVE if who == MEMBER else Role.TRADE, viewport=PHONE), site.address)
    faults = []
    for board in (board for board, reader in BOARDS.items() if reader == who):
        for language in LANGUAGES:
            for window in (PHONE, SMALL_DESK, DESK):
                visit.page.set_viewport_size(window)
                assert visit.open(address_of(board, site.things, language)).status == 200
                faults += [f"{board} {language} at {window['width']} px: {table}" for table in visit.page.evaluate(SIDEWAYS)]
    assert not faults, "\n".join(faults)


def visible(visit: Visit, selector: str) -> bool:
    """Whether anything of these is on the page."""
    return any(found.is_visible() for found in visit.page.locator(selector).all())
