"""The whole way of a livestream in the browser: a wish, suggestions, a programme, 16 slots, producers' answers, the control room with two
operators of whom one loses the network, order files, and a report of which every number is worked out anew from raw rows.

Three of the sixteen producers answer on their phones; for the other thirteen the service is called that their button calls.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from livestreams.models import AirMark, MetricSample, Session
from livestreams.needs.services import settle_needs
from orders.figures.fold import fold_all
from orders.intake.runs import check_run, merge_run
from tests import builders
from tests.browser.chromium import DESK, PHONE, browsing
from tests.browser.demo import EMAILS, PASSWORD
from tests.browser.hands import button, go, in_database, press, see, sent, signed_in, table
from tests.browser.livestream_plan import (
    AIMED,
    NAME,
    accepted,
    asked,
    confirmed,
    filled,
    others_confirm,
    planned_programme,
    planned_session,
    suggested,
)
from tests.browser.livestream_stage import Stage, prepare, write_files
from tests.browser.raw_report import Raw, rows
from tests.browser.raw_words import count, plain, share, vnd
from tests.browser.site import serving
from tests.roles import Role

pytestmark = pytest.mark.browser

SCREEN = {"views": 5200, "product_clicks": 640, "orders": 57, "gmv": 4_350_000, "likes": 910, "comments": 77, "shares": 12}


@pytest.fixture
def played(demo_db: str, tmp_path: Path) -> Iterator[tuple[Stage, str]]:
    """The stage, made before a browser runs, and the address of a portal that serves it."""
    stage = prepare()
    with serving(demo_db, tmp_path) as address:
        yield stage, address


@pytest.mark.slow
def test_from_a_wish_to_the_report(played: tuple[Stage, str], tmp_path: Path) -> None:
    stage, site = played
    with browsing() as browser:
        member = signed_in(browser, site, EMAILS[Role.COOPERATIVE], PASSWORD, PHONE)
        official = signed_in(browser, site, EMAILS[Role.TRADE], PASSWORD, DESK)
        second = signed_in(browser, site, stage.second, builders.PASSWORD, DESK)
        page = official.new_page()

        need = asked(member, site, stage)
        suggested(page, need)
        programme = planned_programme(page, site)
        code = planned_session(page, site, stage, programme)
        accepted(page, need)
        filled(page, site, stage, code)
        confirmed([member, *(signed_in(browser, site, email, builders.PASSWORD, PHONE) for email in stage.members[:2])], site)
        assert in_database(lambda: others_confirm(stage, code)) == 13
        page.goto(f"{site}/en/plans/")
        expect(page.locator("#plans tr", has_text=NAME)).to_contain_text("16 of 16 confirmed")

        marks = on_air(official, second, site, code)
        assert in_database(lambda: marks_of(code)) == marks
        taken_in(page, site, stage, in_database(lambda: write_files(stage, Session.objects.get(code=code), tmp_path)))

        raw = in_database(lambda: Raw.of(code))
        assert (len(raw.slots), raw.live.orders > 30, raw.after.orders) == (16, True, 2)
        room(page, site, code, raw)
        report(page, site, code, raw)
        reached(page, site, programme, raw)
        # What was wished for was shown: the beat says so to the member.
        assert in_database(settle_needs) >= 1
        phone = member.new_page()
        phone.goto(need)
        expect(phone.locator("dl.facts")).to_contain_text("Met")


def on_air(one: BrowserContext, two: BrowserContext, site: str, code: str) -> list[tuple[str, int | None]]:
    """Two operators run the livestream by keyboard, one of them without a network for a while; the marks that must be there, in order."""
    a, b = one.new_page(), two.new_page()
    for page in (a, b):
        page.goto(f"{site}/en/sessions/{code}/air/")
    press(a, "b")
    for page in (a, b):
        page.wait_for_selector('[data-phase="on_air"]')
    press(a, "n")
    see(1, a, b)

    one.set_offline(True)
    a.keyboard.press("n")
    see(2, a)
    press(b, "n")  # the same product at about the same time: one turn
    see(2, b)
    a.keyboard.press("n")
    see(3, a)
    a.keyboard.press("g")
    for name, figure in SCREEN.items():
        a.fill(f"#id_{name}", str(figure))
    a.keyboard.press("Enter")
    a.wait_for_function("() => document.getElementById('air-waiting').textContent.includes('3 waiting')")
    assert b.locator("#air-current").inner_text().startswith("2. ")
    one.set_offline(False)
    see(3, a, b)
    sent(a)
    a.locator("h1").click()

    for position in (4, 5):
        press(b, "n")
        see(position, b)
    press(b, "s")
    b.wait_for_selector("#air-slots tr.running:has-text('Sold out')")
    see(5, a)
    for position in (6, 7, 8):
        press(a, "n")
        see(position, a)
    press(a, "k")
    see(8, b)
    b.wait_for_selector("#air-slots tr.skipped")
    for position in (10, 11, 12):
        press(b, "n")
        see(position, b)
    see(12, a)
    for position in (13, 14, 15, 16):
        press(a, "n")
        see(position, a)
    see(16, b)
    b.locator("#air-slots tbody tr").nth(11).get_by_role("button").click()  # once more, by its own button
    see(12, a, b)
    press(b, "e")
    for page in (a, b):
        page.wait_for_selector('[data-phase="ended"]')
    # Both see the same: the run-of-show with its states, what was typed, and what was written down.
    for part in ("#air-slots", ".air-log", "section[aria-labelledby=air-screen]"):
        assert plain(a.locator(part).all_text_contents()) == plain(b.locator(part).all_text_contents())
    for page in (a, b):
        page.close()
    shown: list[tuple[str, int | None]] = [("slot", position) for position in (1, 2, 2, 3, 4, 5)]
    shown += [("sold_out", 5), *(("slot", position) for position in (6, 7, 8)), ("skip", 9)]
    return [("begin", None), *shown, *(("slot", position) for position in (*range(10, 17), 12)), ("end", None)]


def marks_of(code: str) -> list[tuple[str, int | None]]:
    """The marks in order; and of the figures typed without a network exactly one sample, as it was typed."""
    samples = MetricSample.objects.filter(session__code=code).values(*SCREEN)
    assert list(samples) == [SCREEN]
    return list(AirMark.objects.filter(session__code=code).order_by("at", "received_at", "id").values_list("kind", "slot__position"))


def taken_in(page: Page, site: str, stage: Stage, files: tuple[Path, Path]) -> None:
    """The official uploads the files of both shops; what a worker does in between is done here: the served portal has none."""
    for shop, file in zip((stage.linked, stage.own), files, strict=True):
        page.goto(f"{site}/en/intake/new/")
        page.select_option("#id_shop", str(shop))
        page.set_input_files("#id_file", file)
        go(page, button(page, "Upload and check"))
        run = int(page.url.rstrip("/").rpartition("/")[2])
        assert in_database(lambda run=run: check_run(run_id=run))
        page.reload()
        expect(page.get_by_text("Some rows are rejected")).to_have_count(0)
        go(page, page.get_by_role("button", name=re.compile("^Confirm: take in")))
        assert in_database(lambda run=run: merge_run(run_id=run))
    in_database(fold_all)


def room(page: Page, site: str, code: str, raw: Raw) -> None:
    """The control room shows the ledger's own sales now."""
    page.goto(f"{site}/en/sessions/{code}/air/")
    ledger = page.locator("section[aria-labelledby=air-ledger] .figure .value")
    told = [count(raw.live.orders), vnd(raw.live.value(1)), count(raw.live.units(1))]
    assert plain(ledger.all_inner_texts()) == told


