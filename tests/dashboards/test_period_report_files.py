"""The files of a period report: live formulas, the form of an administrative paper. That they say the same: test_one_reading."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from dashboards.exports.report_pdf import report_pdf
from dashboards.exports.report_xlsx import in_a1, report_xlsx
from dashboards.models import PeriodReport
from dashboards.reports.document import Cell, Column, Document, Table, text
from dashboards.reports.frozen import digest_of
from dashboards.reports.periods.content import document_of
from dashboards.reports.periods.remaking import remake
from orders.models import SkuMapping
from orders.spans.models import ShopSpan
from tests import builders, report_builders
from tests.builders import at
from tests.dashboards.market import browser_of, make_market
from tests.order_builders import Line, fold, order

MAY = {"kind": "month", "year": 2025, "number": 5}


def tables(document: Document) -> list[Table]:
    return [block for section in document.sections for block in section.blocks if isinstance(block, Table)]


def cells(table: Table) -> list[tuple[Cell, ...]]:
    return [*table.rows, *([table.foot] if table.foot else [])]


def plain(words: str) -> str:
    return re.sub(r"\s+", " ", words).strip()


def recomputed(formula: str, sheet: Any) -> float:
    """What a spreadsheet makes of a formula of sums, differences, quotients and ROUND."""

    def value(name: str) -> float:
        found = sheet[name].value
        return recomputed(found[1:], sheet) if isinstance(found, str) and found.startswith("=") else float(found or 0)

    def summed(found: re.Match[str]) -> str:
        column, first, last = found[1], int(found[2]), int(found[4])
        numbers = [sheet[f"{column}{line}"].value for line in range(first, last + 1)]
        known = [recomputed(one[1:], sheet) if isinstance(one, str) and one.startswith("=") else one for one in numbers]
        return repr(sum(one for one in known if isinstance(one, int | float)))

    expression = re.sub(r"SUM\(([A-Z]+)(\d+):([A-Z]+)(\d+)\)", summed, formula)
    expression = re.sub(r"[A-Z]{1,2}\d+", lambda found: repr(value(found[0])), expression).replace("ROUND", "round")
    assert re.fullmatch(r"[-+*/().,\d\seround]+", expression), expression
    result = eval(expression, {"__builtins__": {}, "round": round})  # checked above: numbers, signs and round alone
    return float(result)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["vi", "en"])
def test_sums_of_the_workbook_are_live(language: str) -> None:
    market = make_market()
    # Sales of a year earlier, so that changes are formulas as well; they are told where every day of both is known.
    order(market.shop, "year-before", at("2024-05-10 10:00"), Line(market.a, 1, 800_000), exported_at=at("2025-05-28 08:00"))
    fold()
    ShopSpan.objects.filter(shop=market.shop).delete()
    ShopSpan.objects.create(shop=market.shop, first=date(2024, 5, 1), last=date(2025, 5, 31), told_to=date(2025, 5, 31))
    report = report_builders.prepared(builders.official(), **MAY)
    with override(language):
        document = document_of(report)
        content = report_xlsx(document)
    live, kept = openpyxl.load_workbook(BytesIO(content)), openpyxl.load_workbook(BytesIO(content), data_only=True)
    found = 0
    for number, table in enumerate(tables(document), start=1):
        for line, row in enumerate(cells(table), start=2):
            for place, cell in enumerate(row, start=1):
                if not cell.formula or cell.value is None:
                    continue
                found += 1
                formula = live.worksheets[number].cell(line, place).value
                assert formula.startswith("=")
                assert recomputed(formula[1:], live.worksheets[number]) == pytest.approx(cell.value, abs=1e-9), (table.key, line, place)
                assert kept.worksheets[number].cell(line, place).value == pytest.approx(cell.value)
    assert found == 43


def test_references_as_spreadsheets_write_them() -> None:
    assert in_a1("SUM(R2C:R[-1]C)", 7, 2) == "SUM(C2:C7)"
    assert in_a1("ROUND(RC[-2]/RC[-1]-1,6)", 1, 3) == "ROUND(B2/C2-1,6)"
    assert in_a1("R[-3]C-R[-2]C-R[-1]C", 4, 1) == "B2-B3-B4"


@pytest.mark.django_db
def test_the_form_of_an_administrative_paper() -> None:
    """Decree 30/2020/NĐ-CP, annex I: what stands in which order, the margins, the font, numbers from the second page on."""
    make_market()
    report = report_builders.signed(report_builders.prepared(builders.official(), **MAY), number="125/BC-SCT", day=report_day())
    browser = browser_of(builders.official())
    reader = pypdf.PdfReader(BytesIO(browser.get(f"/reports/{report.pk}/report.pdf").content))
    first = plain(reader.pages[0].extract_text())
    order_of = [
        *("ỦY BAN NHÂN DÂN", "TỈNH GIA LAI", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"),
        *("Số: 125/BC-SCT", "Gia Lai, ngày 02 tháng 6 năm 2025", "BÁO CÁO", "Kính gửi: Ủy ban nhân dân tỉnh", "I. Kết quả chung"),
    ]
    assert all(words in first for words in order_of), first
    assert first.index("BÁO CÁO") < first.index("Kính gửi") < first.index("I. Kết quả chung")
    assert not first.startswith("1 ")
    assert plain(reader.pages[1].extract_text()).startswith("2")
    last = plain(reader.pages[-1].extract_text())
    assert "Nơi nhận:" in last
    assert last.index("GIÁM ĐỐC") < last.index("Nguyễn Văn A")
    used = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    fonts = {str(font["/BaseFont"]) for font in used}
    assert all("LiberationSerif" in name or "Roboto" in name for name in fonts), fonts
    assert [round(float(side) * 25.4 / 72) for side in reader.pages[0].mediabox[2:]] == [210, 297]
    written = docx.Document(BytesIO(browser.get(f"/reports/{report.pk}/report.docx").content))
    page = written.sections[0]
    assert [round(side.mm) for side in (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)] == [20, 20, 30, 15]
    assert (written.styles["Normal"].font.name, written.styles["Normal"].font.size.pt) == ("Times New Roman", 13)
    assert page.different_first_page_header_footer
    assert "PAGE" in page.header._element.xml


def report_day() -> Any:
    return at("2025-06-02 00:00").date()


@pytest.mark.django_db
def test_english_is_a_translation_and_says_so() -> None:
    make_market()
    report = report_builders.prepared(builders.official(), **MAY)
    with override("en"):
        document = document_of(report)
        pdf = plain(pypdf.PdfReader(BytesIO(report_pdf(document))).pages[0].extract_text())
    assert pdf.startswith("Translation for reading. The Vietnamese text is the one that is signed.")
    assert "SOCIALIST REPUBLIC OF VIET NAM" in pdf
    assert document.title == "Sales of OCOP products and livestreams in month 5 of 2025, tỉnh Gia Lai"


@pytest.mark.django_db
def test_words_stay_words() -> None:
    """What somebody typed is neither markup of the page, of typst or of a word processor, nor a formula."""
    make_market()
    typed = "=1+1 #import <script>alert(1)</script> *x* $y$"
    official = builders.official()
    given = {"place": "Gia Lai", "signs": "head", "copies": "- VT", "remarks": f"{typed}\n\n  Dòng hai", "addressee": typed}
    answer = browser_of(official).post("/reports/new/", {**MAY, **given})
    assert answer.status_code == 302
    report = PeriodReport.objects.get()
    browser = browser_of(official)
    assert b"<script>alert(1)" not in browser.get(f"/reports/{report.pk}/").content
    pages = pypdf.PdfReader(BytesIO(browser.get(f"/reports/{report.pk}/report.pdf").content)).pages
    pdf = plain(" ".join(page.extract_text() for page in pages))
    assert "=1+1 #import <script>alert(1)</script> *x* $y$" in pdf
    book = openpyxl.load_workbook(BytesIO(browser.get(f"/reports/{report.pk}/report.xlsx").content))
    assert typed in {cell.value for row in book.worksheets[0].iter_rows() for cell in row if cell.data_type == "s"}
    archive = zipfile.ZipFile(BytesIO(browser.get(f"/reports/{report.pk}/report.docx").content))
    assert "&lt;script&gt;" in archive.read("word/document.xml").decode()
    assert digest_of(report.content) == report.digest


def test_made_again_a_year_later(fresh_db: str) -> None:
    """What was learned after the reading is left out; a fact that changed since is said."""
    market = make_market()
    report = report_builders.prepared(builders.official(), "month", 2025, 5)
    for number in range(20):
        order(market.shop, f"late-{number}", at("2025-05-20 20:30"), Line(market.a, 1, 1_000_000), exported_at=at("2026-05-20 08:00"))
    fold()
    assert {figure.key: (figure.kept, figure.again) for figure in remake(report)}["placed"] == (1_250_000, 1_250_000)
    assert all(figure.is_equal for figure in remake(report))
    SkuMapping.objects.filter(shop=market.shop, product=market.a).update(product=market.x)
    fold()
    with pytest.raises(CommandError, match="different: placed"):
        call_command("remake_report", report.pk, stdout=StringIO())
    with pytest.raises(CommandError, match="no report"):
        call_command("remake_report", 10**6, stdout=StringIO())


def test_the_longer_of_two_columns_of_sentences_gets_more_room() -> None:
    """The scope of a claim is twice as long as its source: with as much room each it ran over ten lines."""

    def shares(*columns: Column, words: int = 10) -> tuple[float, ...]:
        row = tuple(text("x" * (words if number == len(columns) - 2 else 10)) for number in range(len(columns)))
        return Table("t", "T", columns, (row,)).shares

    plain_one, figures, sentences = Column("A"), Column("B", number=True), Column("C", wide=True)
    assert shares(plain_one, figures, plain_one) == (1.6, 0, 1)
    assert shares(sentences, figures) == (2, 0)
    first, reported, scope, source = shares(plain_one, figures, sentences, sentences, words=40)
    assert (first, reported) == (1, 0)
    assert scope == pytest.approx(2 * source)
    assert scope + source == pytest.approx(4)
    assert shares(plain_one, sentences, sentences, words=0)[1:] == pytest.approx((0.96, 3.04), abs=0.01)
    assert Table("t", "T", (plain_one, sentences), ()).shares == (1.6, 2)
