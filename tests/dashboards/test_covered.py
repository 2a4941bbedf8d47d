"""Of which days files tell, on every way to the figures: what no file tells of is not known, and is 0 nowhere."""

from __future__ import annotations

import io
from datetime import date
from itertools import pairwise

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from dashboards.boards.covered import Covered, covered_by, covered_shops
from dashboards.boards.freshness import freshness
from dashboards.boards.measures import Filters
from dashboards.boards.overview import OverviewRows, overview_rows
from dashboards.charts.declarations import net_by_part
from dashboards.models import PeriodReport
from dashboards.periods import DAY, EARLIEST, Period, Unit
from dashboards.reports.document import Chart, Remarks, Table
from dashboards.reports.periods.content import document_of
from dashboards.views.overview_page import chart_rows
from orders.models import Source
from tests import builders, report_builders
from tests.builders import CA_MAU, GIA_LAI, at
from tests.dashboards.market import Market, browser_of, context_of, queries_of
from tests.dashboards.test_one_reading import asked_api
from tests.dashboards.trade import NOW, Trade
from tests.order_builders import Line, fold, order, run

START = date(2025, 1, 1)
NBSP = "\N{NO-BREAK SPACE}"
SEPTEMBER = {"from": "2025-09-01", "to": "2025-09-30", "by": "month"}
OCTOBER = {"from": "2025-10-01", "to": "2025-10-31", "by": "month"}

stretches = st.lists(st.tuples(st.integers(0, 120), st.integers(0, 40)), max_size=6)


@given(stretches=stretches, first=st.integers(0, 150), length=st.integers(0, 60))
def test_the_unknown_spans_are_the_days_that_no_shop_tells_of(stretches: list[tuple[int, int]], first: int, length: int) -> None:
    covered = Covered(tuple((shop, START + begin * DAY, START + (begin + days) * DAY) for shop, (begin, days) in enumerate(stretches)))
    begin, end = START + first * DAY, START + (first + length) * DAY
    days = Period(begin, end).days()
    spans = covered.unknown(begin, end)
    told = [span_first + offset * DAY for span_first, last in spans for offset in range((last - span_first).days + 1)]
    assert told == [day for day in days if not covered.knows(day)]
    # Spans are as long as they can be: a known day lies between two of them.
    assert all(later[0] - earlier[1] > DAY for earlier, later in pairwise(spans))
    assert covered.knows_some(begin, end) is (len(told) < len(days))
    if first:
        assert covered.unknown_to(EARLIEST, end) == (covered.unknown(covered.first_day, end) if covered.first_day else ())


@pytest.mark.django_db
def test_shops_opened_later_leave_nothing_unknown_and_files_without_orders_tell_of_90_days() -> None:
    maker = builders.producer("GL1")
    product = builders.product("A", maker)
    old, new, silent = (builders.shop(code, maker, sells=[product]) for code in ("OLD", "NEW", "SILENT"))
    order(old, "1", at("2025-03-13 09:00"), Line(product), exported_at=at("2025-03-20 08:00"))
    order(old, "2", at("2025-06-11 09:00"), Line(product), exported_at=at("2025-06-12 08:00"))
    order(new, "3", at("2025-06-01 09:00"), Line(product), exported_at=at("2025-06-12 08:00"), source=Source.API)
    fold()
    fresh = freshness(GIA_LAI, date(2025, 3, 1), date(2025, 6, 30), at("2025-07-05 09:00"), before=(date(2025, 2, 1), date(2025, 2, 28)))
    assert (fresh.known, fresh.unknown, fresh.unknown_before) == (
        True,
        ((date(2025, 3, 1), date(2025, 3, 12)), (date(2025, 6, 12), date(2025, 6, 30))),
        ((date(2025, 2, 1), date(2025, 2, 28)),),
    )
    run(silent, at("2025-07-01 08:00"))
    assert covered_shops([silent.pk]).stretches == ((silent.pk, date(2025, 4, 2), date(2025, 6, 30)),)
    assert covered_by(Filters(province=GIA_LAI)).unknown(date(2025, 3, 1), date(2025, 6, 30)) == ((date(2025, 3, 1), date(2025, 3, 12)),)
    # The commune of another producer knows of no shop of its own, and no shop sold anything of it.
    assert covered_by(Filters(province=GIA_LAI, commune=builders.commune(GIA_LAI, 1).code)).stretches == ()


