"""From staged rows to orders, lines, ledger entries and marks: set-based, in the caller's transaction.

`count_changes` compares a run's staged rows with what is known, and writes temporary tables alone: it is the dry run. `merge` does the
same and writes. Both hold the shop's advisory lock to the end of the transaction: two files of one shop at once take turns.

Which observation wins (HOUSE: The ledger): the newest `exported_at`; on a tie the later state, then more units returned, then
the greater of every other column in turn, so that no order of arrival can give another result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from orders.intake import merge_sql as sql
from orders.intake.models import IntakeRun
from orders.marks.models import Mark

SHOP_LOCK = 5201  # advisory lock class: the second key is the shop's id


@dataclass(frozen=True)
class Counts:
    """What a run changes: orders and lines (*changed* excludes *new*); `unmapped` lines have a SKU no product is known for."""

    orders_new: int
    orders_changed: int
    lines_new: int
    lines_changed: int
    unchanged: int
    unmapped: int


def count_changes(run: IntakeRun) -> Counts:
    """What merging the run would change. Must be called within a transaction."""
    with connection.cursor() as cursor:
        merge = _Merge(cursor, run)
        merge.plan()
        return merge.counts(*merge.row(sql.COUNT_NEW))


def merge(run: IntakeRun) -> Counts:
    """Write orders, lines, ledger entries, and a mark for each order touched. Must be called within a transaction."""
    with connection.cursor() as cursor:
        merge = _Merge(cursor, run)
        merge.plan()
        counts = merge.counts(*merge.row(sql.INSERT_NEW))
        if merge.knows_some:
            for statement in sql.UPDATE_KNOWN:
                merge.run(statement)
        return counts


class _Merge:
    """The statements with their parameters, and whether the file names orders that the shop had."""

    def __init__(self, cursor: CursorWrapper, run: IntakeRun) -> None:
        self._cursor = cursor
        self._repeats = run.repeats > 0
        self._parameters: dict[str, Any] = {
            "run": run.pk,
            "shop": run.shop_id,
            "exported_at": run.exported_at,
            "source": run.source,
            "reason": Mark.Reason.INTAKE,
        }
        self.knows_some = False

    def run(self, statement: str) -> None:
        """Execute one of merge_sql's statements."""
        self._cursor.execute(statement.replace("{seen}", "summed" if self._repeats else sql.ROWS), self._parameters)

    def row(self, statement: str) -> tuple[Any, ...]:
        """Execute it and return its row."""
        self.run(statement)
        found: tuple[Any, ...] = self._cursor.fetchone()
        return found

    def plan(self) -> None:
        """Lock the shop and find what it had of the file's orders, and what the file says otherwise."""
        self._cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [SHOP_LOCK, self._parameters["shop"]])
        # Sorts and hashes of 200,000 rows stay in memory; set for this transaction alone.
        self._cursor.execute("SET LOCAL work_mem = '96MB'; SET LOCAL jit = off")
        self.run(sql.FORGET)
        if self._repeats:
            self.run(sql.SUM_REPEATS)
        self.run(sql.KNOWN_ORDER)
        (self.knows_some,) = self.row("SELECT EXISTS (SELECT 1 FROM known_order)")
        if self.knows_some:
            self.run(sql.PLAN_ORDER)
            self.run(sql.PLAN_LINE)

    def counts(self, orders_new: int, lines_new: int) -> Counts:
        """Counts of the plan, with those of orders that the shop did not have."""
        orders_changed, lines_added, lines_changed, unchanged = self.row(sql.COUNT_KNOWN) if self.knows_some else (0, 0, 0, 0)
        (unmapped,) = self.row(sql.COUNT_UNMAPPED)
        return Counts(orders_new, orders_changed, lines_new + lines_added, lines_changed, unchanged, unmapped)
