"""Plans right after a large file: what autovacuum saw of a table while it was filled is not believed."""

from __future__ import annotations

import psycopg2
import pytest
from django.db import connection

from orders.ledger.statistics import PAGES, renew_statistics
from tests import builders

ORDERS = 20_000


def known(table: str) -> float:
    """How many rows the planner believes a table to have."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
        (rows,) = cursor.fetchone()
        return float(rows)


def test_a_table_counted_while_it_was_filled_is_counted_again(fresh_db: str) -> None:
    shop = builders.shop("CH-1", builders.producer("P-1"))
    link = psycopg2.connect(fresh_db)
    with link.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO orders_order (shop_id, number, placed_at, shipping_provider, exported_at, run_id)
            SELECT %s, n::text, now(), '', now(), 0 FROM generate_series(1, %s) AS n
            """,
            [shop.pk, ORDERS],
        )
        with connection.cursor() as autovacuum:
            autovacuum.execute("VACUUM ANALYZE orders_order")
        link.commit()
    link.close()
    assert known("orders_order") == 0
    # Others may be as stale: what earlier tests took back still fills pages.
    assert "orders_order" in renew_statistics()
    assert known("orders_order") == ORDERS
    assert "orders_order" not in renew_statistics()


@pytest.mark.django_db
def test_small_tables_are_left_alone() -> None:
    builders.shop("CH-1", builders.producer("P-1"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE pg_relation_size(oid) <= %s * 8192", [PAGES])
        small = {name for (name,) in cursor.fetchall()}
    assert "orders_shop" in small
    assert small.isdisjoint(renew_statistics())
