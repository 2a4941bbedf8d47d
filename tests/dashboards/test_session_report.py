"""The report of a livestream: plan against actual, before and after, commission, producers; the same in page, XLSX, DOCX and PDF."""

from __future__ import annotations

import re
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from io import BytesIO
from typing import Any

import docx
import pypdf
import pytest
import python_calamine
from django.core.cache import cache
from django.utils import timezone

from accounts.models import User
from dashboards.reports.document import Document, Table
from livestreams.models import Claim, Host, HostTerms, LiveFigures, MetricSample, Session, Slot
from tests import builders
from tests.builders import at
from tests.dashboards.market import Market, browser_of, context_of, forget_readings, queries_of
from tests.folded import unfolded
from tests.order_builders import Line, fold, order

pytestmark = pytest.mark.django_db
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def market(market: Market) -> Market:
    terms(market, since=date(2025, 1, 1), rate="12.5", fee=2_000_000)
    terms(market, since=date(2025, 5, 21), rate="50", fee=9)
    return market


def terms(market: Market, *, since: date, rate: str, fee: int = 0, covers_after: bool = False) -> HostTerms:
    host = Host.objects.get(code="H1")
    return HostTerms.objects.create(host=host, since=since, rate=Decimal(rate), fee=fee, covers_after=covers_after)


def live_figures(session: Session, room: str = "7508812345678901234", **told: Any) -> LiveFigures:
    return LiveFigures.objects.create(
        session=session, room_id=room, started_at=session.start, file_name="live.xlsx", file_sha256="0" * 64, **told
    )


def document_of(user: User, code: str = "L1") -> Document:
    made: Document = context_of(user, f"/en/sessions/{code}/report/")["document"]
    return made


def table(document: Document, key: str) -> list[list[str]]:
    """The cells of a table and its foot, as text with plain spaces."""
    (found,) = (block for section in document.sections for block in section.blocks if isinstance(block, Table) and block.key == key)
    return [[cell.text.replace(NBSP, " ") for cell in row] for row in (*found.rows, *filter(None, [found.foot]))]


def told(document: Document, section: str) -> str:
    """The remarks of a section."""
    (found,) = (one for one in document.sections if one.key == section)
    return " ".join(words for block in found.blocks if block.block == "remarks" for words in (block.title, *block.sentences))  # type: ignore[union-attr]


def keys(document: Document) -> list[str]:
    return [section.key for section in document.sections]


def test_plan_against_actual(market: Market) -> None:
    first, second, third = market.slots
    Slot.objects.filter(pk=first.pk).update(stock=10, minutes=6)
    # The second is shown twice, the third never; the session ends seven minutes into the last turn.
    begun = market.session.start
    Slot.objects.filter(pk=second.pk).update(
        started_at=begun + timedelta(minutes=5), again_at=[begun + timedelta(minutes=20)], ended_at=begun + timedelta(minutes=27), stock=1
    )
    Slot.objects.filter(pk=first.pk).update(again_at=[begun + timedelta(minutes=12)], ended_at=begun + timedelta(minutes=20))
    Slot.objects.filter(pk=third.pk).update(started_at=None, ended_at=None, outcome="skipped")
    fold()
    document = document_of(builders.official())
    # What was ordered after its second turn is the first slot's: the third never began.
    assert table(document, "slots") == [
        ["1. Product A", "6", "13", "10", "3", "90,000 ₫", "100,000 ₫", "2", "200,000 ₫", "0 ₫", "Shown"],
        ["2. Product C", "5", "14", "1", "1", "90,000 ₫", "100,000 ₫", "1", "0 ₫", "0 ₫", "Shown"],
        ["3. Product A", "5", "–", "–", "0", "90,000 ₫", "–", "see above", "0 ₫", "0 ₫", "Skipped"],
        ["Product B – outside the run-of-show", "", "", "", "1", "", "50,000 ₫", "1", "50,000 ₫", "0 ₫", ""],
        ["SKUs of no known product – outside the run-of-show", "", "", "", "1", "", "30,000 ₫", "1", "30,000 ₫", "0 ₫", ""],
        ["Total", "16", "27", "", "6", "", "", "3", "280,000 ₫", "0 ₫", ""],
    ]
    assert table(document, "times") == [
        ["Start", "20/05/2025 20:00", "20/05/2025 20:00"],
        ["End", "20/05/2025 21:00", "20/05/2025 21:00"],
        ["Minutes", "60", "60"],
        ["Slots", "3", "2"],
        ["Slots skipped", "", "1"],
    ]
    assert "Product C. Bring more." in told(document, "next")


