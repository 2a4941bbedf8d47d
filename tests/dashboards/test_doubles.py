"""Two entries that are one product are one on every board: counted once, listed once, with everything that was sold."""

from __future__ import annotations

from datetime import date

import pytest

from dashboards.boards.registry_counts import registry_counts
from orders.doubles.services import merge_double
from tests import builders
from tests.builders import GIA_LAI
from tests.dashboards.market import DAYS, context_of, forget_readings, make_market
from tests.order_builders import fold

pytestmark = pytest.mark.django_db


def test_a_double_is_on_no_board() -> None:
    market = make_market()
    # One decision for both: the double keeps its rating, as history.
    builders.rate(market.a, 4, number="7/QĐ", since=date(2025, 1, 1))
    builders.rate(market.b, 3, number="7/QĐ", since=date(2025, 1, 1))
    official, member = builders.official(), builders.member(market.gl1)

    def shown() -> tuple[int, list[str], list[int], list[str], list[str]]:
        forget_readings()
        products = context_of(official, "/en/products/", **DAYS)["page"]
        producers = context_of(official, "/en/producers/", **DAYS)["page"]
        page = context_of(official, f"/en/producers/{market.gl1.code}/", **DAYS)["producer"]
        own = context_of(member, "/en/my/", **DAYS)["page"]
        return (
            registry_counts(GIA_LAI, date(2025, 5, 21)).total.products,
            sorted(row.product.code for row in products),
            [row.products for row in producers if row.name and row.name.code == market.gl1.code],
            [made.product.code for made in page.products],
            [row.made.product.code for row in own.products],
        )

    assert shown() == (3, ["A", "B", "C"], [2], ["A", "B"], ["A", "B"])
    merge_double(kept=market.a, double=market.b, ground="Nhập hai lần", by=builders.official(builders.AGRICULTURE))
    # Until the next fold its sales are still its own, and no list may lack them.
    assert shown() == (2, ["A", "B", "C"], [1], ["A", "B"], ["A", "B"])
    fold()
    assert shown() == (2, ["A", "C"], [1], ["A"], ["A"])
    own = context_of(member, "/en/my/", **DAYS)["page"]
    assert [row.made.now.value.placed for row in own.products] == [940_000]
