"""What was sold below the lowest price that its producer accepts, and who is told."""

from __future__ import annotations

from datetime import date

import pytest

from catalog.models import FloorPrice
from dashboards.boards.below_floor import BelowFloor
from tests import builders
from tests.builders import at
from tests.dashboards.market import DAYS, browser_of, context_of
from tests.order_builders import Line, fold, order

pytestmark = pytest.mark.django_db


def test_the_producer_is_told_of_each_line_below_the_floor_of_its_day() -> None:
    maker = builders.producer("GL1")
    coffee = builders.product("A", maker, name="Cà phê")
    shop = builders.shop("S", maker, sells=[coffee])
    FloorPrice.objects.create(product=coffee, since=date(2025, 5, 10), price=100_000)
    FloorPrice.objects.create(product=coffee, since=date(2025, 5, 20), price=80_000)
    order(shop, "before", at("2025-05-09 10:00"), Line(coffee, 1, 10_000))  # no floor yet
    order(shop, "cheap", at("2025-05-10 10:00"), Line(coffee, 3, 299_999))
    order(shop, "just", at("2025-05-11 10:00"), Line(coffee, 3, 300_000))
    order(shop, "cancelled", at("2025-05-12 10:00"), Line(coffee, 1, 1_000, cancelled=1))
    order(shop, "lowered", at("2025-05-20 10:00"), Line(coffee, 1, 90_000))
    order(shop, "cheaper", at("2025-05-21 10:00"), Line(coffee, 2, 100_000, delivered=2))
    fold()
    member = builders.member(maker)
    below: BelowFloor = context_of(member, "/en/my/", **DAYS)["page"].below[0]
    assert (below.lines, below.units, below.short) == (2, 5, 1 + 60_000)
    assert [(line.number, line.units, line.price, line.floor) for line in below.newest] == [
        ("cheaper", 2, 50_000, 80_000),
        ("cheap", 3, 99_999, 100_000),
    ]
    assert context_of(member, "/en/products/A/", **DAYS)["product"].below == below
    page = browser_of(member).get("/en/my/", DAYS).content.decode()
    assert "2 order lines, 5 units: 60,001\u00a0₫ less than your lowest price." in page


def test_nobody_else_learns_the_lowest_price() -> None:
    maker = builders.producer("GL1")
    coffee = builders.product("A", maker)
    FloorPrice.objects.create(product=coffee, since=builders.LONG_AGO, price=100_000)
    order(builders.shop("S", maker, sells=[coffee]), "cheap", at("2025-05-10 10:00"), Line(coffee, 1, 50_000))
    fold()
    assert context_of(builders.official(), "/en/products/A/", **DAYS)["product"].below == BelowFloor()
