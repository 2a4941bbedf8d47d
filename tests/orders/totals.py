"""All that a database says of orders, by names and times instead of row ids: two databases that agree here are the same to everyone."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import connection

from orders.figures.fold_sql import COUNTS, DIMENSIONS, MEASURES, MEMBERS, PRODUCT_DIMENSIONS

Totals = dict[str, Counter[tuple[Any, ...]]]

LINE = "JOIN orders_orderline l ON l.id = t.line_id JOIN orders_order o ON o.id = l.order_id"
STATEMENTS = {
    "orders": """
        SELECT shop_id, number, placed_at, amount, refund, shipping_provider, delivery_province_id, delivery_commune_id, exported_at
        FROM orders_order o WHERE EXISTS (SELECT FROM orders_orderline l WHERE l.order_id = o.id AND NOT l.withdrawn)""",
    "lines": """
        SELECT o.shop_id, o.number, l.key, l.sku_id, l.seller_sku, l.product_name, l.variation, l.state, l.units, l.gross,
            l.seller_discount, l.platform_discount, l.value, l.cancelled_units, l.returned_units, l.delivered_units, l.shipped_at,
            l.delivered_at, l.cancelled_at, l.exported_at
        FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id WHERE NOT l.withdrawn""",
    "ledger": f"""
        SELECT o.shop_id, o.number, l.key, t.kind, t.happened_at, sum(t.units), sum(t.amount) FROM orders_ledgerentry t {LINE}
        GROUP BY 1, 2, 3, 4, 5 HAVING sum(t.units) <> 0 OR sum(t.amount) <> 0""",
    "attributions": """
        SELECT o.shop_id, o.number, a.bucket, a.session_id, a.basis, a.rule_id
        FROM orders_attribution a JOIN orders_order o ON o.id = a.order_id""",
    "contributions": f"""
        SELECT o.number, l.key, {", ".join(f"t.{name}" for name in f"{DIMENSIONS}, {PRODUCT_DIMENSIONS}".split(", "))}, t.is_final,
            {", ".join(f"t.{name}" for name in MEASURES)}
        FROM orders_contribution t {LINE}""",
    "figures": f"SELECT {DIMENSIONS}, {PRODUCT_DIMENSIONS}, {', '.join(MEASURES)} FROM orders_figure WHERE lines <> 0",
    "order figures": f"SELECT grain, {DIMENSIONS}, {MEMBERS}, {', '.join(COUNTS)} FROM orders_orderfigure WHERE orders <> 0",
}
BY_KIND = "SELECT kind, sum(units)::bigint, sum(amount)::bigint FROM orders_ledgerentry GROUP BY 1 ORDER BY 1"


def totals() -> Totals:
    """Rows by what they tell of; each with how often it stands there."""
    with connection.cursor() as cursor:
        found = {}
        for name, statement in STATEMENTS.items():
            cursor.execute(statement)
            found[name] = Counter(cursor.fetchall())
    return found


def by_kind() -> list[tuple[int, int, int]]:
    """(kind, units, VND) over the whole ledger."""
    with connection.cursor() as cursor:
        cursor.execute(BY_KIND)
        return cursor.fetchall()


def entries() -> int:
    """How many rows the ledger has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM orders_ledgerentry")
        (count,) = cursor.fetchone()
    return int(count)


def differences(found: Totals, expected: Totals) -> list[str]:
    """A few rows of each kind that stand in one alone; empty where both say the same."""
    words = []
    for name, rows in expected.items():
        for sign, extra in (("+", found[name] - rows), ("-", rows - found[name])):
            words += [f"{sign} {name}: {row}" for row in list(extra)[:3]]
    return words
