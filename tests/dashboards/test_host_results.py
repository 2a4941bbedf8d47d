"""What a host sold for each slot: the number by which plans are weighed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dashboards.boards.audience import Audience
from dashboards.boards.host_results import units_per_slot
from dashboards.boards.territory import Territory
from tests import builders, order_builders
from tests.order_builders import Line

pytestmark = pytest.mark.django_db


def test_units_on_air_for_each_slot_that_was_shown() -> None:
    maker = builders.producer("X")
    products = [builders.product(code, maker) for code in ("P", "Q")]
    a, b = builders.host("A"), builders.host("B")
    start = builders.at("2026-01-10 20:00")
    for host in (a, b):
        shop = builders.shop(f"S{host.code}", host, sells=products)
        builders.session(f"L{host.code}", start, products=products, hosted_by=host, shops=[shop])
        builders.session(f"N{host.code}", start + timedelta(days=30), products=products, hosted_by=host, shops=[shop], aired=False)
    on_air, after = start + timedelta(minutes=2), start + timedelta(hours=5)
    shop = a.shops.get()
    order_builders.order(shop, "1", on_air, Line(products[0], units=3), Line(products[1], units=2))
    order_builders.order(shop, "2", after, Line(products[0], units=50))
    order_builders.fold()
    here, elsewhere = (Audience(territory=Territory(code)) for code in (builders.GIA_LAI, builders.CA_MAU))
    year = (date(2025, 2, 1), date(2026, 2, 28))
    # Five units in two slots; B showed two and sold nothing; what was sold after the session counts for none of them.
    assert units_per_slot(here, *year) == {a.pk: 2.5, b.pk: 0}
    assert units_per_slot(elsewhere, *year) == {}
    assert units_per_slot(here, date(2026, 1, 11), date(2026, 1, 31)) == {}
