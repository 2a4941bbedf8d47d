"""The life of a lot in the browser: opened, told of, labelled, scanned from the print, recalled; and one that is past its date."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pypdfium2
import pytest
import zxingcpp
from django.db import connections
from django.urls import reverse
from django.utils import timezone, translation
from playwright.sync_api import Page, expect

from tests.browser.chromium import PHONE
from tests.browser.conftest import Opener, Site
from tests.roles import Role
from traceability.labels.services import draw_run

pytestmark = pytest.mark.browser

LABELS = 1_000
WITHIN = 5.0  # seconds from the recall to the page that says so
DPI = 300


def address(name: str, *args: object) -> str:
    """The English page of that name."""
    with translation.override("en"):
        return reverse(name, args=args)


def press(page: Page, words: str) -> None:
    """The button with these words; then the page that follows."""
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).click()


def open_lot(page: Page, site: str, number: str, *, made: int, kept: int) -> str:
    """A lot of 1,000 packs, made and good until so many days from today; the path of its page."""
    today = timezone.localdate()
    page.goto(site + address("lot_new"))
    page.select_option("#id_product", index=1)
    page.fill("#id_number", number)
    page.fill("#id_made_on", f"{today + timedelta(days=made):%Y-%m-%d}")
    page.fill("#id_best_before", f"{today + timedelta(days=kept):%Y-%m-%d}")
    page.fill("#id_quantity", str(LABELS))
    press(page, "Open the lot")
    expect(page.locator("h1")).to_have_text(number)
    return urlsplit(page.url).path


def tell_step(page: Page, lot: str, kind: str, note: str) -> None:
    """Record that it happened just now."""
    page.goto(f"{lot}steps/{kind}/")
    page.fill("#id_note", note)
    press(page, "Record")
    expect(page.locator(".way")).to_contain_text(note)


def drawn(run_id: int) -> bool:
    """Draw the run as a worker does: the served portal has none, and a thread that drives a browser may not ask the database."""

    def draw() -> bool:
        try:
            return draw_run(run_id=run_id)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as worker:
        return worker.submit(draw).result(timeout=60)


def code_on_last_page(pdf: Path) -> str:
    """What a reader finds in the last label of the printed file."""
    document = pypdfium2.PdfDocument(pdf)
    picture = document[len(document) - 1].render(scale=DPI / 72, grayscale=True).to_pil()
    return str(zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)[-1].text)


def test_from_the_lot_to_the_label_to_the_recall(site: Site, open_as: Opener, tmp_path: Path) -> None:
    page = open_as(Role.COOPERATIVE, viewport=PHONE).new_page()
    lot = site.address + open_lot(page, site.address, "TU-LO-DEN-NHAN", made=0, kept=300)
    tell_step(page, lot, "processed", "Roasted this morning")
    tell_step(page, lot, "packed", "Packed at noon")

    page.goto(f"{lot}labels/")
    page.fill("#id_count", str(LABELS))
    press(page, "Make the labels")
    assert drawn(int(page.url.rstrip("/").rsplit("/", 1)[1]))
    page.reload()
    with page.expect_download() as download:
        page.get_by_role("link", name="Labels 1 to 1,000").click()
    pdf = tmp_path / "labels.pdf"
    download.value.save_as(pdf)
    printed = urlsplit(code_on_last_page(pdf))

    # Somebody in a shop, without account and script.
    buyer = open_as(Role.NOBODY, viewport=PHONE, java_script_enabled=False, locale="en-GB").new_page()
    buyer.goto(site.address + printed.path)
    expect(buyer.locator(".verdict.valid")).to_be_visible()
    expect(buyer.locator(".way")).to_contain_text("Packed at noon")

    page.goto(lot)
    page.get_by_role("link", name="Recall this lot").click()
    page.fill("#id_reason_vi", "Có sạn trong gói")
    page.fill("#id_instructions_vi", "Mang trả nơi mua")
    page.fill("#id_reason_en", "Grit in the pack")
    page.check("#id_sure")
    press(page, "Recall")
    recalled = time.monotonic()
    buyer.goto(site.address + printed.path)
    expect(buyer.locator(".verdict.recalled")).to_contain_text("Grit in the pack")
    expect(buyer.locator(".verdict.valid")).to_have_count(0)
    assert time.monotonic() - recalled <= WITHIN
    buyer.get_by_role("link", name="About this recall").click()
    expect(buyer.locator("main")).to_contain_text("TU-LO-DEN-NHAN")
    page.goto(f"{lot}labels/")
    expect(page.get_by_role("button", name="Make the labels")).to_have_count(0)


def test_a_lot_past_its_date_says_so(site: Site, open_as: Opener) -> None:
    page = open_as(Role.COOPERATIVE, viewport=PHONE, locale="en-GB").new_page()
    open_lot(page, site.address, "QUA-HAN", made=-30, kept=-1)
    page.get_by_role("link", name="What a buyer sees").click()
    expect(page.locator(".verdict.past_its_date")).to_be_visible()
    expect(page.locator(".verdict.valid")).to_have_count(0)


def test_a_buyer_writes_and_reads_the_answer(site: Site, open_as: Opener) -> None:
    buyer = open_as(Role.NOBODY, viewport=PHONE, java_script_enabled=False, locale="en-GB").new_page()
    buyer.goto(f"{site.address}/{site.things.unit}")
    buyer.get_by_role("link", name="Complain, praise or ask").click()
    buyer.get_by_role("radio", name="Question").check()
    buyer.get_by_label("What you want to say").fill("Hot or cold? Call 0977 123 456")
    press(buyer, "Send")
    expect(buyer.locator(".verdict")).to_contain_text("This is your ticket code")
    expect(buyer.locator(".said")).to_contain_text("Call •••")
    ticket = buyer.url.partition("?")[0]

    page = open_as(Role.COOPERATIVE, viewport=PHONE).new_page()
    page.goto(site.address + address("feedback_list"))
    page.locator("tbody tr", has_text="Hot or cold?").get_by_role("link").click()
    page.fill("#id_text", "Hot, at 92 degrees")
    press(page, "Send the answer")
    buyer.goto(ticket)
    expect(buyer.locator(".said .answer")).to_contain_text("Hot, at 92 degrees")
    assert buyer.context.cookies() == []
