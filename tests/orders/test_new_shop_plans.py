"""A shop that is newer than the last ANALYZE: the planner knows none of its orders, and may not read all of them to find a batch's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper

from orders.intake import merge_sql, undo_sql
from tests import builders

HAS, BATCH = 4_000, 200
_ORDERS = """
INSERT INTO orders_order (shop_id, number, placed_at, shipping_provider, exported_at, run_id)
SELECT %s, to_char(n, 'FM000000'), now(), '', now(), 0 FROM generate_series(1, %s) AS n
"""
_STAGED = """
INSERT INTO orders_stagedrow (run_id, row, number, line_key, sku_id, seller_sku, product_name, variation, state, units,
    gross, seller_discount, platform_discount, cancelled_units, returned_units, delivered_units, placed_at, shipping_provider)
SELECT %(run)s, n, to_char(n * 20, 'FM000000') || %(end)s, 'K', '', '', '', '', 0, 1, 1, 0, 0, 0, 0, 0, now(), ''
FROM generate_series(1, %(rows)s) AS n
"""
SEEN = f"CREATE TEMP TABLE seen AS SELECT number FROM orders_stagedrow WHERE run_id = 2 AND row <= {BATCH}; ANALYZE seen"


@pytest.fixture
def cursor(fresh_db: str) -> Iterator[CursorWrapper]:
    """A shop with HAS orders that came after statistics were made; a batch of BATCH rows of other orders is staged as run 2."""
    with connection.cursor() as cursor:
        old, new = (builders.shop(code, builders.producer(code)) for code in ("CH-1", "CH-2"))
        cursor.execute(_ORDERS, [old.pk, 5 * HAS])
        cursor.execute(_STAGED, {"run": 1, "rows": 5 * HAS, "end": ""})
        cursor.execute("ANALYZE orders_order, orders_stagedrow")
        cursor.execute(_ORDERS, [new.pk, HAS])
        cursor.execute(_STAGED, {"run": 2, "rows": BATCH, "end": "x"})
        cursor.execute(SEEN)
        yield cursor


@pytest.mark.parametrize("statement", [merge_sql.KNOWS_SOME, merge_sql.KNOWN_ORDER, undo_sql.UNDONE], ids=["knows", "known", "undone"])
def test_no_more_of_a_shops_orders_are_read_than_rows_are_staged(cursor: CursorWrapper, statement: str) -> None:
    cursor.execute("SELECT id FROM orders_shop WHERE code = 'CH-2'")
    parameters = {"run": 2, "shop": cursor.fetchone()[0], "first": 1, "last": BATCH, "lowest": "000001", "highest": "999999"}
    cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement.partition(';')[0]}", parameters)
    found = cursor.fetchone()[0]
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    assert touched(plan, "orders_order") == 0
    assert touched(plan, "orders_stagedrow") <= BATCH


def touched(plan: dict[str, Any], table: str) -> float:
    """Rows of a table that the plan's scans returned or threw away."""
    own = (
        sum(plan.get(name, 0) for name in ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")) * plan["Actual Loops"]
    )
    return (own if plan.get("Relation Name") == table else 0.0) + sum(touched(part, table) for part in plan.get("Plans", []))