@pytest.mark.django_db
def test_a_file_goes_on_to_tell_of_the_days_after_its_orders_once_a_later_one_leaves_a_gap_and_complete_is_who_tells() -> None:
    maker = builders.producer("GL1")
    product = builders.product("A", maker)
    quiet, steady, late = (builders.shop(code, maker, sells=[product]) for code in ("QUIET", "STEADY", "LATE"))
    order(quiet, "1", at("2025-03-01 09:00"), Line(product), exported_at=at("2025-04-01 08:00"))
    order(quiet, "2", at("2025-09-01 09:00"), Line(product), exported_at=at("2025-09-02 08:00"))
    for number, day in enumerate(("2025-03-01", "2025-05-20", "2025-08-01", "2025-09-01")):
        order(steady, f"s{number}", at(f"{day} 09:00"), Line(product), exported_at=at("2025-09-02 08:00"))
    order(late, "3", at("2025-09-01 09:00"), Line(product), exported_at=at("2025-09-02 08:00"))
    fold()
    assert covered_shops([quiet.pk]).unknown(date(2025, 3, 1), date(2025, 9, 1)) == ((date(2025, 4, 1), date(2025, 8, 31)),)
    fresh = freshness(GIA_LAI, date(2025, 6, 1), date(2025, 6, 30), at("2025-09-03 09:00"))
    # QUIET has sent files since, but none that tells of June; LATE opened later.
    assert (fresh.complete, fresh.shops, fresh.unknown) == (2, 3, ())


@pytest.mark.django_db
def test_a_shop_elsewhere_tells_of_the_days_in_which_it_sold_something(trade: Trade) -> None:
    """MIXED of Cà Mau sold coffee of Gia Lai on 12 November alone."""
    spans = [(date(2025, 11, 1), date(2025, 11, 30)), (date(2025, 10, 1), date(2025, 10, 31))]
    now, then = (freshness(GIA_LAI, *span, at("2025-12-05 09:00")) for span in spans)
    assert (now.known, now.unknown, then.known, then.unknown) == (True, ((date(2025, 11, 16), date(2025, 11, 30)),), False, (spans[1],))
    both = freshness(GIA_LAI, *spans[1], at("2025-12-05 09:00"), before=spans[0])
    assert (both.shops, both.unknown_before) == (0, ((date(2025, 11, 16), date(2025, 11, 30)),))


def overview(period: Period) -> OverviewRows:
    return overview_rows(CA_MAU, period, at=NOW)


@pytest.mark.django_db
def test_an_overview_before_the_first_file_is_unknown_and_one_that_it_begins_in_says_which_days_are(trade: Trade) -> None:
    """Of Cà Mau files tell from 3 October on, to 20 November."""
    september = overview(Period(date(2025, 9, 1), date(2025, 9, 30), Unit.MONTH))
    assert (september.known, september.freshness.unknown) == (False, ((date(2025, 9, 1), date(2025, 9, 30)),))
    assert {row.known for row in september.days} == {False}
    october = overview(Period(date(2025, 10, 1), date(2025, 10, 31), Unit.MONTH))
    assert (october.known, october.total.now.value.net) == (True, 1_399_000)
    assert (october.freshness.unknown, october.freshness.unknown_before) == (
        ((date(2025, 10, 1), date(2025, 10, 2)),),
        ((date(2025, 9, 1), date(2025, 9, 30)),),
    )
    assert [row.day.day for row in october.days if not row.known] == [1, 2]
    assert [row.day.day for row in october.days if row.before is not None] == []
    november = overview(Period(date(2025, 11, 1), date(2025, 11, 21), Unit.MONTH))
    # The 21st is the day of the reading, which no file can tell of yet.
    assert (november.freshness.unknown, [row.day.day for row in november.days if not row.known]) == ((), [21])
    assert [row.day.day for row in november.days if row.before is None] == [1, 2]


