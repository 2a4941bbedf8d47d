"""Scans into PostgreSQL: the rows, and the counts that they move, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from traceability.resolver.digital_link import OtherFormError, read
from traceability.resolver.identifiers import MalformedLinkError
from traceability.resolver.lookup import Found, UnknownKeyError, find, find_code
from traceability.scans.record import Record

KEPT = timedelta(days=30)
# A pack passes through a shop, a kitchen and a few curious hands; one on a shelf, or on a stand of a fair, is scanned by many who do
# not buy it. More different devices than this in a day, or than that in its life, hold more packs than one: the code was copied, or
# shown where thousands see it. A till that scans it again and again is one device, and one visit.
MOST_A_DAY = 20
MOST_IN_ALL = 100

Cell = tuple[int, int | None, date]

# A lot counts for the product it belongs to now, a double for the entry that was kept. What no longer exists counts nowhere; what is
# older than the rows are kept might have been written before.
_SCANS = """
INSERT INTO traceability_scan (id, product_id, lot_id, unit_id, scanned_at, language)
SELECT told.id, COALESCE(lot.product_id, product.merged_into_id, product.id), lot.id, unit.id, told.at, told.language
FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[], %s::text[])
    AS told (id, product, lot, unit, at, language)
JOIN catalog_product product ON product.id = told.product
LEFT JOIN traceability_lot lot ON lot.id = told.lot
LEFT JOIN traceability_unitcode unit ON unit.id = told.unit AND unit.lot_id = lot.id
WHERE (told.lot IS NULL OR lot.id IS NOT NULL) AND (told.unit IS NULL OR unit.id IS NOT NULL) AND told.at > %s
ORDER BY told.id
ON CONFLICT (id) DO NOTHING
RETURNING id, product_id
"""
_VISITS = """
INSERT INTO traceability_dayvisit (visit, day)
SELECT visit, day FROM unnest(%s::bytea[], %s::date[]) AS told (visit, day) ORDER BY visit
ON CONFLICT (visit) DO NOTHING
RETURNING visit
"""
_COUNTS = """
INSERT INTO traceability_scancount AS kept (product_id, lot_id, day, scans, visits)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::date[], %s::int[], %s::int[]) AS more (product, lot, day, scans, visits)
ORDER BY product, lot, day
ON CONFLICT (product_id, lot_id, day) DO UPDATE SET scans = kept.scans + EXCLUDED.scans, visits = kept.visits + EXCLUDED.visits
"""
_UNITS = """
INSERT INTO traceability_unitday AS kept (unit_id, day, scans, visits)
SELECT * FROM unnest(%s::bigint[], %s::date[], %s::int[], %s::int[]) AS more (unit, day, scans, visits) ORDER BY unit, day
ON CONFLICT (unit_id, day) DO UPDATE SET scans = kept.scans + EXCLUDED.scans, visits = kept.visits + EXCLUDED.visits
"""
# What a department cleared counts from the next day on.
_OFTEN = """
INSERT INTO traceability_oftenscanned AS kept (unit_id, flagged_at, found)
SELECT counted.unit_id, %s, '' FROM traceability_unitday counted LEFT JOIN traceability_oftenscanned before USING (unit_id)
WHERE counted.unit_id = ANY(%s) AND (before.cleared_at IS NULL OR counted.day > (before.cleared_at AT TIME ZONE %s)::date)
GROUP BY counted.unit_id HAVING MAX(counted.visits) > %s OR SUM(counted.visits) > %s ORDER BY counted.unit_id
ON CONFLICT (unit_id) DO UPDATE SET flagged_at = EXCLUDED.flagged_at, told_at = NULL WHERE kept.cleared_at > kept.flagged_at
"""


@transaction.atomic
def write_scans(*, scans: Sequence[Record]) -> int:
    """Write what was not written before and count it; how many scans were new.

    In whatever order, batches and repetitions scans come: the counts are the same. Rows of each table are written in one order, so
    two writers wait for each other and never lock each other out.
    """
    found = [scan for scan in map(_looked_up, scans) if scan is not None]
    with connection.cursor() as cursor:
        products = _insert(cursor, found)
        new = {scan.id: scan for scan in found if scan.id in products}
        visits = _insert_visits(cursor, list(new.values()))
        cells: Counter[Cell] = Counter()
        cell_visits: Counter[Cell] = Counter()
        units: Counter[tuple[int, date]] = Counter()
        unit_visits: Counter[tuple[int, date]] = Counter()
        for scan in new.values():
            cell = (products[scan.id], scan.lot, scan.day)
            is_visit = scan.visit in visits
            visits.discard(scan.visit)
            cells[cell] += 1
            cell_visits[cell] += is_visit
            if scan.unit is not None:
                units[scan.unit, scan.day] += 1
                unit_visits[scan.unit, scan.day] += is_visit
        if cells:
            columns = [list(column) for column in zip(*cells, strict=True)]
            cursor.execute(_COUNTS, [*columns, list(cells.values()), [cell_visits[cell] for cell in cells]])
        if units:
            columns = [list(column) for column in zip(*units, strict=True)]
            cursor.execute(_UNITS, [*columns, list(units.values()), [unit_visits[unit] for unit in units]])
            cursor.execute(_OFTEN, [timezone.now(), [unit for unit, _day in units], settings.TIME_ZONE, MOST_A_DAY, MOST_IN_ALL])
    return len(new)


def _looked_up(scan: Record) -> Record | None:
    """The scan with ids, where it waited under its key; None where nobody of ours issued that."""
    if scan.product is not None:
        return scan
    try:
        found = found_under(scan.key)
    except (UnknownKeyError, MalformedLinkError, OtherFormError):
        return None
    lot, unit = found.lot, found.unit
    return Record(scan.id, scan.at, scan.language, found.product.pk, lot.pk if lot else None, unit.pk if unit else None, visit=scan.visit)


def found_under(key: str) -> Found:
    """What `01/…` or `t/…` names. Raises UnknownKeyError, MalformedLinkError, OtherFormError."""
    return find_code(key.removeprefix("t/").rstrip("/")) if key.startswith("t/") else find(read(key))


def _insert(cursor: object, scans: Sequence[Record]) -> dict[UUID, int]:
    """The ids that were new, with the product for which each counts."""
    columns = [
        [str(scan.id) for scan in scans],
        [scan.product for scan in scans],
        [scan.lot for scan in scans],
        [scan.unit for scan in scans],
        [scan.at for scan in scans],
        [scan.language for scan in scans],
    ]
    cursor.execute(_SCANS, [*columns, timezone.now() - KEPT])  # type: ignore[attr-defined]
    return dict(cursor.fetchall())  # type: ignore[attr-defined]


def _insert_visits(cursor: object, scans: Sequence[Record]) -> set[bytes | None]:
    """The visits that had no scan yet on their day."""
    days = {scan.visit: scan.day for scan in scans if scan.visit is not None}
    cursor.execute(_VISITS, [list(days), list(days.values())])  # type: ignore[attr-defined]
    return {bytes(visit) for (visit,) in cursor.fetchall()}  # type: ignore[attr-defined]
