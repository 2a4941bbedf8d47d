"""From staged rows to orders, lines, ledger entries and marks: set-based, in the caller's transaction.

`count_changes` compares a run's staged rows with what is known, and writes temporary tables alone: it is the dry run. `merge` does the
same and writes. Both hold the shop's advisory lock to the end of the transaction: two files of one shop at once take turns.

Which observation wins (HOUSE: The ledger): the newest `exported_at`; on a tie the later state, then more units returned, then
the greater of every other column in turn, so that no order of arrival can give another result.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from orders.intake import merge_sql as sql
from orders.intake.models import IntakeRun
from orders.intake.portions import nobody, staged_portions
from orders.leases.work import let_go_when_hung
from orders.marks.models import Mark
from orders.spans.services import add_days

SHOP_LOCK = 5201  # advisory lock class: the second key is the shop's id


@dataclass(frozen=True)
class Counts:
    """What a run changes: orders and lines (*changed* excludes *new*); `unmapped` lines have a SKU no product is known for."""

    orders_new: int = 0
    orders_changed: int = 0
    lines_new: int = 0
    lines_changed: int = 0
    unchanged: int = 0
    unmapped: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(mine + its for mine, its in zip(vars(self).values(), vars(other).values(), strict=True)))

    def keep_on(self, run: IntakeRun) -> None:
        """Write them on the run; the caller saves it."""
        for name, value in vars(self).items():
            setattr(run, name, value)


@dataclass(frozen=True)
class Rows:
    """Staged rows of a run, by their numbers; `repeats` of them have the order and key of another one."""

    first: int
    last: int
    repeats: int


class Reach(NamedTuple):
    """The lowest and the highest number of a shop's orders; None of one that has none."""

    lowest: str | None
    highest: str | None


def count_changes(run: IntakeRun, tell: Callable[[int], None] = nobody) -> Counts:
    """What merging the run would change. Must be called within a transaction. `tell` hears how many rows are compared."""
    return _by_portions(run, _Merge.count, tell)


def merge(run: IntakeRun, tell: Callable[[int], None] = nobody) -> Counts:
    """Write orders, lines, ledger entries, and a mark for each order touched. Must be called within a transaction.

    `tell` hears how many rows are taken in; what it raises ends the merge, and the caller's transaction with it.
    """
    return _by_portions(run, _Merge.write, tell)


def merge_rows(run: IntakeRun, rows: Rows, reach: Reach | None = None) -> Counts:
    """`merge` for some of the run's rows that hold whole orders, after `begin`; all portions in one transaction.

    `reach` as it was before the first of them; where there is but one it need not be given.
    """
    with connection.cursor() as cursor:
        return _Merge(cursor, run, rows, reach or reach_of(cursor, run.shop_id)).write()


def reach_of(cursor: CursorWrapper, shop_id: int) -> Reach:
    """Where the shop's orders end, after `begin`."""
    cursor.execute(sql.REACH, [shop_id])
    return Reach(*cursor.fetchone())


def known_orders(cursor: CursorWrapper) -> list[tuple[str, str]]:
    """After `merge_rows`, in its transaction, where the shop had some of the rows' orders: each of those, and new, changed or unchanged."""
    cursor.execute(sql.KNOWN_ORDERS)
    return list(cursor.fetchall())


def merged(run: IntakeRun, counts: Counts) -> None:
    """The run's end, now, once all of its rows are staged and merged: in that transaction. The caller saves it."""
    counts.keep_on(run)
    add_days(run)
    run.state = IntakeRun.State.MERGED
    run.merged_at = timezone.now()


def begin(cursor: CursorWrapper, shop_id: int) -> None:
    """Lock the shop and set the transaction up for a merge."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [SHOP_LOCK, shop_id])
    let_go_when_hung(cursor)
    # Sorts and hashes of 200,000 rows stay in memory; set for this transaction alone.
    cursor.execute("SET LOCAL work_mem = '96MB'; SET LOCAL jit = off")


def _by_portions(run: IntakeRun, step: Callable[[_Merge], Counts], tell: Callable[[int], None]) -> Counts:
    counts, done = Counts(), 0
    with connection.cursor() as cursor:
        begin(cursor, run.shop_id)
        tell(done)
        # Foreign keys are checked portion by portion: at the commit nobody would see how far it is, nor could stop it.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        reach = reach_of(cursor, run.shop_id)
        for portion in staged_portions(cursor, run):
            counts += step(_Merge(cursor, run, Rows(portion.first, portion.last, run.repeats), reach))
            done += portion.rows
            tell(done)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return counts


class _Merge:
    """The statements with their parameters."""

    def __init__(self, cursor: CursorWrapper, run: IntakeRun, rows: Rows, reach: Reach) -> None:
        self._cursor = cursor
        self._summed = rows.repeats > 0
        self._parameters: dict[str, Any] = {
            "run": run.pk,
            "shop": run.shop_id,
            "exported_at": run.exported_at,
            "source": run.source,
            "reason": Mark.Reason.INTAKE,
            "first": rows.first,
            "last": rows.last,
            "lowest": reach.lowest,
            "highest": reach.highest,
        }

    def count(self) -> Counts:
        """Plan, and count what is planned."""
        if not self._knows_some():
            return self._fresh(sql.COUNT_FRESH_SUMMED if self._summed else sql.COUNT_FRESH)
        self._plan()
        return self._counts(*self._row(sql.COUNT_NEW))

    def write(self) -> Counts:
        """Plan and do it."""
        if not self._knows_some():
            return self._fresh(sql.INSERT_FRESH_SUMMED if self._summed else sql.INSERT_FRESH)
        self._plan()
        counts = self._counts(*self._row(sql.INSERT_NEW))
        for statement in sql.UPDATE_KNOWN:
            self._run(statement)
        return counts

    def _run(self, statement: str) -> None:
        """Execute one of merge_sql's statements."""
        self._cursor.execute(statement, self._parameters)

    def _row(self, statement: str) -> tuple[Any, ...]:
        """Execute it and return its row."""
        self._run(statement)
        found: tuple[Any, ...] = self._cursor.fetchone()
        return found

    def _knows_some(self) -> bool:
        """Whether the shop had any of the rows' orders."""
        return bool(self._row(sql.KNOWS_SOME)[0])

    def _fresh(self, statement: str) -> Counts:
        """What one of the statements for rows of new orders counts."""
        orders, lines, unmapped = self._row(statement)
        self._run(sql.NESTED_LOOPS_AGAIN)
        return Counts(orders_new=orders, lines_new=lines, unmapped=unmapped)

    def _plan(self) -> None:
        """Find what the shop had of the rows' orders, and what the rows say otherwise."""
        for statement in (sql.FORGET, sql.SEE_SUMMED if self._summed else sql.SEE, sql.KNOWN_ORDER, sql.PLAN_ORDER, sql.PLAN_LINE):
            self._run(statement)

    def _counts(self, orders_new: int, lines_new: int, unmapped: int) -> Counts:
        """Counts of the plan, with those of orders that the shop did not have."""
        returned, orders_changed, lines_added, lines_changed, unchanged = self._row(sql.COUNT_KNOWN)
        return Counts(orders_new + returned, orders_changed, lines_new + lines_added, lines_changed, unchanged, unmapped)
