"""Which livestream, or which host, a platform named for an order: of all batches that name one the newest counts, however they arrive."""

from __future__ import annotations

from typing import NamedTuple

from django.db.backends.utils import CursorWrapper

from orders.feeds.models import NamedSession
from orders.intake.merge_sql import OBSERVES, order_numbered
from orders.intake.models import IntakeRun
from orders.marks.models import Mark

_SETTLE = f"""
WITH concerned AS (
    SELECT number FROM orders_namedsession WHERE run_id = %(run)s
), newest AS (
    SELECT n.number,
        (array_agg(n.session_id ORDER BY run.exported_at DESC, n.session_id DESC) FILTER (WHERE n.session_id IS NOT NULL))[1] AS session_id,
        (array_agg(n.host_id ORDER BY run.exported_at DESC, n.host_id DESC) FILTER (WHERE n.host_id IS NOT NULL))[1] AS host_id
    FROM orders_namedsession n JOIN orders_intakerun run ON run.id = n.run_id
    WHERE run.shop_id = %(shop)s AND n.number IN (SELECT number FROM concerned)
        AND CASE WHEN run.id = %(run)s THEN %(counts)s ELSE {OBSERVES} END
    GROUP BY n.number
), changed AS (
    UPDATE orders_order o SET reported_session_id = settled.session_id, reported_host_id = settled.host_id
    FROM (
        SELECT known.id, newest.session_id, newest.host_id
        FROM concerned LEFT JOIN newest USING (number) CROSS JOIN {order_numbered("concerned.number")} known
    ) settled
    WHERE o.id = settled.id AND (o.reported_session_id, o.reported_host_id) IS DISTINCT FROM (settled.session_id, settled.host_id)
    RETURNING o.id, o.number
), marked AS (
    INSERT INTO orders_mark (order_id, reason) SELECT id, %(reason)s FROM changed
)
SELECT number FROM changed
"""  # noqa: S608


class Named(NamedTuple):
    """What the platform named for an order: a livestream and a host, by id."""

    session: int | None
    host: int | None


def keep_named(cursor: CursorWrapper, run: IntakeRun, told: dict[str, Named]) -> set[str]:
    """Keep a batch's words (by the order's number) once it is merged; the numbers of the orders that change by it."""
    if not told:
        return set()
    NamedSession.objects.bulk_create(
        NamedSession(run=run, number=number, session_id=named.session, host_id=named.host) for number, named in told.items()
    )
    return _settle(cursor, run, counts=True)


def drop_named(cursor: CursorWrapper, run: IntakeRun) -> None:
    """Let each order that the run named a livestream or a host for fall back to what the others say: an undo of the run."""
    _settle(cursor, run, counts=False)


def _settle(cursor: CursorWrapper, run: IntakeRun, *, counts: bool) -> set[str]:
    cursor.execute(_SETTLE, {"run": run.pk, "shop": run.shop_id, "counts": counts, "reason": Mark.Reason.SESSION})
    return {number for (number,) in cursor.fetchall()}