def test_on_air_and_after_beside_before(market: Market) -> None:
    # In the hour before the start, the length of the session.
    order(market.shop, "hour-before", at("2025-05-20 19:30"), Line(market.a, 1, 70_000), exported_at=at("2025-05-28 08:00"))
    fold()
    assert table(document_of(builders.official()), "after-sales") == [
        ["During the session", "3", "480,000 ₫", "280,000 ₫", "0 ₫", "2.5", "1", "70,000 ₫", "complete"],
        ["24 hours after", "1", "300,000 ₫", "300,000 ₫", "300,000 ₫", "1.5", "2", "160,000 ₫", "complete"],
        ["7 days after", "3", "500,000 ₫", "500,000 ₫", "300,000 ₫", "2.5", "3", "340,000 ₫", "complete"],
        ["30 days after", "3", "500,000 ₫", "500,000 ₫", "300,000 ₫", "2.5", "3", "340,000 ₫", "files do not reach that far yet"],
    ]


def test_commission_by_the_terms_of_that_day(market: Market) -> None:
    # 3 of 7 units came back: 777,777 delivered less floor(777,777 × 3 ÷ 7) = 444,444; 12.5 % of it is 55,555.5.
    order(
        market.shop, "paid", at("2025-05-20 20:01"), Line(market.a, 7, 777_777, delivered=7, returned=3), exported_at=at("2025-05-28 08:00")
    )
    fold()
    official = builders.official()
    document = document_of(official)
    assert table(document, "owed") == [
        ["Delivered on air, less returns", "444,444 ₫"],
        ["Commission of 12.5%", "55,555 ₫"],
        ["Fee for the session", "2,000,000 ₫"],
        ["Owed in all", "2,055,555 ₫"],
    ]
    # The order of 20:02 is on its way.
    assert "1 of these orders are not final" in told(document, "commission")
    HostTerms.objects.filter(rate=Decimal("12.5")).update(covers_after=True)
    forget_readings()
    assert table(document_of(official), "owed") == [
        ["Delivered on air, less returns", "444,444 ₫"],
        ["Delivered in 30 days after, less returns", "300,000 ₫"],
        ["Commission of 12.5%", "93,055 ₫"],
        ["Fee for the session", "2,000,000 ₫"],
        ["Owed in all", "2,093,055 ₫"],
    ]
    # Terms that came later do not hold for it.
    HostTerms.objects.filter(since__lt=date(2025, 5, 21)).delete()
    forget_readings()
    assert "No terms of this host held on that day" in told(document_of(official), "commission")


def test_what_is_owed_is_the_planners_business_alone(market: Market) -> None:
    live_figures(market.session, views=100)
    for user in (builders.official(builders.AGRICULTURE), builders.official(commune=builders.commune()), builders.member(market.gl1)):
        assert "commission" not in keys(document_of(user))
    assert "commission" in keys(document_of(builders.administrator()))
    # The platform's figures are of the whole livestream: not for who sees a part of it.
    assert "platform" in keys(document_of(builders.official(builders.AGRICULTURE)))
    for user in (builders.official(commune=builders.commune()), builders.member(market.gl1)):
        assert "platform" not in keys(document_of(user))
    for user in (builders.official(province=builders.CA_MAU), builders.member(market.cm1)):
        for suffix in ("/", ".svg", ".xlsx", ".docx", ".pdf"):
            assert browser_of(user).get(f"/sessions/L1/report{suffix}").status_code == 404