def report(page: Page, site: str, code: str, raw: Raw) -> None:
    """Every table, tile and sentence with a number."""
    page.goto(f"{site}/en/sessions/{code}/report/")
    tiles = page.locator(".figures .figure")
    notes = [plain([" ".join(tile.locator(":scope > .amount > p:not(.value)").all_inner_texts())])[0] for tile in tiles.all()]
    assert [list(tile) for tile in zip(plain(tiles.locator(".value").all_inner_texts()), notes, strict=True)] == raw.tiles()
    assert table(page, "times") == raw.times()
    assert table(page, "slots") == in_database(raw.slot_rows)
    assert table(page, "after-sales") == raw.after_rows()
    assert [cells[1] for cells in table(page, "reported")] == [vnd(n) if name == "gmv" else count(n) for name, n in typed()]
    views, clicks = SCREEN["views"], SCREEN["product_clicks"]
    assert [cells[1:] for cells in table(page, "conversion")] == [
        [count(orders), share(orders, views), share(orders, clicks)] for orders in (SCREEN["orders"], raw.live.orders)
    ]
    assert table(page, "owed") == raw.owed(rate=Decimal("12.5"), fee=1_000_000)
    still_open = f"{raw.live.open + raw.after.open} of these orders are not final"
    expect(page.locator("#commission")).to_contain_text(still_open)
    assert table(page, "producer-sales") == in_database(raw.producer_rows)
    assert set(plain(page.locator("#next p").all_inner_texts())) == raw.advice()
    number = in_database(lambda: rows("SELECT max(number) FROM orders_snapshot"))[0][0]
    expect(page.locator(".freshness")).to_contain_text(f"Reading: {count(number)}")


def reached(page: Page, site: str, programme: str, raw: Raw) -> None:
    """The programme's targets beside what the livestream brought."""
    page.goto(programme)
    shown = table(page, "targets")
    # What the weeks left must bring, and how it stands, follow: `tests/dashboards/test_year_targets.py` reckons these.
    assert [cells[1:4] for cells in shown[:-1]] == in_database(lambda: raw.targets(AIMED))
    assert shown[-1][1:4] == ["–", "–", "–"]  # nobody was trained, and that was no target
    air = f"Net value: {vnd(raw.live.net)} on air, 0 ₫ at fairs. Beside it, in the 30 days after the livestreams: {vnd(raw.after.net)}."
    assert air in plain([page.locator("section[aria-labelledby=plan]").inner_text()])[0]


def typed() -> list[tuple[str, int]]:
    return [(name, SCREEN[name]) for name in ("views", "product_clicks", "orders", "gmv", "likes", "comments", "shares")]
