"""The overview's data over 30 days (and the 30 before) from figures, as the ledger grows and against GROUP BY over the ledger.

Two databases of one server hold the same 100,000 cells of (day, product, session, shop) over 3 years, 343 products and 2,000 sessions:
one made of 100,000 ledger entries, one of 10,000,000.

- growth: median time of `overview_rows` at 10,000,000 entries ÷ at 100,000.
- vs_groupby: median time of the same numbers by GROUP BY over the 10,000,000 entries ÷ that of `overview_rows`. The peer is spared all
  joins: its ledger is one wide table that already names product, producer, commune, set, star, session, shop and bucket, with a covering
  index on (province, day), vacuumed, so that it is read by index alone.

OCOP_BENCH_ENTRIES (10,000,000) and OCOP_BENCH_ROUNDS (7) make it smaller for a first look.
"""

from __future__ import annotations

import os
import statistics
import sys
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from bench._portal import administer, connected, portal, seconds

CELLS = 100_000
ENTRIES = int(os.environ.get("OCOP_BENCH_ENTRIES", "10000000"))
ROUNDS = int(os.environ.get("OCOP_BENCH_ROUNDS", "7"))
CALLS = 5  # timed calls of the overview a round and database; one before them warms up
DAYS = 3 * 365
PRODUCTS, PRODUCERS, SESSIONS, HOSTS, SHOPS = 343, 60, 2000, 50, 60
FIRST = date(2023, 11, 1)
PERIOD = (date(2026, 6, 1), date(2026, 6, 30))

# An entry of a cell: two of an order, placed and what became of it (of ten, eight delivered, one cancelled, one back after delivery).
LEDGER = """
CREATE TABLE bench_ledger AS
SELECT c.*, (c.cell * 1000 + i / 2)::bigint AS order_id,
    CASE WHEN i %% 2 = 0 THEN 1 WHEN i %% 20 = 1 THEN 2 WHEN i %% 20 = 3 THEN 3 ELSE 4 END::smallint AS kind,
    (1 + i %% 3)::int AS units, ((1 + i %% 3) * 50000)::bigint AS amount
FROM bench_cell c CROSS JOIN generate_series(0, %(each)s - 1) AS i
"""
INDEX = """
CREATE INDEX bench_ledger_best ON bench_ledger (province_id, day)
    INCLUDE (order_id, kind, units, amount, grams, product_id, producer_id, commune_id, ocop_set_id, star, session_id, shop_id, bucket)
"""
CELL = """
CREATE TABLE bench_cell AS
SELECT n AS cell, '52'::varchar(2) AS province_id, %(first)s::date + (n %% %(days)s) AS day,
    shop.id AS shop_id, session.id AS session_id, (2 + n %% 4)::smallint AS bucket,
    product.id AS product_id, product.producer_id, seat.commune_id, facts.ocop_set_id, (3 + product.id %% 3)::smallint AS star,
    facts.net_weight_g AS grams
FROM generate_series(1, %(cells)s) AS n
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS at FROM orders_shop) shop ON shop.at = (n / 7) %% %(shops)s
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS at FROM livestreams_session) session ON session.at = (n %% %(days)s) * %(sessions)s / %(days)s
JOIN (SELECT id, producer_id, row_number() OVER (ORDER BY id) - 1 AS at FROM catalog_product) product ON product.at = (n * 31 / 8) %% %(products)s
JOIN catalog_productfacts facts ON facts.product_id = product.id
JOIN catalog_producerseat seat ON seat.producer_id = product.producer_id
"""
_STATES = {"placed": 1, "cancelled": 2, "returned": 3, "delivered": 4}
_SUMS = ", ".join(
    f"coalesce(sum({expression}) FILTER (WHERE kind = {kind}), 0) AS {state}_{name}"
    for state, kind in _STATES.items()
    for name, expression in (("units", "units"), ("value", "amount"), ("grams", "units * grams"))
)
FIGURES = f"""
INSERT INTO orders_figure (province_id, day, shop_id, session_id, bucket, basis, source, product_id, producer_id, commune_id, ocop_set_id, star,
    slot_id, lines, {", ".join(f"{state}_{name}" for state in _STATES for name in ("units", "value", "grams"))})
SELECT province_id, day, shop_id, session_id, bucket, 2, 1, product_id, producer_id, commune_id, ocop_set_id, star, NULL,
    count(*) FILTER (WHERE kind = 1), {_SUMS}
FROM bench_ledger GROUP BY 1, 2, 3, 4, 5, 8, 9, 10, 11, 12
"""
ORDER_FIGURES = """
INSERT INTO orders_orderfigure (grain, province_id, day, shop_id, session_id, bucket, basis, source, product_id, producer_id, commune_id,
    ocop_group_id, star, orders, net_orders, delivered_orders, open_orders)
SELECT g.grain, province_id, day, shop_id, session_id, bucket, 2, 1,
    CASE g.grain WHEN 1 THEN product_id END, CASE g.grain WHEN 2 THEN producer_id END, CASE g.grain WHEN 3 THEN commune_id END,
    CASE g.grain WHEN 4 THEN s.group_id END, CASE g.grain WHEN 5 THEN star END,
    count(*) FILTER (WHERE kind = 1), count(*) FILTER (WHERE kind = 1), count(*) FILTER (WHERE kind = 4), 0
FROM bench_ledger JOIN catalog_ocopset s ON s.id = ocop_set_id CROSS JOIN (VALUES (0), (1), (2), (3), (4), (5)) AS g (grain)
GROUP BY 1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 13
"""
# One statement for each table of the overview: both periods, the four states, distinct orders.
GROUP_BY = [
    f"SELECT {key}{', ' if key else ''}day >= %(middle)s AS now, {_SUMS}, count(DISTINCT order_id) FROM bench_ledger"
    f" WHERE province_id = '52' AND day BETWEEN %(first)s AND %(last)s GROUP BY {key}{', ' if key else ''}day >= %(middle)s"
    for key in ("", "day", "bucket", "session_id", "product_id", "producer_id", "commune_id", "ocop_set_id", "star")
]


