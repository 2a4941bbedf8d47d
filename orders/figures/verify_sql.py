"""The comparisons of `verify_figures`. Each row it finds is a difference: where, what is stored, what is expected."""

from __future__ import annotations

from orders.figures.fold_sql import CONTRIBUTION, COUNTS, DIMENSIONS, MEASURES, MEMBERS, PRODUCT_DIMENSIONS, membership

SCOPE = """
SELECT (SELECT count(*) FROM orders_order), (SELECT count(DISTINCT order_id) FROM orders_mark),
    coalesce((SELECT max(number) FROM orders_snapshot), 0)
"""

NEXT_ORDERS = """
CREATE TEMP TABLE touched ON COMMIT DROP AS
SELECT id AS order_id FROM orders_order WHERE id > %(after)s ORDER BY id LIMIT %(limit)s;
ANALYZE touched
"""

NEXT_UNMARKED = """
CREATE TEMP TABLE touched ON COMMIT DROP AS
SELECT id AS order_id FROM orders_order o
WHERE id > %(after)s AND NOT EXISTS (SELECT 1 FROM orders_mark m WHERE m.order_id = o.id) ORDER BY id LIMIT %(limit)s;
ANALYZE touched
"""


def _cells(name: str, key: str, sums: tuple[str, ...], stored: str, expected: str) -> tuple[str, str]:
    """A check that two tables hold the same cells: `key` columns and summed columns. A cell of noughts is as good as none."""
    summed = ", ".join(f"sum({column})::bigint AS {column}" for column in sums)

    def row(table: str) -> str:
        columns = ", ".join(f"coalesce({table}.{column}, 0)" for column in sums)
        return f"row({columns})"

    return (
        name,
        f"""
        WITH stored AS (SELECT row({key})::text AS cell, {summed} FROM {stored} s GROUP BY {key}),
        expected AS (SELECT row({key})::text AS cell, {summed} FROM {expected} e GROUP BY {key})
        SELECT coalesce(s.cell, e.cell), {row("s")}::text, {row("e")}::text
        FROM stored s FULL JOIN expected e ON s.cell = e.cell
        WHERE {row("s")} <> {row("e")}
        ORDER BY 1 LIMIT %(limit)s
        """,
    )


_CELL = f"{DIMENSIONS}, {PRODUCT_DIMENSIONS}"
_GRAIN = f"grain, {DIMENSIONS}, {MEMBERS}"

_KINDS = ("placed", "cancelled", "returned", "delivered")  # in the order of orders.ledger EntryKind


def _summed(name: str, kind: int) -> str:
    return ", ".join(f"coalesce(sum({what}) FILTER (WHERE kind = {kind}), 0)::bigint AS {name}_{what}" for what in ("units", "amount"))


# Value taken off a line = floor(value × units so far ÷ units); returned and delivered units come after the cancelled ones (FIGURES).
_CANCELLED = "l.value * l.cancelled_units / l.units"
_TOLD = f"""l.units::bigint * counts, l.value * counts, l.cancelled_units::bigint * counts, {_CANCELLED} * counts,
    l.returned_units::bigint * counts, (l.value * (l.cancelled_units + l.returned_units) / l.units - {_CANCELLED}) * counts,
    l.delivered_units::bigint * counts, (l.value * (l.cancelled_units + l.delivered_units) / l.units - {_CANCELLED}) * counts"""
_IN_LEDGER = ", ".join(f"e.{name}_{what}" for name in _KINDS for what in ("units", "amount"))

CHECKS = (
    _cells("figures against contributions", _CELL, MEASURES, "orders_figure", "orders_contribution"),
    _cells("order figures against contributions", _GRAIN, COUNTS, "orders_orderfigure", f"({membership('orders_contribution')})"),
    (
        "lines against the ledger",
        f"""
        SELECT 'order ' || o.number || ', ' || l.key, row({_TOLD})::text, row({_IN_LEDGER})::text
        FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
        CROSS JOIN LATERAL (SELECT (NOT l.withdrawn)::int AS counts) w
        LEFT JOIN (
            SELECT line_id, {", ".join(_summed(name, kind) for kind, name in enumerate(_KINDS, start=1))}
            FROM orders_ledgerentry GROUP BY line_id
        ) e ON e.line_id = l.id
        WHERE row({_TOLD}) IS DISTINCT FROM row({_IN_LEDGER})
        ORDER BY l.id LIMIT %(limit)s
        """,
    ),
    (
        # No foreign key says so (orders.ledger).
        "rows that name what is not there",
        """
        SELECT 'entry ' || e.id, 'line ' || e.line_id || ', run ' || e.run_id, 'both' FROM orders_ledgerentry e
        WHERE NOT EXISTS (SELECT 1 FROM orders_orderline l WHERE l.id = e.line_id)
            OR NOT EXISTS (SELECT 1 FROM orders_intakerun r WHERE r.id = e.run_id)
        UNION ALL
        SELECT 'order ' || o.number, 'run ' || o.run_id, 'one of its shop' FROM orders_order o
        WHERE NOT EXISTS (SELECT 1 FROM orders_intakerun r WHERE r.id = o.run_id AND r.shop_id = o.shop_id)
        ORDER BY 1 LIMIT %(limit)s
        """,
    ),
    (
        "orders neither marked nor folded",
        """
        SELECT 'order ' || o.number || ', ' || l.key, 'no contribution', 'one' FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
        WHERE NOT l.withdrawn AND NOT EXISTS (SELECT 1 FROM orders_contribution c WHERE c.line_id = l.id)
            AND NOT EXISTS (SELECT 1 FROM orders_mark m WHERE m.order_id = o.id)
        ORDER BY l.id LIMIT %(limit)s
        """,
    ),
    (
        "withdrawn lines that still count",
        """
        SELECT 'order ' || o.number || ', ' || l.key, 'a contribution', 'none' FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
        JOIN orders_contribution c ON c.line_id = l.id
        WHERE l.withdrawn AND NOT EXISTS (SELECT 1 FROM orders_mark m WHERE m.order_id = o.id)
        ORDER BY l.id LIMIT %(limit)s
        """,
    ),
)

_NAMES = CONTRIBUTION.split(", ")

# After the fold's own computation for unmarked orders (tables touched, fresh, decided).
AGAINST_FRESH = (
    (
        "contributions against the ledger",
        f"""
        SELECT 'line ' || f.line_id, row({", ".join(f"c.{name}" for name in _NAMES)})::text, row({", ".join(f"f.{name}" for name in _NAMES)})::text
        FROM fresh f LEFT JOIN orders_contribution c USING (line_id)
        WHERE row({", ".join(f"c.{name}" for name in _NAMES)}) IS DISTINCT FROM row({", ".join(f"f.{name}" for name in _NAMES)})
        ORDER BY f.line_id LIMIT %(limit)s
        """,
    ),
    (
        "attributions against the rule",
        """
        SELECT 'order ' || d.order_id, row(a.bucket, a.session_id, a.basis, a.rule_id)::text, row(d.bucket, d.session_id, d.basis, d.rule_id)::text
        FROM decided d LEFT JOIN orders_attribution a USING (order_id)
        WHERE row(a.bucket, a.session_id, a.basis, a.rule_id) IS DISTINCT FROM row(d.bucket, d.session_id, d.basis, d.rule_id)
        ORDER BY d.order_id LIMIT %(limit)s
        """,
    ),
)
