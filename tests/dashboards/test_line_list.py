"""The order lines behind any figure: filters, totals, pages, exports, and who sees which."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from accounts.models import User
from dashboards.boards import line_rows
from dashboards.views import lines
from tests import builders
from tests.builders import at
from tests.dashboards.market import Market, browser_of, context_of, forget_readings, queries_of
from tests.order_builders import Line, fold, order

pytestmark = pytest.mark.django_db


def asked(user: User, **query: Any) -> Any:
    return context_of(user, "/en/order-lines/", **query)


def figures(user: User, **query: Any) -> tuple[int, int, int, int, int]:
    """Lines, orders, placed, net and delivered of what the address asks for."""
    totals = asked(user, **query)["page"].totals
    return totals.lines, totals.orders.placed, totals.value.placed, totals.value.net, totals.value.delivered


def sums(rows: Any) -> tuple[int, int, int, int]:
    return (
        len(rows),
        len({row.order for row in rows}),
        sum(row.value.placed for row in rows),
        sum(row.value.net for row in rows),
    )


# What an address asks for: lines, orders, placed, net, delivered of the official's province.
ASKED: list[tuple[dict[str, str], tuple[int, ...]]] = [
    ({}, (10, 8, 1_250_000, 1_050_000, 300_000)),
    ({"session": "L1"}, (8, 6, 980_000, 780_000, 300_000)),
    ({"session": "L1", "bucket": "live"}, (5, 3, 480_000, 280_000, 0)),
    ({"session": "L1", "bucket": "after_24h"}, (1, 1, 300_000, 300_000, 300_000)),
    ({"session": "L1", "bucket": "within_7d"}, (3, 3, 500_000, 500_000, 300_000)),
    ({"session": "L1", "bucket": "after"}, (3, 3, 500_000, 500_000, 300_000)),
    ({"bucket": "other"}, (2, 2, 270_000, 270_000, 0)),
    ({"session": "absent"}, (2, 2, 270_000, 270_000, 0)),
    ({"from": "2025-05-20", "to": "2025-05-20"}, (5, 3, 480_000, 280_000, 0)),
    ({"from": "2025-05-22"}, (2, 2, 200_000, 200_000, 0)),
    ({"product": "A"}, (6, 6, 890_000, 790_000, 300_000)),
    ({"product": "absent"}, (1, 1, 30_000, 30_000, 0)),
    ({"producer": "GL1"}, (7, 6, 940_000, 840_000, 300_000)),
    ({"shop": "H"}, (1, 1, 100_000, 100_000, 0)),
    ({"host": "H1"}, (8, 6, 980_000, 780_000, 300_000)),
    ({"group": "1", "star": "3"}, (2, 2, 280_000, 180_000, 0)),
    ({"star": "absent"}, (2, 1, 80_000, 80_000, 0)),
    ({"basis": "reported"}, (0, 0, 0, 0, 0)),
    ({"state": "cancelled"}, (1, 1, 100_000, 0, 0)),
    ({"state": "returned"}, (1, 1, 100_000, 0, 0)),
    ({"state": "delivered"}, (1, 1, 300_000, 300_000, 300_000)),
    ({"state": "net", "bucket": "live"}, (3, 1, 280_000, 280_000, 0)),
    ({"state": "open"}, (7, 5, 750_000, 750_000, 0)),
    ({"order": "on-air"}, (3, 1, 280_000, 280_000, 0)),
    ({"source": "api"}, (0, 0, 0, 0, 0)),
    ({"slot": "absent", "bucket": "live"}, (2, 1, 80_000, 80_000, 0)),
]


@pytest.mark.usefixtures("market")
def test_totals_are_those_of_the_rows_and_of_the_figures() -> None:
    official = builders.official()
    for query, expected in ASKED:
        assert figures(official, **query) == expected, query
        assert sums(asked(official, **query)["page"].rows) == expected[:4], query


def test_a_slot_opens_the_lines_attributed_to_it(market: Market) -> None:
    first, second, third = market.slots
    official = builders.official()
    assert [figures(official, slot=str(slot.pk), bucket="live")[2] for slot in (first, second, third)] == [200_000, 100_000, 100_000]


@pytest.mark.usefixtures("market")
def test_newest_first_and_by_value() -> None:
    official = builders.official()
    assert [row.number for row in asked(official)["page"].rows][:3] == ["week", "hosts", "next-day"]
    assert [row.number for row in asked(official, sort="day")["page"].rows][:2] == ["week-before", "day-before"]
    assert [row.value.placed for row in asked(official, sort="-value")["page"].rows][:3] == [300_000, 200_000, 180_000]
    assert asked(official, sort="nonsense")["page"].sort == "-day"


@pytest.mark.usefixtures("market")
def test_pages_follow_each_other_without_gap_or_repetition(monkeypatch: pytest.MonkeyPatch) -> None:
    client = browser_of(builders.official())
    for sort in ("-day", "day", "-value", "value", "-units"):
        monkeypatch.setattr(line_rows, "PAGE", 50)
        whole = [row.line for row in client.get("/en/order-lines/", {"sort": sort}).context["page"].rows]
        forget_readings()
        monkeypatch.setattr(line_rows, "PAGE", 3)
        seen, address = [], f"?sort={sort}"
        while address:
            context = client.get(f"/en/order-lines/{address}").context
            assert len(context["page"].rows) <= 3
            seen += [row.line for row in context["page"].rows]
            address = context["older"]
        assert len(whole) == 10
        assert seen == whole, sort
        forget_readings()


def test_each_sees_its_own_lines_alone(market: Market) -> None:
    commune = builders.official(commune=builders.commune(nth=1))
    assert figures(builders.official(builders.AGRICULTURE, builders.CA_MAU)) == (1, 1, 500_000, 500_000, 500_000)
    assert figures(commune) == (2, 2, 280_000, 180_000, 0)
    assert figures(builders.administrator(), province="96")[0] == 1
    # In a shop of many producers a member sees its own lines, not the order's others.
    assert figures(builders.member(market.gl2)) == (2, 2, 280_000, 180_000, 0)
    assert figures(builders.member(market.gl1)) == (7, 6, 940_000, 840_000, 300_000)
    both = builders.member(market.gl1, market.gl2)
    assert figures(both) == (9, 8, 1_220_000, 1_020_000, 300_000)
    assert figures(both, producer="GL2")[0] == 2


@pytest.mark.usefixtures("market")
def test_nobody_asks_past_his_own() -> None:
    foreign = builders.member(builders.producer("GL9"))
    for query in ({}, {"producer": "GL1"}, {"product": "A"}, {"session": "L1"}):
        assert figures(foreign, **query) == (0, 0, 0, 0, 0)
    official = builders.official(province=builders.CA_MAU)
    assert figures(official, producer="GL1") == (0, 0, 0, 0, 0)
    assert figures(official, session="L1") == (0, 0, 0, 0, 0)
    assert browser_of(official).get("/order-lines/", {"province": "52"}).status_code == 403
    commune = builders.official(commune=builders.commune(nth=1))
    assert figures(commune, commune=builders.commune().pk) == (0, 0, 0, 0, 0)
    assert browser_of(builders.user()).get("/order-lines/").status_code == 403
    assert Client().get("/order-lines/").status_code == 302


@pytest.mark.usefixtures("market")
def test_what_cannot_be_asked_is_said() -> None:
    client = browser_of(builders.official())
    for query, words in (
        ({"session": "NO-SUCH"}, "Nothing bears the code NO-SUCH."),
        ({"from": "2025-06-02", "to": "2025-06-01"}, "The last day is before the first one."),
        ({"from": "yesterday"}, "Enter a valid date."),
        ({"bucket": "never"}, "Select a valid choice"),
    ):
        page = client.get("/en/order-lines/", query)
        assert page.status_code == 200
        assert words in page.content.decode()
        assert page.context["answer"] is None
        assert client.get("/en/order-lines.xlsx", query).status_code == 404
        assert client.get("/en/order-lines.csv", query).status_code == 404


@pytest.mark.usefixtures("market")
def test_the_same_queries_at_one_and_three_rows() -> None:
    official = builders.official()
    one, three = ({"state": "returned"}, {"state": "net", "bucket": "live"})
    assert [len(asked(official, **query)["page"].rows) for query in (one, three)] == [1, 3]
    assert len(queries_of(official, "/order-lines/", one)) == len(queries_of(official, "/order-lines/", three))


def sheet_of(content: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()


@pytest.mark.usefixtures("market")
def test_exports_are_the_rows_of_the_page_also_while_orders_come_in(market: Market) -> None:
    client = browser_of(builders.official())
    context = client.get("/en/order-lines/", {"session": "L1"}).context
    (xlsx, _), (csv_address, _) = context["exports"]
    order(market.shop, "late", at("2025-05-20 20:20"), Line(market.a, 1, 70_000), exported_at=at("2025-05-28 09:00"))
    fold()
    sheet = sheet_of(client.get(xlsx).content)
    told = list(csv.DictReader(StringIO(b"".join(client.get(csv_address)).decode("utf-8-sig"))))
    placed = sheet[0].index("Placed value (VND)")
    assert [row[1] for row in sheet[1:]] == [row.number for row in context["page"].rows]
    assert sum(row[placed] for row in sheet[1:]) == context["page"].totals.value.placed == 980_000
    assert [row["Order ID"] for row in told] == [row.number for row in context["page"].rows]
    assert sum(int(row["Placed value (VND)"]) for row in told) == 980_000
    forget_readings()
    answer = client.get(xlsx)
    assert sum(row[placed] for row in sheet_of(answer.content)[1:]) == 1_050_000
    # The rows of the old reading are gone; the file says which one it is of.
    assert answer["X-Reading"].startswith("2-")
    assert answer["Content-Disposition"] == 'attachment; filename="order-lines-2.xlsx"'


def test_a_cell_is_never_a_formula(market: Market) -> None:
    names = ["=1+1", "+84", "-2", "@SUM(A1)"]
    for number, name in enumerate(names):
        order(market.shop, f"f{number}", at("2025-06-01 10:00"), Line(None, 1, 1_000, key=f"k{number}", name=name))
    fold()
    client = browser_of(builders.official())
    content = client.get("/en/order-lines.xlsx", {"from": "2025-06-01"}).content
    with ZipFile(BytesIO(content)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    sheet = sheet_of(content)
    assert sorted(row[sheet[0].index("In the shop")] for row in sheet[1:]) == sorted(names)
    told = b"".join(client.get("/en/order-lines.csv", {"from": "2025-06-01"})).decode("utf-8-sig")
    assert sorted(row["In the shop"] for row in csv.DictReader(StringIO(told))) == sorted(f"'{name}" for name in names)


@pytest.mark.usefixtures("market")
def test_a_list_too_long_to_keep_is_streamed_and_one_too_long_for_xlsx_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_rows, "KEPT_WHOLE", 3)
    client = browser_of(builders.official())
    context = client.get("/en/order-lines/").context
    assert context["page"].whole is None
    (xlsx, _), (csv_address, _) = context["exports"]
    numbers = [row.number for row in context["page"].rows]
    assert [row[1] for row in sheet_of(client.get(xlsx).content)[1:]] == numbers
    assert [row["Order ID"] for row in csv.DictReader(StringIO(b"".join(client.get(csv_address)).decode("utf-8-sig")))] == numbers
    monkeypatch.setattr(lines, "XLSX_AT_MOST", 9)
    refused = client.get(xlsx, follow=True)
    assert "10 lines are too many for one XLSX file (at most 9)." in refused.content.decode()
    assert "reading" not in refused.redirect_chain[0][0]


@pytest.mark.usefixtures("market")
def test_the_page_in_both_languages() -> None:
    client = browser_of(builders.official())
    vietnamese, english = (client.get(f"{path}order-lines/", {"session": "L1"}).content.decode() for path in ("/", "/en/"))
    assert "980.000" in vietnamese
    assert "980,000" in english
    assert "Phiên L1" in vietnamese
    assert "Session L1" in english
    assert 'href="/en/products/A/"' in english


@pytest.mark.usefixtures("market")
def test_filters_in_force_can_be_taken_off_one_by_one() -> None:
    context = asked(builders.official(), session="L1", bucket="live", to="2025-05-21")
    assert context["chips"] == [
        ("To: 21/05/2025", "?session=L1&bucket=live"),
        ("Attributed to: During the session", "?session=L1&to=2025-05-21"),
        ("Livestream: Session L1", "?bucket=live&to=2025-05-21"),
    ]
    # A code tells nobody what it stands for whose lines are not among those shown.
    assert asked(builders.official(province="96"), session="L1")["chips"] == [("Livestream: L1", "?")]
