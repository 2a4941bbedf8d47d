"""The overview's rows, exact to the dong."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboards.boards.amounts import NOTHING, Measures, Orders, States
from dashboards.boards.overview import OverviewRows, Ranking, overview_rows
from dashboards.periods import Comparison, Period, Unit
from orders.models import Basis, Bucket, Mark, Order, Source
from tests import builders
from tests.builders import CA_MAU, GIA_LAI, at, commune
from tests.dashboards.trade import NOW, PERIOD, Trade
from tests.order_builders import Line, fold, order

pytestmark = pytest.mark.django_db


def rows(**more: Any) -> OverviewRows:
    return overview_rows(CA_MAU, PERIOD, at=NOW, **more)


def names(ranking: Ranking) -> list[tuple[str, int, int, int | None]]:
    """Code, net value now and before, orders."""
    return [
        (
            row.name.code if row.name else "",
            row.sold.now.value.net,
            row.sold.before.value.net,
            row.sold.now.orders and row.sold.now.orders.placed,
        )
        for row in ranking.top
    ]


def test_total_and_the_same_days_of_the_month_before(trade: Trade) -> None:
    total = rows().total
    assert total.now == Measures(
        lines=16,
        value=States(placed=735_000, cancelled=100_000, returned=50_000, handed_over=455_000),
        units=States(placed=20, cancelled=1, returned=1, handed_over=16),
        grams=States(placed=4_000, cancelled=500, returned=200, handed_over=2_800),
        orders=Orders(placed=15, net=14, delivered=12, open=3),
    )
    assert (total.now.value.net, total.now.value.delivered) == (585_000, 405_000)
    # b1 on the 3rd and b2 one minute before the 22nd; the order of 22 October lies between the two periods.
    assert total.before.value == States(placed=450_000, cancelled=50_000, handed_over=400_000)
    assert total.before.orders == Orders(placed=2, net=1, delivered=1, open=0)


def test_the_same_days_of_last_year_have_no_earlier_figure(trade: Trade) -> None:
    found = rows(comparison=Comparison.LAST_YEAR)
    assert (found.before.first, found.before.last) == (date(2024, 11, 1), date(2024, 11, 21))
    assert found.total.before == NOTHING


def test_by_day_what_is_not_told_yet_is_not_zero(trade: Trade) -> None:
    found = {row.day: row for row in rows().days}
    assert len(found) == 21
    assert {day.day: row.now.value.net for day, row in found.items() if not row.now.is_empty} == {
        5: 55_000,
        10: 250_000,
        11: 150_000,
        15: 30_000,
        20: 100_000,
    }
    assert {day.day: row.before.value.placed for day, row in found.items() if row.before and not row.before.is_empty} == {
        3: 400_000,
        21: 50_000,
    }
    # CRABSHOP's newest file is of the morning of the 21st: of the days before it those without orders are known to have none.
    assert [day.day for day, row in found.items() if not row.known] == [21]
    later = overview_rows(CA_MAU, Period(date(2025, 11, 20), date(2025, 11, 23)), at=NOW + timedelta(days=2))
    assert [row.known for row in later.days] == [True, False, False, False]


def test_a_period_before_that_is_shorter_has_days_without_a_counterpart(trade: Trade) -> None:
    for day in ("2025-02-01", "2025-03-31"):
        order(trade.mixed, day, at(f"{day} 09:00"), Line(trade.noni))
    found = overview_rows(CA_MAU, Period(date(2025, 3, 1), date(2025, 3, 31), Unit.MONTH), at=NOW)
    assert [row.day.day for row in found.days if row.before is None] == [29, 30, 31]


def test_buckets_sources_and_bases(trade: Trade) -> None:
    found = rows()
    assert {bucket: (sold.value.net, sold.orders and sold.orders.placed) for bucket, sold in found.buckets.items()} == {
        Bucket.LIVE: (250_000, 2),
        Bucket.AFTER_24H: (150_000, 1),
        Bucket.OTHER: (185_000, 12),
    }
    assert {source: orders.placed for source, orders in found.sources.items()} == {Source.FILE: 14, Source.TYPED: 1}
    assert {basis: orders.placed for basis, orders in found.bases.items()} == {Basis.ESTIMATED: 15}


def test_products_are_ranked_by_net_value_and_add_up_to_the_total(trade: Trade) -> None:
    products = rows().products
    assert names(products) == [
        ("CRAB", 300_000, 400_000, 3),
        ("NONI", 200_000, 0, 2),
        *((f"S{n:02d}", n * 1_000, 0, 1) for n in range(10, 2, -1)),
    ]
    assert (products.of, products.most) == (12, 300_000)
    assert (products.others.now.value.net, products.others.now.orders) == (3_000, None)
    assert products.none is not None
    assert (products.none.sold.now.value.net, products.none.sold.now.orders) == (30_000, Orders(placed=1, net=1, delivered=0, open=1))
    total = sum(row.sold.now.value.net for row in products.top) + products.others.now.value.net + products.none.sold.now.value.net
    assert total == rows().total.now.value.net


def test_producers_and_communes(trade: Trade) -> None:
    found = rows()
    assert names(found.producers) == [("CRABBERS", 300_000, 400_000, 3), ("NONICO", 255_000, 0, 12)]
    assert names(found.communes) == [(commune(CA_MAU, 0).pk, 300_000, 400_000, 3), (commune(CA_MAU, 1).pk, 255_000, 0, 12)]
    assert (found.producers.of, found.producers.others.now) == (2, Measures(orders=None))


def test_sessions_and_hosts_tell_live_from_after(trade: Trade) -> None:
    found = rows()
    (session,) = found.sessions.top
    assert (session.name.code, session.host and session.host.code, session.start) == ("LIVE", "KOL", at("2025-11-10 20:00"))
    assert (session.live.value, session.live.orders) == (
        States(placed=350_000, cancelled=100_000, handed_over=200_000),
        Orders(placed=2, net=1, delivered=1, open=1),
    )
    assert (session.after.value.net, session.after.orders) == (150_000, Orders(placed=1, net=1, delivered=1, open=0))
    (host,) = found.hosts.top
    assert (host.name.code, host.sessions, host.live, host.after) == ("KOL", 1, session.live, session.after)
    assert (found.sessions.of, found.sessions.most) == (1, 250_000)


def test_groups_and_stars(trade: Trade) -> None:
    found = rows()
    assert {code: (sold.now.value.net, sold.now.orders and sold.now.orders.placed) for code, sold in found.groups.items()} == {
        "1": (355_000, 13),
        "2": (200_000, 2),
        "": (30_000, 1),
    }
    assert {star: (sold.now.value.net, sold.now.orders and sold.now.orders.placed) for star, sold in found.stars.items()} == {
        4: (300_000, 3),
        3: (255_000, 12),
        None: (30_000, 1),
    }


def test_a_commune_sees_what_its_producers_sold(trade: Trade) -> None:
    found = rows(commune=commune(CA_MAU, 1).pk)
    assert found.total.now.value == States(placed=305_000, returned=50_000, handed_over=255_000)
    assert found.total.now.orders == Orders(placed=12, net=12, delivered=11, open=1)
    assert names(found.products)[:2] == [("NONI", 200_000, 0, 2), ("S10", 10_000, 0, 1)]
    assert names(found.producers) == [("NONICO", 255_000, 0, 12)]
    assert (found.products.none, found.claims) == (None, ())
    # The order n1 also holds a product of the other commune: of a group's or a star's orders there is no count here.
    assert {sold.now.orders for sold in (*found.groups.values(), *found.stars.values())} == {None}
    assert found.sessions.top[0].live.orders == Orders(placed=1, net=1, delivered=0, open=1)
    # Its producer's own shop QUIET, and MIXED, which sold its products.
    assert (found.freshness.shops, [shop.name.code for shop in found.freshness.silent]) == (2, ["QUIET"])


def test_nothing_of_another_province_is_in_it(trade: Trade) -> None:
    elsewhere = overview_rows(GIA_LAI, PERIOD, at=NOW)
    assert elsewhere.total.now.value.placed == 70_000
    # It has no shop, but a shop of Cà Mau sells its coffee.
    assert (elsewhere.freshness.shops, elsewhere.freshness.complete) == (1, 0)
    assert all(row.name is None or row.name.code != "COFFEE" for row in rows().products.top)


def test_products_by_group_and_star_today(trade: Trade) -> None:
    registry = rows().registry
    assert {group.group and group.group.code: (group.by_star, group.lapsed, group.never) for group in registry.groups} == {
        "1": ((0, 1, 10), 1, 0),
        "2": ((0, 0, 1), 0, 0),
        **dict.fromkeys("3456", ((0, 0, 0), 0, 0)),
    }
    assert (registry.total.starred, registry.total.products) == (12, 13)
    # Before it expired OLD had its star.
    before = overview_rows(CA_MAU, PERIOD, at=at("2025-10-31 23:59")).registry
    assert before.total.by_star == (0, 1, 12)
    assert rows(commune=commune(CA_MAU, 0).pk).registry.total.by_star == (0, 1, 0)


def test_a_product_without_a_set_and_a_revoked_star(trade: Trade) -> None:
    builders.product("PLAIN", trade.crabbers).facts.all().delete()
    trade.crab.ratings.update(revoked_on=date(2025, 11, 21), revoked_ground="47/QĐ-UBND")
    groups = rows().registry.groups
    assert [(group.group, group.never) for group in groups][-1] == (None, 1)
    assert (groups[0].by_star, groups[0].lapsed) == ((0, 0, 10), 2)


def test_freshness_and_completeness(trade: Trade) -> None:
    fresh = rows().freshness
    assert (fresh.shops, fresh.complete, fresh.complete_to) == (3, 1, date(2025, 11, 20))
    assert fresh.last_export == at("2025-11-21 06:00")
    assert [(shop.name.code, shop.last_export) for shop in fresh.silent] == [("QUIET", None)]
    assert (fresh.first_day, fresh.last_day, fresh.pending) == (date(2025, 10, 3), date(2025, 11, 20), 0)
    assert (fresh.stale, fresh.no_file_yet) == (True, False)
    for number in ("n1", "elsewhere"):
        Mark.objects.create(order=Order.objects.get(number=number), reason=Mark.Reason.FACT)
    Mark.objects.create(order=Order.objects.get(number="n1"), reason=Mark.Reason.FACT)
    assert rows().freshness.pending == 2  # orders, not marks
    assert overview_rows(GIA_LAI, PERIOD, at=NOW).freshness.pending == 0


def test_a_session_on_air_that_sends_nothing_is_behind(trade: Trade) -> None:
    session = builders.session("ONAIR", NOW - timedelta(minutes=20), minutes=60, shops=[trade.mixed], province=CA_MAU)
    assert [name.code for name in rows().freshness.behind] == ["ONAIR"]
    assert rows(commune=commune(CA_MAU, 0).pk).freshness.behind[0].code == "ONAIR"
    builders.session("BEGUN", NOW - timedelta(minutes=14), minutes=60, shops=[trade.mixed], province=CA_MAU)
    order(trade.mixed, "late", NOW - timedelta(minutes=10), Line(trade.crab))
    assert rows().freshness.behind == ()
    assert session.end > NOW


def test_a_session_that_began_late_is_on_air_for_its_planned_length(trade: Trade) -> None:
    """As the fold reads it: begun an hour after it was planned, and not ended."""
    session = builders.session("LATE", NOW - timedelta(minutes=80), minutes=60, shops=[trade.mixed], province=CA_MAU)
    session.actual_start, session.actual_end = NOW - timedelta(minutes=20), None
    session.save()
    assert [name.code for name in rows().freshness.behind] == ["LATE"]
    session.actual_start = NOW - timedelta(minutes=61)
    session.save()
    assert rows().freshness.behind == ()


def test_without_a_file_nothing_is_known(trade: Trade) -> None:
    assert rows().known
    assert not overview_rows("01", PERIOD, at=NOW).known
    assert not overview_rows(CA_MAU, Period(date(2025, 11, 22), date(2025, 11, 23)), at=NOW + timedelta(days=3)).known
    # A file reaches into these days, and none was sold: that is 0.
    empty = overview_rows(CA_MAU, Period(date(2025, 11, 1), date(2025, 11, 4)), at=NOW)
    assert (empty.known, empty.total.now) == (True, NOTHING)


def test_queries_do_not_grow_with_what_is_shown(trade: Trade) -> None:
    with CaptureQueriesContext(connection) as few:
        rows()
    for n in range(3):
        made = builders.product(f"MORE{n}", builders.producer(f"MORE{n}", province=CA_MAU, nth_commune=3 + n), stars=5)
        used = builders.shop(f"MORE{n}", made.producer, province=CA_MAU, sells=[made])
        builders.session(
            f"MORE{n}", at(f"2025-11-1{n} 08:00"), products=[made], shops=[used], hosted_by=builders.host(f"MORE{n}"), province=CA_MAU
        )
        order(used, f"more{n}", at(f"2025-11-1{n} 08:10"), Line(made, value=9_000_000))
    fold()
    with CaptureQueriesContext(connection) as many:
        found = rows()
    assert len(found.sessions.top) == 4
    assert found.products.top[0].name is not None
    assert found.products.top[0].name.code == "MORE0"
    assert len(many) == len(few) <= 16
