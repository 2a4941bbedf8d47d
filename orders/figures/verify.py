"""Whether figures and pending marks say what the ledger says, and making them anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from orders.figures import fold_sql, verify_sql
from orders.marks.locks import FACTS_LOCK, FOLD_LOCK

SHOWN = 20
ORDERS_AT_ONCE = 20_000


@dataclass(frozen=True)
class Difference:
    """One disagreement: which check found it, where, and what stands against what."""

    check: str
    where: str
    stored: str
    expected: str


@dataclass(frozen=True)
class Verdict:
    """All differences (the first of each check), and what the check covered."""

    differences: list[Difference]
    orders: int
    pending: int
    snapshot: int


def verify_figures() -> Verdict:
    """Compare, in one REPEATABLE READ, figures with contributions, contributions with the ledger, and lines with the ledger.

    Orders that are marked are pending: their stored contribution must still be in the figures (so figures + pending = ledger),
    but need not agree with the ledger yet. Every other order's must, to the đồng, under every heading.
    """
    differences: list[Difference] = []
    with transaction.atomic(), connection.cursor() as cursor:
        if not connection.savepoint_ids:  # the first statement of the transaction, or it is a test's
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SET LOCAL work_mem = '96MB'; SET LOCAL jit = off")
        cursor.execute(verify_sql.SCOPE)
        orders, pending, snapshot = cursor.fetchone()
        for name, statement in verify_sql.CHECKS:
            cursor.execute(statement, {"limit": SHOWN})
            differences += [Difference(name, where, stored, expected) for where, stored, expected in cursor.fetchall()]
        differences += _recomputed(cursor)
    return Verdict(differences, orders, pending, snapshot)


def _recomputed(cursor: Any) -> list[Difference]:
    """Contributions that the fold would now write otherwise, of orders that nobody marked; portion by portion."""
    found: list[Difference] = []
    last = 0
    while True:
        cursor.execute(fold_sql.FORGET)
        cursor.execute(verify_sql.NEXT_UNMARKED, {"after": last, "limit": ORDERS_AT_ONCE})
        cursor.execute("SELECT max(order_id) FROM touched")
        (newest,) = cursor.fetchone()
        if newest is None:
            return found
        for statement in fold_sql.COMPUTE:
            cursor.execute(statement)
        for name, statement in verify_sql.AGAINST_FRESH:
            cursor.execute(statement, {"limit": SHOWN})
            found += [Difference(name, where, stored, expected) for where, stored, expected in cursor.fetchall()]
        last = newest


def rebuild_figures() -> int:
    """Make contributions, attributions and figures anew from orders, ledger and facts; the number of orders read.

    One transaction under the fold's locks: readers see the old figures until it commits, and marks set meanwhile stay.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOLD_LOCK])
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FACTS_LOCK])
        cursor.execute("SET LOCAL work_mem = '96MB'; SET LOCAL jit = off")
        for table in ("orders_figure", "orders_orderfigure", "orders_contribution"):
            cursor.execute(f"DELETE FROM {table}")  # not TRUNCATE: a reader's snapshot must keep its rows
        total = last = 0
        while True:
            cursor.execute(fold_sql.FORGET)
            cursor.execute(verify_sql.NEXT_ORDERS, {"after": last, "limit": ORDERS_AT_ONCE})
            cursor.execute("SELECT max(order_id), count(*) FROM touched")
            newest, orders = cursor.fetchone()
            if newest is None:
                break
            for statement in fold_sql.MOVE:
                cursor.execute(statement)
            last, total = newest, total + orders
        cursor.execute(fold_sql.NEXT_SNAPSHOT)
    return total
