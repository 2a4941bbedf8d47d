"""Page, XLSX, PDF, DOCX, API and mail of one reading say the same, while another process merges one order after the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from io import BytesIO
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
from django.core import mail
from django.test import Client
from rest_framework.authtoken.models import Token

from accounts.models import User
from dashboards import formats
from dashboards.mailing import sending, services
from dashboards.models import PeriodKind, PeriodReport
from dashboards.reports.document import Document, Kind, Table
from dashboards.reports.periods.content import document_of
from tests import builders, report_builders
from tests.dashboards.market import DAYS, Market, browser_of, forget_readings, make_market
from tests.mortal import Child, Nursery

FORMS = ("xlsx", "docx", "pdf")
MAY = {"kind": PeriodKind.MONTH, "year": 2025, "number": 5}


@pytest.fixture
def market(fresh_db: str) -> Market:
    return make_market()


@pytest.fixture
def after_more(market: Market, fresh_db: str) -> Iterator[Callable[..., Any]]:
    """Does something once a process tells of a further order that it has merged; it goes on meanwhile."""
    with Nursery(fresh_db) as nursery:
        intake: Child = nursery.start(
            "keep_merging",
            shop=market.shop.code,
            product=market.a.code,
            placed_at="2025-05-20T20:30:00+07:00",
            exported_at="2025-06-20T08:00:00+07:00",
            value=7_000,
        )

        def do(what: Callable[..., Any], *given: Any, **named: Any) -> Any:
            # Of a test that is held up, words wait of orders long merged, while the other process may be held up in turn.
            intake.hear()
            intake.reached("merged")
            assert intake.status is None
            return what(*given, **named)

        try:
            yield do
        finally:
            intake.kill()


def test_a_board_as_page_xlsx_api_and_mail(after_more: Callable[..., Any]) -> None:
    official = builders.official()
    browser = browser_of(official)
    letter = after_more(mailed, official, board="product_list", filters="from=2025-05-01&to=2025-05-31")
    link = next(line for line in letter.body.splitlines() if "/products/?" in line)
    token = link.rpartition("reading=")[2]
    asked = {**DAYS, "by": "month", "reading": token}
    page = after_more(browser.get, "/products/", asked)
    file = after_more(browser.get, "/products.xlsx", asked)
    api = after_more(asked_api, official, "boards/product-list/", **asked)
    assert (page.context["answer"].reading.token, file["X-Reading"], api["reading"]["token"]) == (token, token, token)
    (attachment,) = letter.attachments
    heads, *rows = cells_of(file.content)
    assert cells_of(attachment[1]) == [heads, *rows]
    assert len(rows) == 3
    keys = [column["key"] for column in api["columns"]]
    assert [column["label"] for column in api["columns"]] == list(heads)
    for told, row in zip(api["rows"], rows, strict=True):
        assert [told[key] if told[key] != "" else None for key in keys if key != "valid_until"] == [
            cell for key, cell in zip(keys, row, strict=True) if key != "valid_until"
        ]
    shown = rows_of_page(page.content.decode(), "products")
    for told in api["rows"]:
        (line,) = [words for words in shown if told["product"] in words[0]]
        counts = [formats.number(told[key]) for key in ("orders", "units")]
        amounts = [formats.vnd(told[key]) for key in ("placed_value_vnd", "net_value_vnd")]
        assert line[2:6] == [plain(words) for words in (*counts, *amounts)]
        assert line[7] == plain(formats.vnd(told["revenue_vnd"]))
    # What came in meanwhile is in the figures.
    forget_readings()
    later = {row["code"]: row for row in asked_api(official, "boards/product-list/", **DAYS)["rows"]}
    before = {row["code"]: row for row in api["rows"]}
    assert later["A"]["orders"] > before["A"]["orders"]
    assert later["B"] == before["B"]


def test_a_report_as_page_xlsx_docx_pdf_api_and_mail(after_more: Callable[..., Any]) -> None:
    official = builders.official()
    report = after_more(lambda: report_builders.signed(report_builders.prepared(official, **MAY)))
    document, address = document_of(report), f"/reports/{report.pk}/"
    browser = browser_of(official)
    page = after_more(browser.get, address).content.decode()
    files = {form: after_more(browser.get, f"{address}report.{form}").content for form in FORMS}
    api = after_more(asked_api, official, f"reports/{report.pk}/")
    signing = {"report": "month", "rhythm": "signing", "weekday": None, "hour": None}
    letters = {form: after_more(mailed, official, form=form, **signing) for form in FORMS}
    text = plain(unescape(re.sub(r"<[^>]+>", " ", page)))
    blocks = [block for section in api["document"]["sections"] for block in section["blocks"] if block["block"] == "table"]
    assert api["document"]["reading"]["token"] == document.reading.token
    assert [block["key"] for block in blocks] == [table.key for table in tables(document)]
    for source in (files, {form: letter.attachments[0][1] for form, letter in letters.items()}):
        book, written, printed = opened(source)
        for number, (table, block) in enumerate(zip(tables(document), blocks, strict=True)):
            expected = [*table.rows, *([table.foot] if table.foot else [])]
            # The first and the last tables of a DOCX are its letterhead and signature.
            in_docx = [[plain(cell.text) for cell in row.cells] for row in written.tables[number + 1].rows][1:]
            in_api = [*block["rows"], *([block["foot"]] if block["foot"] else [])]
            texts = [[plain(cell.text) for cell in row] for row in expected]
            assert in_docx == texts == [[plain(cell["text"]) for cell in row] for row in in_api], table.key
            sheet = book.worksheets[number + 1]
            for line, row in enumerate(expected, start=2):
                for place, cell in enumerate(row, start=1):
                    value = cell.value if cell.value is not None else cell.text
                    assert sheet.cell(line, place).value == value, (table.key, line, place)
                    assert in_api[line - 2][place - 1]["value"] == cell.value
                    assert plain(cell.text) in text, (table.key, cell.text)
                    # Words break at hyphens and over lines in print; figures never do.
                    assert cell.kind is Kind.TEXT or plain(cell.text) in printed, (table.key, cell.text)
    # Nothing of what came in meanwhile is in the report.
    assert document_of(PeriodReport.objects.get(pk=report.pk)) == document


def mailed(to: User, **fields: Any) -> mail.EmailMessage:
    """What somebody gets of a schedule that is sent now."""
    schedule = report_builders.mailed(to, **({"board": ""} | fields))
    dispatch = services.send_once(schedule=schedule)
    assert sending.send_mail(sending_id=dispatch.sendings.get().pk)
    return mail.outbox[-1]


def asked_api(user: User, address: str, **query: str) -> Any:
    token, _made = Token.objects.get_or_create(user=user)
    return Client().get(f"/api/v1/{address}", query, headers={"Authorization": f"Token {token.key}"}).json()


def plain(words: str) -> str:
    return re.sub(r"\s+", " ", words).strip()


def cells_of(content: bytes) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True))


def rows_of_page(page: str, table: str) -> list[list[str]]:
    """The words of each cell of a table's body."""
    body = re.search(rf'id="{table}".*?<tbody>(.*?)</tbody>', page, re.DOTALL)
    assert body is not None
    rows = (re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in re.findall(r"<tr>(.*?)</tr>", body[1], re.DOTALL))
    return [[plain(unescape(re.sub(r"<[^>]+>", " ", cell))) for cell in row] for row in rows]


def tables(document: Document) -> list[Table]:
    return [block for section in document.sections for block in section.blocks if isinstance(block, Table)]


def opened(files: dict[str, bytes]) -> tuple[Any, Any, str]:
    """A workbook, a DOCX, and the words of a PDF."""
    book = openpyxl.load_workbook(BytesIO(files["xlsx"]), data_only=True)
    pdf = plain(" ".join(found.extract_text() for found in pypdf.PdfReader(BytesIO(files["pdf"])).pages))
    return book, docx.Document(BytesIO(files["docx"])), pdf
