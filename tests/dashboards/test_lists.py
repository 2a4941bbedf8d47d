"""Products, producers, communes and hosts: their figures, whose they are, filters, order, pages and exports."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from accounts.models import User
from catalog.models import ProducerSeat, StarRating
from catalog.standing import Star, star_on
from livestreams.models import Session, Slot
from tests import builders
from tests.builders import at
from tests.dashboards.market import DAYS, Market, browser_of, context_of, forget_readings, queries_of
from tests.order_builders import Line, fold, order

pytestmark = pytest.mark.django_db

LISTS = ("/products/", "/producers/", "/communes/", "/hosts/")


def products(user: User, **query: str) -> dict[str, tuple[int, int, int]]:
    """Orders, placed and net by product, in the order of the page."""
    rows = context_of(user, "/en/products/", **(DAYS | query))["rows"]
    return {row.product.code: (row.now.orders.placed, row.now.value.placed, row.now.value.net) for row, _ in rows}


def ranked(user: User, address: str, **query: str) -> dict[str, tuple[int, int, int]]:
    """Orders, placed and net by name, in the order of the page."""
    rows = context_of(user, address, **(DAYS | query))["rows"]
    return {str(row.name or "none"): (row.now.orders.placed, row.now.value.placed, row.now.value.net) for row, _ in rows}


def test_products(market: Market) -> None:
    assert list(products(builders.official()).items()) == [
        ("A", (6, 890_000, 790_000)),
        ("C", (2, 280_000, 180_000)),
        ("B", (1, 50_000, 50_000)),
    ]
    board = context_of(builders.official(), "/en/products/", **DAYS)["board"]
    assert (board.unmapped.orders.placed, board.unmapped.value.placed) == (1, 30_000)
    # Orders are counted once, so products do not add up to it.
    assert (board.total.orders.placed, board.total.value.placed, board.total.value.net) == (8, 1_250_000, 1_050_000)
    assert products(builders.official(province=builders.CA_MAU)) == {"X": (1, 500_000, 500_000)}
    assert products(builders.official(commune=builders.commune(nth=1))) == {"C": (2, 280_000, 180_000)}
    assert products(builders.member(market.gl1)) == {"A": (6, 890_000, 790_000), "B": (1, 50_000, 50_000)}
    assert products(builders.member(market.gl1, market.gl2))["C"] == (2, 280_000, 180_000)
    assert products(builders.administrator(), province="96") == {"X": (1, 500_000, 500_000)}
    assert browser_of(builders.official()).get("/products/", {"province": "96"}).status_code == 403


@pytest.mark.usefixtures("market")
def test_compared_with_the_days_before() -> None:
    query = {"from": "2025-05-20", "to": "2025-05-25"}
    rows = {row.product.code: row for row, _ in context_of(builders.official(), "/en/products/", **query)["rows"]}
    assert (rows["A"].now.value.placed, rows["A"].before.value.placed) == (800_000, 90_000)
    assert (rows["C"].now.value.placed, rows["C"].before.value.placed) == (100_000, 180_000)
    shown = browser_of(builders.official()).get("/en/products/", query).content.decode()
    # Of the 14th, the first of the days before, no file tells.
    assert ("not comparable" in shown, "+677.8%" in shown) == (True, False)
    assert "no earlier figure" in shown  # B


@pytest.mark.usefixtures("market")
def test_products_found_and_sorted() -> None:
    official = builders.official()
    assert list(products(official, sort="name")) == ["A", "B", "C"]
    assert list(products(official, sort="-name")) == ["C", "B", "A"]
    assert list(products(official, sort="-star")) == ["A", "C", "B"]
    assert list(products(official, sort="orders")) == ["B", "C", "A"]
    assert list(products(official, q="gl2")) == ["C"]
    assert list(products(official, q="SAN PHAM a")) == ["A"]
    assert list(products(official, star="4")) == ["A"]
    assert list(products(official, star="none")) == ["B"]
    assert list(products(official, group="1")) == ["A", "C", "B"]
    assert list(products(official, group="2")) == []
    assert list(products(official, sort="nonsense", page="99")) == ["A", "C", "B"]


def test_a_lapsed_star_is_never_shown_as_valid(market: Market) -> None:
    today = timezone.localdate()
    StarRating.objects.all().delete()
    builders.rate(market.a, 4, since=today - timedelta(days=900), until=today + timedelta(days=30))
    builders.rate(market.b, 5, since=today - timedelta(days=900), until=today - timedelta(days=1))
    revoked = builders.rate(market.c, 3, since=today - timedelta(days=900), until=today + timedelta(days=300))
    StarRating.objects.filter(pk=revoked.pk).update(revoked_on=today)
    official = builders.official()
    rows = {row.product.code: row.star for row, _ in context_of(official, "/en/products/", **DAYS)["rows"]}
    assert {code: (star.stars, star.state, star.in_force) for code, star in rows.items()} == {
        "A": (4, "expiring", True),
        "B": (5, "expired", False),
        "C": (3, "revoked", False),
    }
    assert list(products(official, star="5")) == []
    assert list(products(official, star="expiring")) == ["A"]
    assert list(products(official, star="lapsed")) == ["C", "B"]
    page = browser_of(official).get("/en/products/B/", DAYS).content.decode()
    assert "Expired" in page
    assert 'class="stars lapsed"' in page
    starred = {row.name.code: (row.products, row.starred) for row, _ in context_of(official, "/en/producers/", **DAYS)["rows"] if row.name}
    assert starred == {"GL1": (2, 1), "GL2": (1, 0)}


def test_star_of_a_day(market: Market) -> None:
    StarRating.objects.all().delete()
    builders.rate(market.a, 3, since=date(2020, 1, 1), until=date(2022, 12, 31), number="1")
    again = builders.rate(market.a, 4, since=date(2023, 1, 1), until=date(2025, 12, 31), number="2")
    ratings = list(StarRating.objects.select_related("decision"))
    assert star_on(ratings, date(2019, 12, 31)) is None
    assert star_on([], date(2024, 1, 1)) is None
    # A re-assessment that follows without a gap carries on.
    assert star_on(ratings, date(2022, 12, 1)) == Star(3, "valid", date(2025, 12, 31), "1")
    assert star_on(ratings, date(2025, 7, 3)) == Star(4, "valid", date(2025, 12, 31), "2")
    assert star_on(ratings, date(2025, 7, 4)) == Star(4, "expiring", date(2025, 12, 31), "2")
    assert star_on(ratings, date(2026, 1, 1)) == Star(4, "expired", date(2025, 12, 31), "2")
    again.revoked_on = date(2024, 6, 1)
    again.save()
    ratings = list(StarRating.objects.select_related("decision"))
    assert star_on(ratings, date(2024, 5, 31)) == Star(4, "expiring", date(2024, 5, 31), "2")
    assert star_on(ratings, date(2024, 6, 1)) == Star(4, "revoked", date(2024, 5, 31), "2")


def test_producers_and_communes_add_up_to_all(market: Market) -> None:
    official = builders.official()
    assert list(ranked(official, "/en/producers/").items()) == [
        ("HTX GL1", (6, 940_000, 840_000)),
        ("HTX GL2", (2, 280_000, 180_000)),
        ("none", (1, 30_000, 30_000)),
    ]
    first, second = builders.commune(nth=0).name, builders.commune(nth=1).name
    assert list(ranked(official, "/en/communes/").items()) == [
        (first, (6, 940_000, 840_000)),
        (second, (2, 280_000, 180_000)),
        ("none", (1, 30_000, 30_000)),
    ]
    for address in ("/en/producers/", "/en/communes/"):
        context = context_of(official, address, **DAYS)
        assert sum(row.now.value.placed for row, _ in context["rows"]) == context["answer"].rows.total.value.placed == 1_250_000
        assert context["answer"].rows.total.orders.placed == 8
    assert list(ranked(official, "/en/producers/", sort="name")) == ["HTX GL1", "HTX GL2", "none"]
    assert list(ranked(official, "/en/producers/", sort="-name")) == ["HTX GL2", "HTX GL1", "none"]
    assert list(ranked(official, "/en/producers/", q="gl2")) == ["HTX GL2"]
    assert ranked(builders.official(province=builders.CA_MAU), "/en/producers/") == {"HTX CM1": (1, 500_000, 500_000)}
    assert ranked(builders.official(commune=builders.commune(nth=1)), "/en/communes/") == {second: (2, 280_000, 180_000)}
    for address in ("/producers/", "/communes/", "/hosts/"):
        assert browser_of(builders.member(market.gl1)).get(address).status_code == 403


def test_a_producer_that_moved_counts_where_it_sat(market: Market) -> None:
    ProducerSeat.objects.create(producer=market.gl2, since=date(2025, 5, 19), commune=builders.commune(builders.CA_MAU))
    fold()
    # The order of 15 May stays in Gia Lai, that of 20 May goes to Cà Mau.
    assert ranked(builders.official(), "/en/producers/")["HTX GL2"] == (1, 180_000, 180_000)
    assert ranked(builders.official(province=builders.CA_MAU), "/en/producers/")["HTX GL2"] == (1, 100_000, 0)
    assert products(builders.official())["C"] == (1, 180_000, 180_000)
    # Without a sale it is where it sits today alone.
    august = {"from": "2025-08-01", "to": "2025-08-31"}
    assert list(ranked(builders.official(), "/en/producers/", **august)) == ["HTX GL1"]
    assert set(ranked(builders.official(province=builders.CA_MAU), "/en/producers/", **august)) == {"HTX CM1", "HTX GL2"}


def test_hosts(market: Market) -> None:
    builders.session("L2", at("2025-05-30 20:00"), hosted_by=builders.host("H2"))
    off = [builders.session(f"L{number}", at("2025-05-12 20:00"), hosted_by=builders.host(f"H{number}"), aired=False) for number in (3, 4)]
    Session.objects.filter(pk__in=[session.pk for session in off]).update(cancelled_at=timezone.now(), cancelled_reason="x")
    rows = [row for row, *_ in context_of(builders.official(), "/en/hosts/", **DAYS)["rows"]]
    assert [(row.host.code, row.sessions, row.live.orders.placed, row.live.value.net, row.after.value.placed) for row in rows] == [
        ("H1", 1, 3, 280_000, 500_000),
        ("H2", 1, 0, 0, 0),
    ]
    june = [row for row, *_ in context_of(builders.official(), "/en/hosts/", **{"from": "2025-06-01", "to": "2025-06-30"})["rows"]]
    # What it sold in the days before is what June is compared with.
    assert [(row.host.code, row.live.lines, row.live_before.value.placed) for row in june] == [("H1", 0, 480_000)]
    assert market.session.host is not None


@pytest.mark.usefixtures("market")
def test_every_figure_opens_the_lines_it_consists_of() -> None:
    client = browser_of(builders.official())
    for address in ("/products/", "/producers/", "/communes/"):
        context = client.get(address, DAYS).context
        for row, lines in context["rows"]:
            totals = client.get(lines).context["page"].totals
            assert (totals.value, totals.units, totals.orders) == (row.now.value, row.now.units, row.now.orders), lines
        assert client.get(context["all_url"]).context["page"].totals.value.placed == 1_250_000
    for row, live, after in client.get("/hosts/", DAYS).context["rows"]:
        assert client.get(live).context["page"].totals == row.live
        assert client.get(after).context["page"].totals == row.after
    for address in ("/products/A/", "/producers/GL1/"):
        context = client.get(address, DAYS).context
        for _words, found, lines in context["buckets"]:
            assert client.get(lines).context["page"].totals == found, lines
        for row, live, after in context["appearances"]:
            assert client.get(live).context["page"].totals.value == row.live.value
            assert client.get(after).context["page"].totals.value == row.after.value
        for _day, net, _before, lines in context["days"]:
            assert client.get(lines).context["page"].totals.value.net == (net or 0)
        for tile in context["tiles"]:
            totals = client.get(tile.href).context["page"].totals
            found = {"orders": totals.orders.placed, "units": totals.units.placed}
            found |= {state: getattr(totals.value, state) for state in ("placed", "net", "delivered")}
            assert found[tile.key] == tile.now, tile.href


@pytest.mark.usefixtures("market")
def test_a_product() -> None:
    context = context_of(builders.official(), "/en/products/A/", **DAYS)
    page = context["product"]
    assert {bucket: found.value.placed for bucket, found in page.by_bucket.items()} == {2: 300_000, 3: 300_000, 4: 200_000, 6: 90_000}
    assert [(row.session.code, row.minutes, row.live.value.placed, row.after.value.placed) for row in page.appearances] == [
        ("L1", 10, 300_000, 500_000)
    ]
    assert {day: net for day, net, _before in page.days if net} == {
        date(2025, 5, 19): 90_000,
        date(2025, 5, 20): 200_000,
        date(2025, 5, 21): 300_000,
        date(2025, 5, 22): 100_000,
        date(2025, 5, 25): 100_000,
    }
    assert len(page.days) == 31
    # The shops' files tell from 15 May to the 27th, as they are of the 28th: beside that nothing is known, within it nothing was sold.
    nets = {day: net for day, net, _before in page.days}
    assert [nets[date(2025, 5, day)] for day in (1, 14, 15, 27, 28, 31)] == [None, None, 0, 0, None, None]
    assert (page.star.stars, page.star.state, page.star.decision) == (4, "valid", "01/QĐ-UBND")
    assert [(fact.unit, fact.grams) for fact in page.facts] == [("gói", 500)]
    assert page.prices == ((builders.LONG_AGO, 100_000),)


def test_details_are_seen_by_whom_they_concern(market: Market) -> None:
    asked = ("/products/A/", "/products/A/chart.svg", "/producers/GL1/", "/producers/GL1/chart.svg")
    for user, status in (
        (builders.official(), 200),
        (builders.administrator(), 200),
        (builders.member(market.gl1), 200),
        (builders.official(commune=builders.commune()), 200),
        (builders.official(commune=builders.commune(nth=1)), 404),
        (builders.official(province=builders.CA_MAU), 404),
        (builders.member(market.gl2), 404),
        (builders.user(), 403),
    ):
        assert [browser_of(user).get(address, DAYS).status_code for address in asked] == [status] * 4
    assert browser_of(builders.official()).get("/products/NO/").status_code == 404
    assert browser_of(builders.official()).get("/producers/NO/").status_code == 404


@pytest.mark.usefixtures("market")
def test_exports_are_the_pages() -> None:
    client = browser_of(builders.official())
    for address, heads, expected in (
        ("/en/products/", ("Code", "Orders", "Placed value (VND)"), [("A", 6, 890_000), ("C", 2, 280_000), ("B", 1, 50_000)]),
        (
            "/en/producers/",
            ("Producer", "Orders", "Net value (VND)"),
            [("HTX GL1", 6, 840_000), ("HTX GL2", 2, 180_000), ("Unmapped", 1, 30_000)],
        ),
        ("/en/communes/", ("Producers", "Orders", "Net value (VND)"), [(1, 6, 840_000), (1, 2, 180_000), (0, 1, 30_000)]),
        ("/en/hosts/", ("Code", "Orders", "Placed in 30 days after (VND)"), [("H1", 3, 500_000)]),
    ):
        answer = client.get(client.get(address, DAYS).context["export"])
        rows: list[list[Any]] = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
        places = [rows[0].index(head) for head in heads]
        assert [tuple(row[place] for place in places) for row in rows[1:]] == expected
        assert answer["Content-Disposition"].startswith('attachment; filename="')


@pytest.mark.usefixtures("market")
def test_days_that_make_no_period_are_said() -> None:
    client = browser_of(builders.official())
    for query, words in (
        ({"from": "2025-06-02", "to": "2025-06-01"}, "The last day is before the first one."),
        ({"from": "1999-01-01", "to": "1999-02-01"}, "There are no figures of days that early."),
        ({"from": "2999-01-01"}, "The first day is still to come."),
        ({"from": "2015-01-01", "to": "2025-01-01"}, "The days are too many: at most three years."),
        ({"from": "soon"}, "These days cannot be read."),
        ({"period": "fortnight"}, "These days cannot be read."),
    ):
        for address in LISTS:
            page = client.get(f"/en{address}", query)
            assert page.status_code == 200
            assert words in page.content.decode(), (address, query)
            assert "Enter a valid date" not in page.content.decode()


def test_where_no_file_reaches_it_is_not_zero(market: Market) -> None:
    client = browser_of(builders.official())
    june = {"from": "2025-06-01", "to": "2025-06-30"}
    for address in ("/products/", "/producers/", "/communes/"):
        page = client.get(f"/en{address}", june).content.decode()
        assert "No order file reaches into these days yet" in page
        assert "not known yet" in page
        assert "0 ₫" not in page.replace("\N{NO-BREAK SPACE}", " ")
    order(market.shop, "late", at("2025-06-10 10:00"), Line(market.a, 1, 70_000))
    fold()
    forget_readings()
    page = client.get("/en/products/", june).content.decode()
    assert "No order file reaches" not in page
    assert "70,000" in page


def test_the_same_queries_at_one_and_three_rows(market: Market) -> None:
    official = builders.official(province="01")
    for count in range(1, 4):
        maker = builders.producer(f"HN{count}", province="01", nth_commune=count)
        made = builders.product(f"N{count}", maker, stars=3, price=1_000)
        where = builders.shop(f"NS{count}", maker, province="01", sells=[made])
        session = builders.session(
            f"NL{count}", at("2025-05-02 20:00"), products=[made], shops=[where], province="01", hosted_by=builders.host(f"NH{count}")
        )
        order(where, f"n{count}", at("2025-05-02 20:10"), Line(made, 1, 10_000))
        fold()
        if count == 1:
            first = {address: len(queries_of(official, address, DAYS)) for address in LISTS}
    forget_readings()
    assert [len(context_of(official, address, **DAYS)["rows"]) for address in LISTS] == [3, 3, 3, 3]
    assert {address: len(queries_of(official, address, DAYS)) for address in LISTS} == first
    assert session.code == "NL3"


def test_the_same_queries_for_a_product_in_one_and_three_livestreams(market: Market) -> None:
    official = builders.official()
    first = {address: len(queries_of(official, address, DAYS)) for address in ("/products/A/", "/producers/GL1/")}
    for number in (2, 3):
        builders.session(f"L{number}", at(f"2025-05-0{number} 20:00"), products=[market.a], shops=[market.shop])
    builders.product("A2", market.gl1, stars=3)
    builders.product("A3", market.gl1, stars=3)
    fold()
    forget_readings()
    assert len(context_of(official, "/en/products/A/", **DAYS)["appearances"]) == 3
    assert {address: len(queries_of(official, address, DAYS)) for address in first} == first


def test_a_slot_that_was_skipped_or_called_off_showed_nothing(market: Market) -> None:
    off = builders.session("L2", at("2025-05-02 20:00"), products=[market.a, market.b], aired=False)
    Session.objects.filter(pk=off.pk).update(cancelled_at=timezone.now(), cancelled_reason="x")
    skipped = builders.session("L3", at("2025-05-03 20:00"), products=[market.a, market.b])
    Slot.objects.filter(session=skipped, product=market.a).update(outcome=Slot.Outcome.SKIPPED)
    pages = {address: context_of(builders.official(), f"/en/products/{address}/")["appearances"] for address in ("A", "B")}
    found = {address: [(row.session.code, row.minutes) for row, *_ in rows] for address, rows in pages.items()}
    assert found == {"A": [("L1", 10)], "B": [("L1", 0), ("L3", 5)]}


@pytest.mark.usefixtures("market")
def test_what_is_no_code_reaches_no_database() -> None:
    client = browser_of(builders.administrator())
    for address in ("/products/", "/sessions/", "/claims/", "/order-lines/"):
        assert client.get(address, {"province": "\x00"}).status_code == 404
    for address in ("/products/%00/", "/producers/%00/", "/sessions/%00/", "/sessions/%00/chart.svg"):
        assert client.get(address).status_code == 404
    assert client.get("/order-lines/", {"producer": "\x00"}).status_code == 200
