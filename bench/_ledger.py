"""A ledger of any size with the figures that the fold would make of it, filled by SQL alone; what a board is measured on.

A cell is a (day, product, session, shop); each holds the same number of ledger entries, two of an order: placed, and what became of it
(of ten, eight delivered, one cancelled, one back after delivery). Everything of a cell lies in one province.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

DAYS = 3 * 365
FIRST = date(2023, 11, 1)


@dataclass(frozen=True)
class Market:
    """How many of everything, over all provinces; each is a multiple of `provinces`."""

    provinces: int
    producers: int
    products: int
    sessions: int
    programmes: int
    hosts: int
    shops: int


PROVINCE = Market(provinces=1, producers=60, products=343, sessions=2000, programmes=20, hosts=50, shops=60)
NATION = Market(provinces=34, producers=1700, products=17_000, sessions=34_000, programmes=340, hosts=340, shops=1020)

# Sums of the four states over the entries of one cell; grams are these units × the product's weight.
STATES = {"placed": 1, "cancelled": 2, "returned": 3, "delivered": 4}
_AMOUNTS = {"units": "units", "value": "amount"}
ENTRY = """
CREATE TABLE bench_entry AS
SELECT i, CASE WHEN i %% 2 = 0 THEN 1 WHEN i %% 20 = 1 THEN 2 WHEN i %% 20 = 3 THEN 3 ELSE 4 END::smallint AS kind,
    (1 + i %% 3)::int AS units, ((1 + i %% 3) * 50000)::bigint AS amount
FROM generate_series(0, %(each)s - 1) AS i
"""
_NUMBERED = "SELECT id, row_number() OVER (ORDER BY id) - 1 AS at"
CELL = f"""
CREATE TABLE bench_cell AS
SELECT n AS cell, home.province_id, %(first)s::date + (n %% %(days)s) AS day,
    shop.id AS shop_id, session.id AS session_id, session.host_id, session.programme_id, (2 + n %% 4)::smallint AS bucket,
    product.id AS product_id, product.producer_id, seat.commune_id, facts.ocop_set_id, ocop.group_id AS ocop_group_id,
    (3 + product.id %% 3)::smallint AS star, facts.net_weight_g AS grams
FROM generate_series(1, %(cells)s) AS n
JOIN ({_NUMBERED} FROM orders_shop) shop ON shop.at = n %% %(provinces)s + %(provinces)s * ((n / 7) %% (%(shops)s / %(provinces)s))
JOIN ({_NUMBERED}, host_id, programme_id FROM livestreams_session) session
    ON session.at = n %% %(provinces)s + %(provinces)s * ((n %% %(days)s) * (%(sessions)s / %(provinces)s) / %(days)s)
JOIN ({_NUMBERED}, producer_id FROM catalog_product) product
    ON product.at = n %% %(provinces)s + %(provinces)s * ((n * 31 / 8) %% (%(products)s / %(provinces)s))
JOIN catalog_productfacts facts ON facts.product_id = product.id
JOIN catalog_ocopset ocop ON ocop.id = facts.ocop_set_id
JOIN catalog_producerseat seat ON seat.producer_id = product.producer_id
JOIN places_commune home ON home.code = seat.commune_id
"""
_OF_A_CELL = ", ".join(
    f"coalesce(sum({column}) FILTER (WHERE kind = {kind}), 0) AS {state}_{name}"
    for state, kind in STATES.items()
    for name, column in _AMOUNTS.items()
)
_OF_CELLS = ", ".join(
    f"sum({expression}) AS {state}_{name}"
    for state in STATES
    for name, expression in (("units", f"{state}_units"), ("value", f"{state}_value"), ("grams", f"{state}_units * grams"))
)
# A row lies where its last change put it. The fold writes what is new in the order of the days on which it is learned, and writes a row anew
# while its orders are delivered, cancelled and sent back: here up to three weeks after its day, of all provinces one beside the other.
_WRITTEN = "day + (session_id + shop_id)::int % 21"
FIGURES = f"""
INSERT INTO orders_figure (province_id, day, shop_id, session_id, bucket, basis, source, product_id, producer_id, commune_id, ocop_set_id, star,
    slot_id, lines, {", ".join(f"{state}_{name}" for state in STATES for name in ("units", "value", "grams"))})
SELECT province_id, day, shop_id, session_id, bucket, 2, 1, product_id, producer_id, commune_id, ocop_set_id, star, NULL, sum(lines), {_OF_CELLS}
FROM bench_cell CROSS JOIN (SELECT count(*) FILTER (WHERE kind = 1) AS lines, {_OF_A_CELL} FROM bench_entry) entries
GROUP BY 1, 2, 3, 4, 5, 8, 9, 10, 11, 12
ORDER BY {_WRITTEN}, product_id
"""
# No order has two lines here: the orders of any member are the sum over its cells.
ORDER_FIGURES = f"""
INSERT INTO orders_orderfigure (grain, province_id, day, shop_id, session_id, bucket, basis, source, product_id, producer_id, commune_id,
    ocop_group_id, star, orders, net_orders, delivered_orders, open_orders)
SELECT g.grain, province_id, day, shop_id, session_id, bucket, 2, 1,
    CASE g.grain WHEN 1 THEN product_id END, CASE g.grain WHEN 2 THEN producer_id END, CASE g.grain WHEN 3 THEN commune_id END,
    CASE g.grain WHEN 4 THEN ocop_group_id END, CASE g.grain WHEN 5 THEN star END, sum(placed), sum(placed), sum(delivered), 0
FROM bench_cell CROSS JOIN (VALUES (0), (1), (2), (3), (4), (5)) AS g (grain)
    CROSS JOIN (SELECT count(*) FILTER (WHERE kind = 1) AS placed, count(*) FILTER (WHERE kind = 4) AS delivered FROM bench_entry) entries
