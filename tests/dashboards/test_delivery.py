"""Shipping partners by delivery time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catalog.models import Product
from dashboards.delivery.board import PartnerRow, Times
from orders.models import Order, OrderLine, Shop
from tests import builders
from tests.builders import CA_MAU, at
from tests.dashboards.market import browser_of, context_of, forget_readings, queries_of
from tests.order_builders import Line, fold, order

pytestmark = pytest.mark.django_db
MAY = {"from": "2025-05-01", "to": "2025-05-31"}


@pytest.fixture
def _trade() -> None:
    """FAST delivers eleven orders in 1, 2, … 11 days, a day of them in the shop; two come back. SLOW has nine; of one nobody knows."""
    maker = builders.producer("GL1")
    coffee = builders.product("A", maker)
    shop = builders.shop("S", maker, sells=[coffee])
    for number in range(1, 22):
        back = 1 if number in {3, 4} else 0
        line = Line(coffee, 1, delivered=1, returned=back)
        made = order(shop, f"N{number}", at("2025-05-05 08:00"), line, exported_at=at("2025-06-05 08:00"))
        partner = "FAST" if number <= 11 else "SLOW  Express" if number <= 20 else ""
        Order.objects.filter(pk=made.pk).update(shipping_provider=partner)
        arrived = made.placed_at + timedelta(days=number)
        OrderLine.objects.filter(order=made).update(shipped_at=made.placed_at + timedelta(days=1), delivered_at=arrived)
    order(shop, "ROAD", at("2025-05-06 08:00"), Line(coffee, 1))
    fold()


@pytest.mark.usefixtures("_trade")
def test_medians_and_nine_in_ten_where_there_are_enough() -> None:
    rows = [row for row, _lines in context_of(builders.official(), "/en/delivery/", **MAY)["rows"]]
    assert [row.now for row in rows] == [
        PartnerRow("FAST", 11, 900_000, 11, 2, Times(11, 6.0, 10.0), Times(11, 5.0, 9.0)),
        PartnerRow("SLOW Express", 9, 900_000, 9, 0, Times(9, None, None), Times(9, None, None)),
        PartnerRow("", 2, 200_000, 1, 0, Times(1, None, None), Times(1, None, None)),
    ]
    assert [row.now.says_returns for row in rows] == [True, False, False]
    assert [row.before for row in rows] == [None, None, None]


@pytest.mark.usefixtures("_trade")
def test_what_is_still_on_its_way_counts_as_longest() -> None:
    official = builders.official()
    coffee, shop = Product.objects.get(code="A"), Shop.objects.get(code="S")

    def fast(*, on_their_way: range) -> list[Times]:
        for number in on_their_way:
            made = order(shop, f"W{number}", at("2025-05-07 08:00"), Line(coffee, 1))
            Order.objects.filter(pk=made.pk).update(shipping_provider="FAST")
            OrderLine.objects.filter(order=made).update(shipped_at=made.placed_at if number else None)
        fold()
        forget_readings()
        row = next(row.now for row, _lines in context_of(official, "/en/delivery/", **MAY)["rows"] if row.partner == "FAST")
        return [row.placed_to_delivered, row.shipped_to_delivered]

    # One of the two was not shipped yet.
    assert fast(on_their_way=range(2)) == [Times(11, 7.0, None), Times(11, 5.5, 9.9)]
    # Twelve of 23: less than half has arrived.
    assert fast(on_their_way=range(2, 12)) == [Times(11, None, None), Times(11, None, None)]


@pytest.mark.usefixtures("_trade")
def test_where_no_file_reaches_it_is_not_zero() -> None:
    client = browser_of(builders.official())
    days = client.get("/en/delivery/", {"from": "2025-06-06", "to": "2025-07-20"})
    assert [row.orders_before for row, _lines in days.context["rows"]] == [11, 9, 2]
    assert days.content.decode().count("not known yet") == 3
    lines = b"".join(client.get(days.context["export_csv"])).decode("utf-8-sig").splitlines()  # type: ignore[call-overload]
    assert lines[1:] == ["FAST,,11,,,,,6.0,,,,,", "SLOW Express,,9" + "," * 10, "not told,,2" + "," * 10]


@pytest.mark.usefixtures("_trade")
def test_beside_the_days_before() -> None:
    official = builders.official()
    june = {"from": "2025-06-01", "to": "2025-06-30"}
    rows = [row for row, _lines in context_of(official, "/en/delivery/", **june)["rows"]]
    assert [(row.partner, row.now.orders, row.orders_before, row.days_before) for row in rows] == [
        ("FAST", 0, 11, 6.0),
        ("SLOW Express", 0, 9, None),
        ("", 0, 2, None),
    ]
    assert [row.partner for row, _lines in context_of(official, "/en/delivery/", **MAY, sort="name")["rows"]] == [
        "FAST",
        "SLOW Express",
        "",
    ]
    assert [row.partner for row, _lines in context_of(official, "/en/delivery/", **MAY, q="slow")["rows"]] == ["SLOW Express"]


@pytest.mark.usefixtures("_trade")
def test_every_partner_opens_its_lines() -> None:
    client = browser_of(builders.official())
    for row, lines in client.get("/en/delivery/", MAY).context["rows"]:
        totals = client.get(lines).context["page"].totals
        assert (totals.orders.placed, totals.value.net) == (row.now.orders, row.now.net), lines
    assert client.get("/en/order-lines/", MAY | {"partner": "FAS."}).context["page"].totals.lines == 0


@pytest.mark.usefixtures("_trade")
def test_who_sees_what_and_the_same_in_files() -> None:
    official = builders.official()
    assert context_of(builders.official(province=CA_MAU), "/en/delivery/", **MAY)["rows"] == []
    client = browser_of(official)
    context = client.get("/en/delivery/", MAY).context
    lines = b"".join(client.get(context["export_csv"])).decode("utf-8-sig").splitlines()  # type: ignore[call-overload]
    assert lines[1:] == [
        "FAST,11,0,900000,11,11,6.0,,10.0,11,5.0,9.0,2",
        "SLOW Express,9,0,900000,9,9,,,,9,,,",
        "not told,2,0,200000,1,1,,,,1,,,",
    ]
    assert client.get(context["export"]).status_code == 200
    drawn = client.get(context["chart"]["url"])
    assert (drawn.status_code, "SLOW Express" in drawn.content.decode()) == (200, True)
    assert client.get("/en/delivery/", {"from": "2025-05-31", "to": "2025-05-01"}).context["form"].errors


@pytest.mark.usefixtures("_trade")
def test_as_many_queries_for_three_partners_as_for_one() -> None:
    official = builders.official()
    three = queries_of(official, "/en/delivery/", MAY)
    Order.objects.update(shipping_provider="ONE")
    assert len(three) == len(queries_of(official, "/en/delivery/", MAY))
