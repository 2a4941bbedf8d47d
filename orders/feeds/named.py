"""Which livestream a platform named for an order: of all batches that name one the newest counts, in whatever order they arrive."""

from __future__ import annotations

from django.db.backends.utils import CursorWrapper

from orders.feeds.models import NamedSession
from orders.intake.merge_sql import OBSERVES, order_numbered
from orders.intake.models import IntakeRun
from orders.marks.models import Mark

_SETTLE = f"""
WITH concerned AS (
    SELECT number FROM orders_namedsession WHERE run_id = %(run)s
), newest AS (
    SELECT DISTINCT ON (n.number) n.number, n.session_id
    FROM orders_namedsession n JOIN orders_intakerun run ON run.id = n.run_id
    WHERE run.shop_id = %(shop)s AND n.number IN (SELECT number FROM concerned)
        AND CASE WHEN run.id = %(run)s THEN %(counts)s ELSE {OBSERVES} END
    ORDER BY n.number, run.exported_at DESC, n.session_id DESC
), changed AS (
    UPDATE orders_order o SET reported_session_id = settled.session_id
    FROM (
        SELECT known.id, newest.session_id
        FROM concerned LEFT JOIN newest USING (number) CROSS JOIN {order_numbered("concerned.number")} known
    ) settled
    WHERE o.id = settled.id AND o.reported_session_id IS DISTINCT FROM settled.session_id
    RETURNING o.id, o.number
), marked AS (
    INSERT INTO orders_mark (order_id, reason) SELECT id, %(reason)s FROM changed
)
SELECT number FROM changed
"""  # noqa: S608


def keep_named(cursor: CursorWrapper, run: IntakeRun, told: dict[str, int]) -> set[str]:
    """Keep a batch's words (order's number → session's id) once it is merged; the numbers of the orders that change by it."""
    if not told:
        return set()
    NamedSession.objects.bulk_create(NamedSession(run=run, number=number, session_id=session) for number, session in told.items())
    return _settle(cursor, run, counts=True)


def drop_named(cursor: CursorWrapper, run: IntakeRun) -> None:
    """Let each order that the run named a livestream for fall back to what the others say: an undo of the run."""
    _settle(cursor, run, counts=False)


def _settle(cursor: CursorWrapper, run: IntakeRun, *, counts: bool) -> set[str]:
    cursor.execute(_SETTLE, {"run": run.pk, "shop": run.shop_id, "counts": counts, "reason": Mark.Reason.SESSION})
    return {number for (number,) in cursor.fetchall()}
