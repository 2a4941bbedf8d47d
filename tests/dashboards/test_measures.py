"""Measures: exact sums by any dimension, and distinct orders only where they can be added up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter

import pytest
from pytest_django import DjangoAssertNumQueries

from catalog.models import ProducerSeat, Product
from dashboards.boards.amounts import NOTHING, Measures, Orders, States
from dashboards.boards.measures import ABSENT, CountNotOfferedError, Filters, grain_of, measure, measure_each, measure_total
from livestreams.models import Session
from orders.attribution.models import Bucket
from orders.figures.models import Contribution, Grain
from orders.models import Shop, Source
from tests.builders import CA_MAU, GIA_LAI, at, commune, host, producer, product, rate, session, shop
from tests.order_builders import Line, fold, order

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Sold:
    coffee: Product
    salt: Product
    crab: Product
    live: Session
    shop: Shop


@pytest.fixture
def sold() -> Sold:
    """Two producers of Gia Lai and one of Cà Mau sell in one shop, around a session on 20 November 2026, 20–21 h."""
    highland, village = producer("HIGHLAND"), producer("VILLAGE", nth_commune=1)
    coffee = product("COFFEE", highland, stars=4, grams=500, set_code="1.01")
    salt = product("SALT", village, grams=200, set_code="1.02")
    rate(salt, 3, since=date(2026, 11, 20))
    crab = product("CRAB", producer("CRABBERS", province=CA_MAU), stars=5, grams=1000, set_code="1.02")
    kol = host("KOL")
    store = shop("STORE", kol, sells=(coffee, salt, crab))
    live = session("LIVE", at("2026-11-20 20:00"), products=(coffee, salt), hosted_by=kol, shops=(store,))
    # During the session: both products of Gia Lai and the one of Cà Mau in one order.
    order(
        store, "1", at("2026-11-20 20:10"), Line(coffee, 2, 300_000, delivered=2, returned=1), Line(salt, 1, 50_000), Line(crab, 1, 400_000)
    )
    order(store, "2", at("2026-11-20 20:20"), Line(coffee, 1, 150_000, cancelled=1))
    # Ten hours after it, and the day before it.
    order(store, "3", at("2026-11-21 07:00"), Line(salt, 3, 120_000, delivered=3), source=Source.TYPED)
    order(store, "4", at("2026-11-19 09:00"), Line(salt, 1, 50_000), Line(None, 4, 80_000))
    fold()
    return Sold(coffee, salt, crab, live, store)


HERE = Filters(province=GIA_LAI)


def test_total_of_a_province(sold: Sold) -> None:
    assert measure_total(HERE) == Measures(
        lines=6,
        value=States(placed=750_000, cancelled=150_000, returned=150_000, handed_over=420_000),
        units=States(placed=12, cancelled=1, returned=1, handed_over=5),
        grams=States(placed=2_500, cancelled=500, returned=500, handed_over=1_600),
        orders=Orders(placed=4, net=3, delivered=2, open=2),
    )
    total = measure_total(HERE)
    assert (total.value.net, total.value.delivered, total.units.net, total.grams.delivered) == (450_000, 270_000, 10, 1_100)
    assert measure_total(Filters(province=CA_MAU)).orders == Orders(placed=1, net=1, delivered=0, open=1)
    assert measure_total(Filters(province=GIA_LAI, first=date(2026, 11, 22))) == NOTHING
    assert NOTHING.is_empty
    assert not total.is_empty


def test_by_product_orders_are_those_with_the_product(sold: Sold) -> None:
    found = measure(("product",), HERE)
    assert {key[0]: (m.value.placed, m.orders and m.orders.placed) for key, m in found.items()} == {
        sold.coffee.pk: (450_000, 2),
        sold.salt.pk: (220_000, 3),
        None: (80_000, 1),
    }


def test_by_day_and_bucket(sold: Sold) -> None:
    found = measure(("day", "bucket"), HERE)
    assert {key: (m.value.net, m.orders) for key, m in found.items()} == {
        (date(2026, 11, 19), Bucket.OTHER): (130_000, Orders(1, 1, 0, 1)),
        (date(2026, 11, 20), Bucket.LIVE): (200_000, Orders(2, 1, 1, 1)),
        (date(2026, 11, 21), Bucket.AFTER_24H): (120_000, Orders(1, 1, 1, 0)),
    }
    assert sum((m for m in found.values()), NOTHING) == measure_total(HERE)


def test_by_session_and_host_and_without_one(sold: Sold) -> None:
    assert sold.live.host is not None
    assert {key: m.orders and m.orders.placed for key, m in measure(("session", "host"), HERE).items()} == {
        (sold.live.pk, sold.live.host.pk): 3,
        (None, None): 1,
    }
    assert measure_total(HERE & {"session": sold.live.pk}).value.placed == 620_000
    assert measure_total(HERE & {"session": ABSENT}).value.placed == 130_000
    after = (Bucket.AFTER_24H, Bucket.AFTER_7D, Bucket.AFTER_30D)
    assert measure_total(HERE & {"session": (sold.live.pk,), "bucket": after}).value.placed == 120_000


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("star", {4: (450_000, 2), 3: (170_000, 2), None: (130_000, 1)}),
        ("source", {Source.FILE: (630_000, 3), Source.TYPED: (120_000, 1)}),
    ],
)
def test_star_of_the_day_and_source(sold: Sold, by: str, expected: dict[int | None, tuple[int, int]]) -> None:
    """The salt got its star on the 20th, so its order of the 19th has none; that order's unmapped line has none either."""
    assert {key[0]: (m.value.placed, m.orders and m.orders.placed) for key, m in measure((by,), HERE).items()} == expected


