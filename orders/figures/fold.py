"""The fold: moves the figures by what changed since the last one.

One at a time, in READ COMMITTED: the marks are taken in one statement, the orders they name are read in later ones. A mark that
was committed before the first is taken and its order seen; one committed after it stays for the next fold. Killed at any moment
it leaves marks, contributions and figures as they were.
"""

from __future__ import annotations

import logging

from django.db import connection, transaction

from orders.figures import fold_sql as sql
from orders.leases.work import let_go_when_hung
from orders.marks.locks import FACTS_LOCK, FOLD_LOCK

log = logging.getLogger(__name__)

MARKS_AT_MOST = 20_000


def fold_once(*, limit: int = MARKS_AT_MOST, wait: bool = True) -> int:
    """Fold at most `limit` marks; the number of orders read. 0: nothing was marked (and no snapshot made).

    Waits for facts that are being changed (see orders/marks), and for a fold that runs, unless `wait` is off: then 0.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        let_go_when_hung(cursor)
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOLD_LOCK])
        else:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [FOLD_LOCK])
            (free,) = cursor.fetchone()
            if not free:
                return 0
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FACTS_LOCK])
        cursor.execute("SET LOCAL work_mem = '96MB'; SET LOCAL jit = off")
        cursor.execute(sql.FORGET)
        cursor.execute(sql.TAKE_MARKS, {"limit": limit})
        cursor.execute("SELECT count(*) FROM touched")
        (orders,) = cursor.fetchone()
        if not orders:
            return 0
        for statement in sql.MOVE:
            cursor.execute(statement)
        cursor.execute(sql.DROP_FINISHED)
        cursor.execute(sql.NEXT_SNAPSHOT)
        (number,) = cursor.fetchone()
    log.info("snapshot %s: %s orders folded", number, orders)
    return int(orders)


def fold_all() -> int:
    """Fold until no mark is left; the number of orders read."""
    total = 0
    while orders := fold_once():
        total += orders
    return total