def test_a_producer_reads_its_own_alone(market: Market) -> None:
    document = document_of(builders.member(market.gl2))
    assert table(document, "producer-sales") == [["HTX GL2", "1", "1", "0.5", "100,000 ₫", "0 ₫", "0 ₫", "0 ₫", "0 ₫"]]
    assert [row[0] for row in table(document, "slots")] == ["2. Product C", "Total"]
    shown = browser_of(builders.member(market.gl2)).get("/en/sessions/L1/report/").content.decode()
    for other in ("Product A", "Product B", "480,000", "HTX GL1", "2,000,000"):
        assert other not in shown.replace(NBSP, " "), other
    assert table(document_of(builders.official()), "producer-sales") == [
        ["HTX GL1", "2", "4", "2", "350,000 ₫", "250,000 ₫", "0 ₫", "500,000 ₫", "300,000 ₫"],
        ["HTX GL2", "1", "1", "0.5", "100,000 ₫", "0 ₫", "0 ₫", "0 ₫", "0 ₫"],
        ["SKUs of no known product", "1", "1", "0", "30,000 ₫", "30,000 ₫", "0 ₫", "0 ₫", "0 ₫"],
    ]


def test_conversion_of_what_the_platform_told(market: Market) -> None:
    official = builders.official()
    assert "No LIVE analytics file of this livestream has come" in told(document_of(official), "platform")
    for minute, typed in ((10, {"views": 500, "orders": 2}), (20, {"views": 900, "gmv": 400_000})):
        MetricSample.objects.create(session=market.session, at=market.session.start + timedelta(minutes=minute), **typed)
    forget_readings()
    typed_report = document_of(official)
    assert table(typed_report, "reported") == [
        *(["Views", "900"], ["Product clicks", "–"], ["Orders", "2"], ["GMV (VND)", "400,000 ₫"]),
        *(["Likes", "–"], ["Comments", "–"], ["Shares", "–"]),
    ]
    live_figures(market.session, views=1_000, product_clicks=200, orders=4, gmv=470_000, likes=7)
    live_figures(market.session, "7508812345678901299", views=500, product_clicks=100, orders=2, gmv=30_000)
    live_figures(market.session, "7508812345678901300", views=9, orders=9, replaced_at=timezone.now())
    forget_readings()
    document = document_of(official)
    # Two broadcasts of one livestream; likes of one of them are not known, so those of both are not.
    assert dict(table(document, "reported")) == {
        "Views": "1,500", "Impressions": "–", "Product clicks": "300", "Orders": "6", "Items sold": "–", "GMV (VND)": "500,000 ₫",
        "Likes": "–", "Comments": "–", "Shares": "–", "New followers": "–",
    }  # fmt: skip
    assert table(document, "conversion") == [
        ["Orders the platform reported", "6", "0.4%", "2%"],
        ["Orders of the ledger, on air", "3", "0.2%", "1%"],
    ]


def test_claims_stand_beside_the_ledger(market: Market) -> None:
    builders.claim(Claim.Metric.ORDERS, 3, about=market.session)
    builders.claim(Claim.Metric.VIEWS, 29_000, about=market.session, unit="lượt")
    rows = {row[0]: row[1:4] for row in table(document_of(builders.official()), "claims-told")}
    assert rows == {"Orders": ["3 orders", "3", "Matches the ledger"], "Views": ["29,000 times", "–", "Cannot be verified"]}
    assert "claims" not in keys(document_of(builders.member(market.gl1)))


def test_a_community_session_works_the_same_without_a_host(market: Market) -> None:
    Session.objects.filter(pk=market.session.pk).update(host=None, channel=None, commune=builders.commune())
    fold()
    document = document_of(builders.official())
    assert "community session of" in document.lead
    assert "commission" not in keys(document)
    assert table(document, "slots")[-1][7] == "3"
    # The commune that leads it runs it.
    assert "platform" in keys(document_of(builders.official(commune=builders.commune())))


