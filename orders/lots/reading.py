"""What setting lines against lots reads: the packs of each lot, the lines of a product, what was chosen for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from orders.lots.allotting import Stock, Wanted

# Lots that can be counted in packs, oldest first.
STOCK = """
SELECT id, made_on, best_before, recalled_at, packs
FROM (SELECT lot.*, orders_lot_packs(lot) AS packs FROM traceability_lot lot WHERE product_id = %(product)s) lot
WHERE packs IS NOT NULL ORDER BY made_on, id
"""
# What an order line is and how much of it stands, the fold decides; when it was placed, the order says. A contribution may still have
# the day of a time that was corrected: then the fold makes the product stale once more.
_LINES = """
SELECT c.line_id, o.placed_at, c.placed_units - c.cancelled_units{lot}
FROM orders_contribution c JOIN orders_order o ON o.id = c.order_id{choice}
WHERE c.product_id = %(product)s AND c.placed_units > c.cancelled_units{since}
ORDER BY o.placed_at, o.id, c.line_id
"""
LINES = _LINES.format(lot="", choice="", since=" AND c.day >= %(day)s AND o.placed_at >= %(since)s")
CHOICES = _LINES.format(lot=", choice.lot_id", choice=" JOIN orders_lotchoice choice ON choice.line_id = c.line_id", since="")


def stock_of(product: int) -> list[Stock]:
    """The product's lots with all that was made of them."""
    return [Stock(*row) for row in _rows(STOCK, product=product)]


def lines_of(product: int, since: datetime) -> list[Wanted]:
    """The product's lines placed from `since` on, in their order."""
    rows = _rows(LINES, product=product, since=since, day=timezone.localdate(since))
    return [_wanted(*row) for row in rows]


def choices_of(product: int) -> list[tuple[Wanted, int]]:
    """The product's lines for which somebody chose a lot, in their order, with that lot."""
    return [(_wanted(*row), lot) for *row, lot in _rows(CHOICES, product=product)]


def _wanted(line: int, placed_at: datetime, units: int) -> Wanted:
    return Wanted(line, placed_at, timezone.localdate(placed_at), units)


def _rows(statement: str, **parameters: Any) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        yield from cursor.fetchall()