@pytest.mark.django_db
def test_the_overview_says_so_as_page_file_and_api(trade: Trade) -> None:
    official = builders.official(province=CA_MAU)
    client = browser_of(official)
    page = client.get("/en/overview/", SEPTEMBER).content.decode()
    assert "No order file reaches into these days yet" in page
    assert f"0{NBSP}₫" not in page
    assert "shops complete to" not in page
    said = "No order file tells of 01/10–02/10/2025. Of the earlier days no order file tells of 01/09–30/09/2025."
    assert said in client.get("/en/overview/", OCTOBER).content.decode()
    words = "Không có tệp đơn hàng nào cho biết về 01/10–02/10/2025. Trong những ngày trước đó, không có tệp đơn hàng nào cho biết về"
    assert words in client.get("/overview/", OCTOBER).content.decode()
    sheet = load_workbook(io.BytesIO(client.get("/en/overview.xlsx", SEPTEMBER).content)).worksheets
    about = {(row[0], row[1]) for row in sheet[0].iter_rows(max_row=14, values_only=True)}
    assert ("Completeness", "no order file tells of 01/09–30/09/2025") in about
    days = list(sheet[1].iter_rows(min_row=2, values_only=True))
    assert (len(days), {cell for row in days for cell in row[1:]}) == (30, {None})
    unknown, part = (asked_api(official, "overview/", **asked) for asked in (SEPTEMBER, OCTOBER))
    assert (unknown["known"], unknown["unknown_days"]) == (False, [{"first": "2025-09-01", "last": "2025-09-30"}])
    assert (unknown["total"], unknown["by_bucket"]) == ({"now": None, "before": None}, {})
    assert (part["known"], part["unknown_days"], part["unknown_days_before"]) == (
        True,
        [{"first": "2025-10-01", "last": "2025-10-02"}],
        [{"first": "2025-09-01", "last": "2025-09-30"}],
    )
    assert [day["now"] is None for day in part["by_day"][:4]] == [True, True, False, False]
    assert part["by_day"][3]["now"]["value"]["net"] == 0
    assert (part["products"][0]["now"]["value"]["net"], part["products"][0]["before"]) == (999_000, None)
    context = context_of(official, "/en/overview/", **OCTOBER)
    assert context["tiles"][3]["before"] is None


@pytest.mark.django_db
def test_a_ranking_says_so_as_page_files_and_api(trade: Trade) -> None:
    official = builders.official(province=CA_MAU)
    client = browser_of(official)
    context = context_of(official, "/en/products/", **SEPTEMBER)
    assert (context["coverage"].known, context["chart"]["rows"]) == (False, 0)
    page = client.get("/en/products/", SEPTEMBER).content.decode()
    assert ("No order file reaches into these days yet" in page, "not known yet" in page, f"0{NBSP}₫" in page) == (True, True, False)
    assert "No order file tells of 01/10–02/10/2025." in client.get("/en/products/", OCTOBER).content.decode()
    unknown, part = (asked_api(official, "boards/product-list/", language="en", **asked) for asked in (SEPTEMBER, OCTOBER))
    assert (unknown["known"], {row["net_value_vnd"] for row in unknown["rows"]}) == (False, {None})
    assert (part["known"], part["unknown_days"]) == (True, [{"first": "2025-10-01", "last": "2025-10-02"}])
    assert part["completeness"][-2:] == [
        "no order file tells of 01/10–02/10/2025",
        "of the earlier days no order file tells of 01/09–30/09/2025",
    ]
    assert {row["code"]: row["net_value_vnd"] for row in part["rows"]} | {"CRAB": 400_000, "NONI": 999_000, "OLD": 0} == {
        row["code"]: row["net_value_vnd"] for row in part["rows"]
    }
    book = load_workbook(io.BytesIO(client.get("/en/products.xlsx", OCTOBER).content)).worksheets[1]
    assert [row[1] for row in book.iter_rows(values_only=True) if row[0] == "Completeness"] == ["; ".join(part["completeness"])]


@pytest.mark.django_db
def test_a_member_s_own_board_knows_what_the_shops_tell_of(trade: Trade) -> None:
    member = builders.member(trade.crabbers)
    page = browser_of(member).get("/en/my/", SEPTEMBER).content.decode()
    assert ("Your sales are not known yet" in page, f"0{NBSP}₫" in page) == (True, False)
    assert "No order file tells of 01/10–02/10/2025." in browser_of(member).get("/en/my/", OCTOBER).content.decode()