def test_before_it_and_before_the_first_file_it_says_so_and_never_0(market: Market) -> None:
    official = builders.official()
    builders.session("NEXT", timezone.now() + timedelta(days=2), products=[market.a], shops=[market.shop], aired=False)
    builders.session("NEW", at("2025-05-30 20:00"), products=[market.a], shops=[market.shop], hosted_by=Host.objects.get())
    builders.session("OFF", at("2025-05-30 20:00"), products=[market.a])
    Session.objects.filter(code="OFF").update(cancelled_at=at("2025-05-29 09:00"), cancelled_reason="Bão")
    assert "Not yet on air" in told(document_of(official, "NEXT"), "sales")
    assert "No order file yet" in told(document_of(official, "NEW"), "sales")
    assert "Cancelled on 29/05/2025 09:00: Bão" in told(document_of(official, "OFF"), "sales").replace(NBSP, " ")
    for code in ("NEXT", "NEW", "OFF"):
        document = document_of(official, code)
        cells = [cell for key in ("after-sales", "slots") for row in table(document, key) for cell in row[1:]]
        assert not {"0", "0 ₫"} & set(cells), code
        assert table(document, "slots")[0][4] == "–"
        for suffix in ("xlsx", "docx", "pdf"):
            assert browser_of(official).get(f"/en/sessions/{code}/report.{suffix}").status_code == 200
    assert "Not known before the first order file." in told(document_of(official, "NEW"), "commission")


NUMBER = re.compile(r"\d[\d.,]*\d|\d")


def digits(text: str) -> list[str]:
    """The numbers of a text, without separators at their end."""
    return NUMBER.findall(text.replace("\u2010", "-"))


def of_page(html: str) -> dict[str, list[list[str]]]:
    """Tables by id: the cells of each row, without what opens it on a phone."""
    found = {}
    html = unfolded(html)
    for key, body in re.findall(r'<table id="([\w-]+)"[^>]*>(.*?)</table>', html, re.S):
        lines = re.findall(r"<tr>(.*?)</tr>", body, re.S)
        found[key] = [
            [unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line, re.S)]
            for line in lines
        ]
    return found


def of_docx(content: bytes) -> list[list[list[str]]]:
    return [[[cell.text for cell in row.cells] for row in one.rows] for one in docx.Document(BytesIO(content)).tables]


def as_written(value: object, shown: str) -> bool:
    """Whether a cell of a spreadsheet says what the page shows."""
    plain = shown.replace(NBSP, " ").replace(",", "").replace(" ₫", "")
    if isinstance(value, float | int):
        return float(value) == float(plain) if not plain.endswith("%") else abs(float(value) - float(plain[:-1]) / 100) <= 0.00051
    if hasattr(value, "strftime"):
        return str(value.strftime("%d/%m/%Y %H:%M")) == plain
    return str(value) == shown


