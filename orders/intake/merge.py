"""From staged rows to orders, lines, ledger entries and marks: set-based, in the caller's transaction.

`plan_run` compares a run's staged rows with what is known and counts; it writes temporary tables alone, so it is the dry run.
`apply_plan` then writes. Both run under the shop's advisory lock: two files of one shop at once take turns.

Which observation wins (HOUSE: The ledger): the newest `exported_at`; on a tie the later state, then more units returned, then
the greater of every other column in turn, so that no order of arrival can give another result.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.backends.utils import CursorWrapper

from orders.intake import merge_sql as sql
from orders.intake.models import IntakeRun
from orders.marks.models import Mark

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


def plan_run(run: IntakeRun) -> Counts:
    """Compare the run's staged rows with orders and lines; leaves the plan in temporary tables until the transaction ends.

    Must be called within a transaction. Takes the shop's lock until its end.
    """
    parameters = {"run": run.pk, "shop": run.shop_id, "exported_at": run.exported_at, "source": run.source}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [SHOP_LOCK, run.shop_id])
        # The plan's sorts and hashes of 200,000 rows stay in memory; set for this transaction alone.
        cursor.execute("SET LOCAL work_mem = '96MB'; SET LOCAL jit = off")
        for statement in (sql.FORGET, sql.SEEN, sql.PLAN_ORDER, sql.PLAN_LINE):
            cursor.execute(statement, parameters)
        cursor.execute(sql.COUNTS, parameters)
        return Counts(*cursor.fetchone())


def apply_plan(run: IntakeRun) -> None:
    """Write what `plan_run` found in this same transaction: orders, lines, entries, and a mark for each order touched."""
    parameters = {"run": run.pk, "shop": run.shop_id, "exported_at": run.exported_at, "source": run.source, "reason": Mark.Reason.INTAKE}
    with connection.cursor() as cursor:
        cursor.execute(sql.INSERT_ORDERS, parameters)
        cursor.execute(sql.INSERT_LINES, parameters)
        cursor.execute(sql.INSERT_ENTRIES_OF_NEW_LINES, parameters)
        if _some_known_already(cursor):
            for statement in sql.UPDATE_KNOWN:
                cursor.execute(statement, parameters)
        cursor.execute(sql.INSERT_MARKS, parameters)


def _some_known_already(cursor: CursorWrapper) -> bool:
    """Whether the plan names an order we have: a first file skips the comparison with the ledger."""
    cursor.execute("SELECT EXISTS (SELECT 1 FROM plan_order WHERE NOT is_new)")
    (known,) = cursor.fetchone()
    return bool(known)
