"""Every page of the URL walk in a real browser, over the demo: for every eye, keyboard and screen reader, on a phone and at a desk."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

from tests.access_cases import CASES, address_of
from tests.browser.chromium import DESK, PHONE, Visit
from tests.browser.conftest import Opener, Site
from tests.roles import Role

pytestmark = pytest.mark.browser

LANGUAGES = [code for code, _ in settings.LANGUAGES]
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
def test_page_keeps_nobody_out(site: Site, open_as: Opener, name: str, role: Role) -> None:
    visit = Visit.on(open_as(role, viewport=PHONE), site.address)
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
    # Colours are another set at night, and the same in every language.
    visit.page.emulate_media(color_scheme="dark")
    faults += [f"dark: {violation}" for violation in visit.violations(["color-contrast"])]
    assert not faults, "\n".join(faults)
    assert visit.strangers() == []
    assert visit.complaints == []
    if first:
        plain = Visit.on(open_as(role, viewport=PHONE, java_script_enabled=False), site.address)
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
