"""A signed report made again after the world went on: every value of its page and of its files is the one that was signed."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdf
from django.test import Client

from catalog.models import StarRating
from dashboards.models import PeriodReport
from dashboards.reports.periods.content import document_of
from dashboards.reports.periods.remaking import remake
from orders.attribution.services import Windows, add_rule
from orders.intake.services import take_in_file
from orders.models import IntakeRun, Shop, SkuMapping
from orders.sampling import sample_skus, write_sample
from places.models import Commune
from tests import builders, report_builders
from tests.dashboards.market import Market, browser_of, forget_readings, make_market
from tests.order_builders import fold

ROWS = 14_000  # about 10,500 orders
Values = dict[str, Any]


def values_of(browser: Client, report: PeriodReport) -> Values:
    """Everything that the page, the workbook (formulas and what they gave), the DOCX and the PDF say."""
    page = browser.get(f"/reports/{report.pk}/").content.decode().split("<main", 1)[1].split("</main>")[0]
    files = {name: BytesIO(browser.get(f"/reports/{report.pk}/report.{name}").content) for name in ("xlsx", "docx", "pdf")}
    books = [openpyxl.load_workbook(files["xlsx"], data_only=kept) for kept in (False, True)]
    written = docx.Document(files["docx"])
    return {
        "page": re.sub(r"<[^>]+>|\s+", " ", page).split(),
        "xlsx": [[sheet.title, *sheet.iter_rows(values_only=True)] for book in books for sheet in book.worksheets],
        "docx": [paragraph.text for paragraph in written.paragraphs]
        + [cell.text for table in written.tables for row in table.rows for cell in row.cells],
        "pdf": [found.extract_text() for found in pypdf.PdfReader(files["pdf"]).pages],
    }


def take_in_many(market: Market, folder: Path) -> IntakeRun:
    """A file of the same month, learned of after the report was signed, in the shop that is linked to its livestream."""
    products = (market.a, market.b, market.c)
    SkuMapping.objects.bulk_create(
        SkuMapping(shop=market.shop, line_key=sold.sku_id, product=products[n % 3], since=builders.LONG_AGO)
        for n, sold in enumerate(sample_skus())
    )
    sample = write_sample(folder / "orders.csv", ROWS, 7, start=date(2025, 5, 1), days=31)
    return take_in_file(path=sample.path, shop=Shop.objects.get(pk=market.shop.pk), file_name="orders.csv", commit=True)


def table(report: PeriodReport, key: str) -> list[list[str]]:
    """The cells of a table of the report."""
    blocks = [block for section in document_of(report).sections for block in section.blocks]
    (found,) = (block for block in blocks if getattr(block, "key", None) == key)
    return [[cell.text for cell in row] for row in found.rows]


def test_every_value_of_a_signed_report_stays(fresh_db: str, tmp_path: Path) -> None:
    """Row 6: 10,000 more orders, a renamed commune, another rule of attribution and a revoked star."""
    market = make_market()
    browser = browser_of(builders.official())
    report = report_builders.signed(report_builders.prepared(builders.official(), "month", 2025, 5))
    signed = values_of(browser, report)
    assert all(signed.values())

    taken = take_in_many(market, tmp_path)
    assert (taken.rejected, taken.unmapped) == (0, 0)
    assert taken.orders_new >= 10_000
    Commune.objects.filter(producer_seats__producer=market.gl1).update(name="Xã Đổi Tên")
    StarRating.objects.filter(product=market.a).update(revoked_on=date(2025, 5, 2))
    add_rule(since=date(2025, 5, 1), windows=Windows(0, 1, 2, 3), reason="Đổi quy tắc", by=None)
    fold()
    forget_readings()

    again = values_of(browser, PeriodReport.objects.get(pk=report.pk))
    for name, told in signed.items():
        assert again[name] == told, name
    # The ledger, too, gives again what was known then.
    assert all(figure.is_equal for figure in remake(report))

    # Everything that changed does show in a report that is made anew.
    given = {"place": "Gia Lai", "signs": "head", "copies": "- Lưu: VT.", "reason": "Có thêm đơn hàng"}
    assert browser_of(builders.official()).post(f"/reports/{report.pk}/edit/", given).status_code == 302
    anew = PeriodReport.objects.get(replaces=report)
    changed = {key for key in ("overall", "ways", "communes", "stars") if table(anew, key) != table(report, key)}
    assert changed == {"overall", "ways", "communes", "stars"}