def test_page_xlsx_docx_and_pdf_say_the_same_of_one_reading(market: Market) -> None:
    builders.claim(Claim.Metric.ORDERS, 3, about=market.session)
    live_figures(market.session, views=1_000, product_clicks=200, orders=4, gmv=470_000, likes=7)
    client = browser_of(builders.official())
    answer = client.get("/en/sessions/L1/report/")
    html = answer.content.decode()
    document: Document = answer.context["document"]
    addresses = dict(answer.context["exports"])
    # Orders that come in meanwhile change nothing in files of the same reading.
    order(market.shop, "late", at("2025-05-20 20:30"), Line(market.a, 9, 999_000))
    fold()
    files = {form: client.get(address) for form, address in addresses.items()}
    token = answer.context["answer"].reading.token
    assert {form: file["X-Reading"] for form, file in files.items()} == dict.fromkeys(("XLSX", "DOCX", "PDF"), token)
    tables = [block for section in document.sections for block in section.blocks if isinstance(block, Table)]
    shown = of_page(html)
    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(files["XLSX"].content))
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names[1:]]
    in_docx = of_docx(files["DOCX"].content)[1:]
    pages = pypdf.PdfReader(BytesIO(files["PDF"].content)).pages
    pdf = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages).replace(NBSP, " "))
    assert len(sheets) == len(in_docx) == len(tables) >= 8
    compared = 0
    for block, sheet, words in zip(tables, sheets, in_docx, strict=True):
        lines = [[cell.text for cell in row] for row in (*block.rows, *filter(None, [block.foot]))]
        assert shown[block.key][1:] == [[cell.strip() for cell in line] for line in lines], block.key
        assert words[1:] == lines, block.key
        for line, row in zip(lines, sheet[1:], strict=False):
            assert all(as_written(value, cell) for value, cell in zip(row, line, strict=False)), (block.key, row, line)
        for line in lines:
            for cell in line:
                assert re.sub(r"\s+", " ", cell.replace(NBSP, " ")) in pdf, (block.key, cell)
                compared += len(digits(cell))
    assert compared > 100
    # The large figures, and the reading itself.
    front = {str(row[0]): row[1] for row in book.get_sheet_by_name(book.sheet_names[0]).to_python() if len(row) > 1}
    text = " ".join(cell for one in of_docx(files["DOCX"].content)[:1] for row in one for cell in row)
    for tile in (tile for section in document.sections for block in section.blocks if block.block == "figures" for tile in block.tiles):  # type: ignore[union-attr]
        assert as_written(front[tile.label], tile.cell.text), tile.key
        assert tile.cell.text in text
        assert tile.cell.text.replace(NBSP, " ") in pdf
    number = str(answer.context["answer"].reading.number)
    assert f"reading {number}" in html
    assert f"reading {number}" in pdf
    assert str(front["Reading"]) == number


def test_the_files_hold_what_they_should(market: Market) -> None:
    """Text stays text, the chart is in each, Vietnamese keeps its letters, and nobody is named as the maker."""
    type(market.a).objects.filter(pk=market.a.pk).update(name_vi="=1+1 #set <b>ơừ</b>", name_en="")
    client = browser_of(builders.official())
    xlsx = client.get("/sessions/L1/report.xlsx").content
    with zipfile.ZipFile(BytesIO(xlsx)) as book:
        assert not any(b"<f>" in book.read(name) for name in book.namelist() if name.startswith("xl/worksheets/"))
        assert any(name.startswith("xl/media/") for name in book.namelist())
    word = client.get("/sessions/L1/report.docx").content
    with zipfile.ZipFile(BytesIO(word)) as parts:
        assert any(name.startswith("word/media/") for name in parts.namelist())
        assert b"python-docx" not in parts.read("docProps/core.xml")
        assert b'w:lang w:val="vi-VN"' in parts.read("word/styles.xml")
    assert "1. =1+1 #set <b>ơừ</b>" in [row[0] for one in of_docx(word) for row in one]
    pdf = pypdf.PdfReader(BytesIO(client.get("/sessions/L1/report.pdf").content))
    assert "=1+1 #set <b>ơừ</b>" in re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pdf.pages))
    assert pdf.root_object["/Lang"] == "vi"


def test_the_chart_is_of_the_report(market: Market) -> None:
    client = browser_of(builders.official())
    address = client.get("/en/sessions/L1/report/").context["chart"]
    assert b"Product A" in client.get(address).content
    order(market.shop, "late", at("2025-05-20 20:20"), Line(market.a, 1, 70_000))
    fold()
    cache.clear()
    assert client.get(address).status_code == 410


def test_the_same_queries_at_one_and_three_slots(market: Market) -> None:
    for code, products in (("ONE", [market.a]), ("THREE", [market.a, market.b, market.c])):
        builders.session(code, at("2025-04-01 20:00"), products=products, shops=[market.shop], hosted_by=Host.objects.get())
    official = builders.official()
    assert len(queries_of(official, "/sessions/ONE/report/")) == len(queries_of(official, "/sessions/THREE/report/"))


def test_the_session_page_leads_there(market: Market) -> None:
    client = browser_of(builders.official())
    address = client.get("/en/sessions/L1/", {"part": "after"}).context["report"]
    assert client.get(address).status_code == 200
    assert client.head(address).status_code == 200
    assert client.post(address).status_code == 405