def test_by_group_and_commune(sold: Sold) -> None:
    assert {m.value.placed for m in measure(("group",), HERE).values()} == {670_000, 80_000}
    assert {key[0]: m.orders and m.orders.placed for key, m in measure(("commune",), HERE).items()} == {
        commune(nth=0).pk: 2,
        commune(nth=1).pk: 3,
        None: 1,
    }
    with_set = measure(("set",), HERE, orders="if offered")
    assert sorted(m.value.placed for m in with_set.values()) == [80_000, 220_000, 450_000]
    assert {m.orders for m in with_set.values()} == {None}


def test_a_product_within_its_producer_its_star_and_its_commune(sold: Sold) -> None:
    by_product = measure(("product",), HERE & {"producer": sold.salt.producer_id})
    assert {key[0]: m.orders for key, m in by_product.items()} == {sold.salt.pk: Orders(3, 3, 1, 2)}
    starred = measure(("product",), HERE & {"star": 3})
    assert {key[0]: (m.value.placed, m.orders) for key, m in starred.items()} == {sold.salt.pk: (170_000, Orders(2, 2, 1, 1))}
    here = measure(("producer",), HERE & {"commune": commune(nth=1).pk})
    assert {key[0]: m.orders and m.orders.placed for key, m in here.items()} == {sold.salt.producer_id: 3}


def test_a_commune_counts_what_its_producers_sold_while_they_sat_there(sold: Sold) -> None:
    ProducerSeat.objects.create(producer=sold.salt.producer, since=date(2026, 11, 21), commune=commune(nth=2))
    order(sold.shop, "5", at("2026-11-21 09:00"), Line(sold.salt, 1, 10_000))
    order(sold.shop, "3", at("2026-11-21 07:00"), Line(sold.salt, 3, 120_000, delivered=3), exported_at=at("2026-11-22 07:00"))
    fold()
    for nth, value, orders in ((1, 100_000, 2), (2, 130_000, 2)):
        found = measure(("product",), HERE & {"commune": commune(nth=nth).pk})
        assert {key[0]: (m.value.placed, m.orders and m.orders.placed) for key, m in found.items()} == {sold.salt.pk: (value, orders)}


@pytest.mark.parametrize(
    ("by", "where", "grain"),
    [
        ((), HERE, Grain.ALL),
        (("day", "shop", "session", "bucket", "basis", "source", "host", "platform"), HERE, Grain.ALL),
        (("province",), Filters(), Grain.ALL),
        (("product",), Filters(producer=1), Grain.PRODUCT),
        (("day",), Filters(product=1), Grain.PRODUCT),
        (("product",), HERE & {"star": 3, "group": 2, "commune": "23527"}, Grain.PRODUCT),
        (("producer",), HERE & {"commune": "23527"}, Grain.PRODUCER),
        (("day",), Filters(commune="23527"), Grain.COMMUNE),
        (("star",), HERE, Grain.STAR),
        (("group",), HERE, Grain.GROUP),
    ],
)
def test_the_grain_follows_from_dimensions_and_filters(by: tuple[str, ...], where: Filters, grain: Grain) -> None:
    assert grain_of(by, where) is grain


