"""Rows with one order and key are summed: no sum may be larger than a row by itself could be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple, TypeVar

from django.db import connection

from orders.intake.models import IntakeRun
from orders.intake.reading.values import MOST_UNITS, MOST_VND

Key = TypeVar("Key")

_TAKE_OUT = """
WITH large AS (
    SELECT number, line_key, sum(units) > %(units)s AS of_units FROM orders_stagedrow WHERE run_id = %(run)s
    GROUP BY 1, 2 HAVING count(*) > 1 AND (sum(units) > %(units)s OR sum(gross) > %(vnd)s)
), gone AS (
    DELETE FROM orders_stagedrow s USING large l WHERE s.run_id = %(run)s AND s.number = l.number AND s.line_key = l.line_key
    RETURNING s.row, s.number, s.line_key, s.sku_id, s.product_name, s.variation, s.units,
        CASE WHEN l.of_units THEN 'units' ELSE 'gross' END
)
SELECT * FROM gone ORDER BY row
"""


class TooLarge(NamedTuple):
    """A row that was taken out of staging, and the field (`units` or `gross`) whose sum was too large."""

    row: int
    number: str
    line_key: str
    sku_id: str
    product_name: str
    variation: str
    units: int
    field: str

    @property
    def most(self) -> str:
        """What the sum may be at most, as it is written."""
        return f"{MOST_UNITS if self.field == 'units' else MOST_VND:,}".replace(",", ".")


def too_large(rows: Iterable[tuple[Key, int, int]]) -> dict[Key, str]:
    """Of rows as (order and key, units, gross VND) the keys whose sum is too large, each with the field: `units` or `gross`."""
    sums: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
    for key, units, gross in rows:
        sums[key][0] += units
        sums[key][1] += gross
    large = ((key, units) for key, (units, gross) in sums.items() if units > MOST_UNITS or gross > MOST_VND)
    return {key: "units" if units > MOST_UNITS else "gross" for key, units in large}


def take_out_too_large(run: IntakeRun) -> list[TooLarge]:
    """Drop staged rows of the run whose sum is too large, all of each sum; in their order."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_OUT, {"run": run.pk, "units": MOST_UNITS, "vnd": MOST_VND})
        return [TooLarge(*row) for row in cursor.fetchall()]
