"""A run's staged rows in portions that hold whole orders, so that long work can tell how far it is and be stopped between two."""

from __future__ import annotations

from typing import NamedTuple

from django.db.backends.utils import CursorWrapper

from orders.intake.models import IntakeRun

AT_LEAST = 5_000
"""Rows of a portion where orders allow: few enough for a sign of life each second, enough that its statements cost little beside them."""

# A new portion may begin at a row where no order of the rows before goes on; `done` rows stand before it.
_BOUNDARIES = """
SELECT first, done FROM (
    SELECT first, max(last) OVER before AS reach, coalesce(sum(rows) OVER before, 0)::bigint AS done
    FROM (SELECT min(row) AS first, max(row) AS last, count(*) AS rows FROM orders_stagedrow WHERE run_id = %(run)s GROUP BY number) o
    WINDOW before AS (ORDER BY first ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
) o WHERE reach < first ORDER BY first
"""
_COUNT = "SELECT count(*), max(row) FROM orders_stagedrow WHERE run_id = %(run)s"


class Portion(NamedTuple):
    """Consecutive rows with all rows of their orders: numbers of the first and the last, and how many."""

    first: int
    last: int
    rows: int


def nobody(_rows: int) -> None:
    """Who hears how far it is where nobody asked."""


def staged_portions(cursor: CursorWrapper, run: IntakeRun) -> list[Portion]:
    """All rows of the run; one portion where they are few, or where their orders stand apart."""
    cursor.execute(_COUNT, {"run": run.pk})
    rows, last = cursor.fetchone()
    if not rows:
        return []
    begins = [(0, 0)]
    if rows > AT_LEAST:
        cursor.execute(_BOUNDARIES, {"run": run.pk})
        for first, done in cursor.fetchall():
            if done - begins[-1][1] >= AT_LEAST:
                begins.append((first, done))
    ends = [*begins[1:], (last + 1, rows)]
    return [Portion(first, end - 1, until - done) for (first, done), (end, until) in zip(begins, ends, strict=True)]