@pytest.mark.parametrize(
    ("by", "where"),
    [
        ((), Filters()),  # an order of two provinces would be counted twice
        (("star",), Filters()),
        (("star", "group"), HERE),
        (("commune",), HERE & {"star": 3}),
        (("producer",), HERE & {"star": 3}),
        (("product", "star"), HERE),
        (("product", "producer"), HERE),
        (("slot",), HERE),
        ((), HERE & {"slot": 1}),
        (("set",), HERE),
    ],
)
def test_counts_that_no_grain_holds_are_refused_and_values_are_not(by: tuple[str, ...], where: Filters) -> None:
    with pytest.raises(CountNotOfferedError):
        measure(by, where)
    for orders in ("if offered", "no"):
        assert all(m.orders is None for m in measure(by, where, orders=orders).values())


@pytest.mark.parametrize(
    "where",
    [
        HERE,
        HERE & {"bucket": (Bucket.LIVE, Bucket.AFTER_24H), "session": (1, 2)},
        HERE & {"session": ABSENT},
        HERE & {"platform": "tiktok"},
        HERE & {"commune": "here"},
        HERE & {"star": 3},
        HERE & {"host": ABSENT},
        Filters(producer=(1, 2)),
        Filters(producer=()),
    ],
)
def test_read_together_sums_are_those_of_the_lines(sold: Sold, where: Filters) -> None:
    """Many dimensions over periods that overlap, in one go: as each by itself, and as added up from the lines."""
    where = replace(
        where,
        commune=commune(nth=1).pk if where.commune else None,
        session=(sold.live.pk, 0) if isinstance(where.session, tuple) else where.session,
        producer=(sold.salt.producer_id, sold.coffee.producer_id) if where.producer else where.producer,
    )
    spans = ((date(2026, 11, 20), date(2026, 11, 21)), (date(2026, 11, 19), date(2026, 11, 20)), (date(2025, 1, 1), date(2025, 1, 2)))
    periods = [replace(where, first=first, last=last) for first, last in spans]
    sets = ((), ("product",), ("day",), ("session", "bucket"), ("host",), ("platform", "day"), ("group",), ("star",), ("producer", "day"))
    together = measure_each(sets, periods, orders="if offered")
    compared = 0
    for by in sets:
        for period, found in zip(periods, together[by], strict=True):
            assert found == measure(by, period, orders="if offered")
            lines: dict[tuple[object, ...], list[Contribution]] = {}
            for line in Contribution.objects.filter(**period.lookups(of="contributions")).select_related("shop", "session"):
                lines.setdefault(tuple(_OF_LINE.get(name, _own_column(name))(line) for name in by), []).append(line)
            assert {key: (m.lines, m.value.placed, m.grams.returned) for key, m in found.items()} == {
                key: (len(those), sum(line.placed_value for line in those), sum(line.returned_grams for line in those))
                for key, those in lines.items()
            }
            for key, measures in found.items():
                if measures.orders is not None:
                    assert measures.orders.placed == len({line.order_id for line in lines[key]}), (by, key)
                    compared += 1
    assert compared or where.producer is not None
    assert together[()][2] == {}


def _own_column(name: str) -> Callable[[Contribution], object]:
    return attrgetter(name if name in {"day", "bucket", "star"} else f"{name}_id")


_OF_LINE: dict[str, Callable[[Contribution], object]] = {
    "host": lambda line: line.session.host_id if line.session else None,
    "platform": lambda line: line.shop.platform,
    "group": lambda line: line.ocop_group_id,
}


def test_several_periods_take_no_more_queries_than_one(sold: Sold, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    periods = [HERE & {"first": date(2026, 11, day)} for day in (19, 20, 21)]
    # One of the values, and one for each grain of the orders.
    with django_assert_num_queries(3):
        measure_each((("product",), ("day",), ()), periods)


def test_lines_behind_a_figure_add_up_to_it(sold: Sold) -> None:
    for where in (HERE, HERE & {"star": 3}, HERE & {"group": 1}, HERE & {"session": ABSENT}, HERE & {"bucket": Bucket.LIVE}):
        lines = Contribution.objects.filter(**where.lookups(of="contributions"))
        assert sum(line.placed_value for line in lines) == measure_total(where, orders="if offered").value.placed
        assert len(lines) == measure_total(where, orders="if offered").lines