def main() -> None:
    """Print what is made and measured, and the ratios on the last line."""
    with portal():
        from django.conf import settings

        small = settings.DATABASES["default"]["NAME"]
        fill_facts()
        administer("CREATE DATABASE large TEMPLATE " + small)
        for name, entries in ((small, CELLS), ("large", ENTRIES)):
            with connected(name):
                print(f"{name}: {fill(entries)}", flush=True)
        times: dict[str, list[float]] = {"small": [], "large": [], "group by": []}
        for turn in range(1, ROUNDS + 1):
            for label, name in (("small", small), ("large", "large")):
                with connected(name):
                    overview()
                    times[label] += [seconds(overview) for _ in range(CALLS)]
                    if label == "large" and turn <= 3:
                        times["group by"].append(seconds(group_by))
            print(f"round {turn}: " + ", ".join(f"{label} {taken[-1] * 1000:.1f} ms" for label, taken in times.items()), flush=True)
    median = {label: statistics.median(taken) for label, taken in times.items()}
    print(f"figures growth={median['large'] / median['small']:.3f} vs_groupby={median['group by'] / median['large']:.1f}")


def overview() -> Any:
    """The overview's rows, uncached, in the transaction that a page would use."""
    from django.db import connection, transaction

    from dashboards.boards.overview import overview_rows
    from dashboards.periods import Period

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        rows = overview_rows("52", Period(*PERIOD))
    assert rows.total.now.value.placed > 0
    return rows


def group_by() -> None:
    """The same numbers from the ledger."""
    from django.db import connection

    length = PERIOD[1] - PERIOD[0]
    first = date.fromordinal(PERIOD[0].toordinal() - length.days - 1)
    with connection.cursor() as cursor:
        cursor.execute("SET work_mem = '128MB'")
        for statement in GROUP_BY:
            cursor.execute(statement, {"first": first, "middle": PERIOD[0], "last": PERIOD[1]})
            cursor.fetchall()
        cursor.execute("RESET work_mem")


def fill_facts() -> None:
    """Producers, products, sessions, hosts and shops of Gia Lai."""
    from datetime import UTC, datetime, timedelta

    from catalog.models import OcopSet, Producer, ProducerSeat, Product, ProductFacts
    from livestreams.models import Host, Session
    from orders.models import Shop
    from places.models import Commune

    communes = list(Commune.objects.filter(province="52"))
    sets = list(OcopSet.objects.all())
    producers = Producer.objects.bulk_create(Producer(code=f"P{n}", name=f"P{n}") for n in range(PRODUCERS))
    ProducerSeat.objects.bulk_create(
        ProducerSeat(producer=p, since=FIRST, commune=communes[n % len(communes)]) for n, p in enumerate(producers)
    )
    products = Product.objects.bulk_create(
        Product(code=f"S{n}", producer=producers[n % PRODUCERS], name_vi=f"S{n}") for n in range(PRODUCTS)
    )
    ProductFacts.objects.bulk_create(
        ProductFacts(product=p, since=FIRST, ocop_set=sets[n % len(sets)], net_weight_g=500) for n, p in enumerate(products)
    )
    hosts = Host.objects.bulk_create(Host(code=f"H{n}", stage_name=f"H{n}") for n in range(HOSTS))
    start = datetime(FIRST.year, FIRST.month, FIRST.day, 12, tzinfo=UTC)
    Session.objects.bulk_create(
        Session(
            code=f"L{n}",
            name_vi=f"L{n}",
            host=hosts[n % HOSTS],
            province_id="52",
            platform="tiktok",
            planned_start=start + timedelta(days=n * DAYS / SESSIONS),
            planned_end=start + timedelta(days=n * DAYS / SESSIONS, hours=2),
        )
        for n in range(SESSIONS)
    )
    Shop.objects.bulk_create(
        Shop(code=f"T{n}", name=f"T{n}", platform="tiktok", province_id="52", producer=producers[n % PRODUCERS]) for n in range(SHOPS)
    )


def fill(entries: int) -> str:
    """The ledger of that many entries over the cells, and its figures; how many of each there are."""
    from django.db import connection, transaction
    from django.utils import timezone

    from orders.models import Figure, OrderFigure, Snapshot

    parameters = {"first": FIRST, "days": DAYS, "cells": CELLS, "shops": SHOPS, "sessions": SESSIONS, "products": PRODUCTS}
    with connection.cursor() as cursor:
        cursor.execute("SET work_mem = '256MB'; SET maintenance_work_mem = '512MB'")
        cursor.execute(CELL, parameters)
        cursor.execute(LEDGER, {"each": entries // CELLS})
        cursor.execute(INDEX)
        with transaction.atomic():
            cursor.execute(FIGURES)
            cursor.execute(ORDER_FIGURES)
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SELECT count(*) FROM bench_ledger")
        (found,) = cursor.fetchone()
        cursor.execute("RESET work_mem")
    Snapshot.objects.create(number=1, made_at=timezone.now(), orders=0)
    return f"{found:,} ledger entries, {Figure.objects.count():,} figures, {OrderFigure.objects.count():,} order figures"


if __name__ == "__main__":
    main()