GROUP BY 1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 13
ORDER BY {_WRITTEN}, g.grain
"""
# Of which days files tell: of all, from a shop's first order to its last one.
SPANS = (
    "INSERT INTO orders_shopspan (shop_id, first, last, told_to) SELECT shop_id, min(day), max(day), max(day) FROM bench_cell GROUP BY 1"
)
# The peer's: one wide table, each entry a row. It is made of the same cells, and spared the write-ahead log.
LEDGER = """
CREATE UNLOGGED TABLE bench_ledger AS
SELECT c.*, (c.cell::bigint * 1000 + i / 2) AS order_id, kind, units, amount FROM bench_cell c CROSS JOIN bench_entry
"""
# Of the newest days alone: a board reads those of its periods by their index. They are written day by day.
SCANS = """
INSERT INTO traceability_scancount (product_id, day, scans, visits)
SELECT product.id, %(last)s::date - n, 3 + (product.id + n) %% 5, 2 FROM catalog_product product CROSS JOIN generate_series(0, 183) AS n
ORDER BY n DESC, product.id
"""
INDEX = """
CREATE INDEX ON bench_ledger (province_id, day) INCLUDE (order_id, kind, units, amount, grams, product_id, producer_id, commune_id, ocop_set_id,
    star, session_id, host_id, programme_id, shop_id, bucket)
"""


def fill_facts(market: Market) -> None:
    """Producers, products with scans, programmes, sessions, hosts and shops, dealt out over the provinces; Gia Lai (52) is the first."""
    from datetime import UTC, datetime, timedelta

    from django.db import connection

    from catalog.models import OcopSet, Producer, ProducerSeat, Product, ProductFacts
    from livestreams.models import Host, Programme, Session
    from orders.models import Shop
    from places.models import Commune, Province

    codes = sorted(Province.objects.values_list("pk", flat=True), key=lambda code: (code != "52", code))[: market.provinces]
    communes = [list(Commune.objects.filter(province=code)) for code in codes]
    sets = list(OcopSet.objects.all())

    def home(n: int) -> str:
        return codes[n % market.provinces]

    producers = Producer.objects.bulk_create(Producer(code=f"P{n}", name=f"P{n}") for n in range(market.producers))
    ProducerSeat.objects.bulk_create(
        ProducerSeat(producer=p, since=FIRST, commune=near[n // market.provinces % len(near)])
        for n, p in enumerate(producers)
        for near in (communes[n % market.provinces],)
    )
    products = Product.objects.bulk_create(
        Product(code=f"S{n}", producer=producers[n % market.producers], name_vi=f"S{n}") for n in range(market.products)
    )
    ProductFacts.objects.bulk_create(
        ProductFacts(product=p, since=FIRST, ocop_set=sets[n % len(sets)], net_weight_g=500) for n, p in enumerate(products)
    )
    hosts = Host.objects.bulk_create(Host(code=f"H{n}", stage_name=f"H{n}") for n in range(market.hosts))
    last = FIRST + timedelta(days=DAYS)
    programmes = Programme.objects.bulk_create(
        Programme(code=f"C{n}", name_vi=f"C{n}", province_id=home(n), starts_on=FIRST, ends_on=last) for n in range(market.programmes)
    )
    start = datetime(FIRST.year, FIRST.month, FIRST.day, 12, tzinfo=UTC)
    each = market.sessions // market.provinces
    Session.objects.bulk_create(
        Session(
            code=f"L{n}",
            name_vi=f"L{n}",
            host=hosts[n % market.hosts],
            programme=programmes[n % market.programmes],
            province_id=home(n),
            platform="tiktok",
            planned_start=begins,
            planned_end=begins + timedelta(hours=2),
        )
        for n in range(market.sessions)
        for begins in (start + timedelta(days=n // market.provinces * DAYS / each),)
    )
    with connection.cursor() as cursor:
        cursor.execute(SCANS, {"last": last})
    Shop.objects.bulk_create(
        Shop(code=f"T{n}", name=f"T{n}", platform="tiktok", province_id=home(n), producer=producers[n % market.producers])
        for n in range(market.shops)
    )


def fill(market: Market, *, cells: int, entries: int, peer: bool) -> str:
    """The figures of that many entries over the cells, and the entries themselves where a `peer` reads them; how many of each there are."""
    from dataclasses import asdict

    from django.db import connection, transaction
    from django.utils import timezone

    from orders.models import Figure, OrderFigure, Snapshot

    parameters = {"first": FIRST, "days": DAYS, "cells": cells, "each": entries // cells, **asdict(market)}
    with connection.cursor() as cursor:
        # What the rows name is there: foreign keys need not be looked up for millions of them.
        cursor.execute("SET work_mem = '256MB'; SET maintenance_work_mem = '512MB'; SET session_replication_role = replica")
        cursor.execute(CELL, parameters)
        cursor.execute(ENTRY, parameters)
        with transaction.atomic():
            cursor.execute(FIGURES)
            cursor.execute(ORDER_FIGURES)
            cursor.execute(SPANS)
        if peer:
            for statement in (LEDGER, INDEX):
                cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SELECT count(*) FROM bench_cell")
        (found,) = cursor.fetchone()
        assert found == cells, found
        cursor.execute("RESET work_mem; RESET maintenance_work_mem; RESET session_replication_role")
    Snapshot.objects.create(number=1, made_at=timezone.now(), orders=0)
    return (
        f"{entries:,} ledger entries in {cells:,} cells, {Figure.objects.count():,} figures, {OrderFigure.objects.count():,} order figures"
    )
