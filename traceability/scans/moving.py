"""Counts of scans follow when two entries turn out to be one product."""

from __future__ import annotations

from django.db import connection, transaction

from catalog.models import Product

_ADD = """
INSERT INTO traceability_scancount AS kept (product_id, lot_id, day, scans, visits)
SELECT %s, lot_id, day, scans, visits FROM gone ORDER BY lot_id, day
ON CONFLICT (product_id, lot_id, day) DO UPDATE SET scans = kept.scans + EXCLUDED.scans, visits = kept.visits + EXCLUDED.visits
"""


@transaction.atomic
def move_scan_counts(*, kept: Product, double: Product) -> int:
    """Count for `kept` what was counted for `double`; how many counts there were. What still waits finds its way when it is written."""
    with connection.cursor() as cursor:
        gone = "WITH gone AS (DELETE FROM traceability_scancount WHERE product_id = %s RETURNING lot_id, day, scans, visits)"
        cursor.execute(gone + _ADD, [double.pk, kept.pk])
        return int(cursor.rowcount)