@pytest.mark.django_db
def test_a_livestream_of_which_no_file_tells_is_unknown_though_later_files_came(market: Market) -> None:
    """What S sent at the end of May begins on the 15th; a livestream of February is not known, one of the 16th sold nothing."""
    for code, when in (
        ("FEB", "2025-02-01 20:00"),
        ("MAY", "2025-05-16 20:00"),
        ("LATE", "2025-05-28 07:00"),
        ("NOON", "2025-05-28 12:00"),
    ):
        builders.session(code, at(when), products=[market.a], shops=[market.shop])
    official = builders.official()
    known = {row.session.code: row.known for row, *_ in context_of(official, "/en/sessions/")["rows"]}
    # The file is of 8:00 on the 28th.
    assert known == {"FEB": False, "MAY": True, "LATE": True, "NOON": False, "L1": True}
    assert context_of(official, "/en/sessions/FEB/")["live_shown"] == {}
    assert context_of(official, "/en/sessions/MAY/")["live_shown"]["orders"] == "0"
    assert (
        asked_api(official, "boards/session-list/", language="en", **{"from": "2025-02-01", "to": "2025-02-28"})["rows"][0]["units"] is None
    )


@pytest.mark.django_db
def test_a_chart_by_day_has_gaps_where_no_file_tells(market: Market) -> None:
    official = builders.official()
    asked = {"from": "2025-05-12", "to": "2025-05-16", "by": "days"}
    days = context_of(official, "/en/producers/GL2/", **asked)["days"]
    assert [net for _day, net, _before, _lines in days] == [None, None, None, 180_000, 0]
    shops = {
        row.shop.code: (row.known, row.now.value.net) for row, *_ in context_of(official, "/en/platforms/", rows="shop", **asked)["rows"]
    }
    # H's first order is of the 22nd.
    assert shops == {"S": (True, 180_000), "H": (False, 0)}
    scanned = context_of(official, "/en/scans-and-feedback/", rows="day", **asked)["rows"]
    assert [(row.known, row.sold.value.net) for row, _lines in scanned] == [
        *((True, 0), (True, 180_000)), *((False, 0),) * 3,
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_period_report_says_so_in_its_text_and_is_empty_of_figures_where_nothing_is_known(market: Market) -> None:
    official = builders.official()
    report = document_of(report_builders.prepared(official, "month", 2025, 4))
    sections = {section.key: section.blocks for section in report.sections}
    words = [sentence for blocks in sections.values() for block in blocks if isinstance(block, Remarks) for sentence in block.sentences]
    assert "Chưa có tệp đơn hàng nào của kỳ này: số liệu chưa rõ, không phải bằng 0." in words
    assert any("không có tệp đơn hàng nào cho biết về 01/04–30/04/2025" in sentence for sentence in words)
    (overall,) = (block for block in sections["overall"] if isinstance(block, Table) and block.key == "overall")
    assert {row[1].value for row in overall.rows} == {None}
    assert not any("không bán được" in sentence for sentence in words)
    api = asked_api(official, f"reports/{PeriodReport.objects.get().pk}/")
    told = [sentence for section in api["document"]["sections"] for block in section["blocks"] for sentence in block.get("sentences", ())]
    assert set(told) == set(words)


def parts_of(report: PeriodReport) -> tuple[Table, Table, Chart]:
    """The tables of the whole and by part, and the chart by part."""
    blocks = [block for section in document_of(report).sections for block in section.blocks]
    tables = {block.key: block for block in blocks if isinstance(block, Table)}
    (chart,) = (block for block in blocks if isinstance(block, Chart))
    return tables["overall"], tables["parts"], chart


@pytest.mark.django_db
def test_each_part_of_a_report_is_known_by_its_own_year(market: Market) -> None:
    """Files tell of 3 to 19 May 2024 and of 15 to 27 May 2025."""
    order(market.shop, "last-year", at("2024-05-03 09:00"), Line(market.a, 1, 50_000), exported_at=at("2024-05-20 08:00"))
    fold()
    with override("en"):
        report = report_builders.prepared(builders.official(), "month", 2025, 5)
        overall, parts, chart = parts_of(report)
    assert [[cell.text for cell in row] for row in parts.rows] == [
        ["01/05–07/05/2025 (last year 2 of 7 days not known)", "–", "–", "–", "–", "50,000"],
        ["08/05–14/05/2025", "–", "–", "–", "–", "0"],
        ["15/05–21/05/2025 (last year 2 of 7 days not known)", "6", "1,050,000", "850,000", "300,000", "0"],
        ["22/05–28/05/2025 (1 of 7 days not known)", "2", "200,000", "200,000", "0", "–"],
        ["29/05–31/05/2025", "–", "–", "–", "–", "–"],
    ]
    assert (parts.foot[3].value, parts.foot[5].value) == (overall.rows[3][1].value, overall.rows[3][2].value) == (1_050_000, 50_000)
    # 12 of 31 days of this May are known: both figures stand, and no percentage.
    assert [(row[1].text, row[2].text, row[3].text, row[3].value) for row in (overall.rows[0], overall.rows[2], overall.rows[3])] == [
        ("1,250,000", "50,000", "not comparable", None),
        ("100,000", "0", "no earlier figure", None),
        ("1,050,000", "50,000", "not comparable", None),
    ]
    with override("en"):
        document = document_of(report)
    blocks = [block for section in document.sections for block in section.blocks]
    said = [sentence for block in blocks if isinstance(block, Remarks) for sentence in block.sentences]
    assert "Not comparable with the same period of last year: not all days are known." in said
    (products,) = (block for block in blocks if isinstance(block, Table) and block.key == "products")
    assert {row[-1].text for row in (*products.rows, products.foot)} == {"not comparable", "no earlier figure"}
    assert [(row["label"][:5], row["value"], row["before"]) for row in chart.rows] == [
        ("01/05", None, 50_000), ("08/05", None, 0), ("15/05", 850_000, 0), ("22/05", 200_000, None), ("29/05", None, None),
    ]  # fmt: skip
    with override("en"):
        drawn = net_by_part(chart.rows, "en").to_dict()
    names = [layer["encoding"]["color"]["scale"]["domain"] for layer in drawn["layer"] if "color" in layer["encoding"]]
    assert names == [["This period", "Same days of last year"]]
    assert {tuple(layer["encoding"]["y"]["scale"]["domain"]) for layer in drawn["layer"]} == {(0, 1, 2, 3, 4)}


@pytest.mark.django_db
@pytest.mark.parametrize(("compare", "words"), [("", None), ("last_year", ["This period", "Same days of last year"])])
def test_a_chart_calls_the_earlier_days_what_they_are(trade: Trade, compare: str, words: list[str] | None) -> None:
    official = builders.official(province=CA_MAU)
    asked = OCTOBER | ({"compare": compare} if compare else {})
    overview = context_of(official, "/en/overview/", **asked)
    with override("en"):
        rows = chart_rows("daily_net", overview["rows"])
    assert [row.get("words") for row in rows] == [words] * 31


@pytest.mark.django_db
@pytest.mark.parametrize("board", ["overview", "products", "producers", "communes"])
def test_a_change_is_told_only_where_every_day_of_both_is_known(trade: Trade, board: str) -> None:
    """Files tell of 3 October to 20 November: of all 15th to 20th of November, and of the 9th to 14th before; not of 1 and 2 October."""
    client = browser_of(builders.official(province=CA_MAU))
    part = client.get(f"/en/{board}/", {"from": "2025-11-01", "to": "2025-11-20", "by": "month"}).content.decode()
    whole = client.get(f"/en/{board}/", {"from": "2025-11-15", "to": "2025-11-20", "by": "days"}).content.decode()
    # 130,000 after 400,000.
    assert ("not comparable" in part, "change up" in part, "change down" in part, "not comparable" in whole) == (True, False, False, False)
    assert "−67.5%" in whole
    if board == "overview":
        assert "not comparable: not all days are known" in part
        assert f"against 400,000{NBSP}₫" in part


@pytest.mark.django_db
def test_what_is_said_beside_a_reading_is_the_same_in_all_of_its_forms(trade: Trade) -> None:
    """A file that comes in after the page was read does not make the page's file know of more."""
    official = builders.official(province=CA_MAU)
    client = browser_of(official)
    page = context_of(official, "/en/products/", **SEPTEMBER)
    order(trade.mixed, "early", at("2025-09-01 09:00"), Line(trade.crab))
    fold()
    book = load_workbook(io.BytesIO(client.get(page["export"]).content))
    told = {row[0]: row[1] for row in book.worksheets[1].iter_rows(values_only=True)}
    assert told["Completeness"] == "; ".join(page["coverage"].facts)
    api = asked_api(official, "boards/product-list/", language="en", **SEPTEMBER, reading=page["answer"].reading.token)
    assert (api["completeness"], api["known"]) == (list(page["coverage"].facts), False)


@pytest.mark.django_db
def test_no_statement_more_for_it(trade: Trade) -> None:
    official = builders.official(province=CA_MAU)
    shops = [sql for sql in queries_of(official, "/overview/", OCTOBER) if "orders_shopspan" in sql]
    assert len(shops) == 1
