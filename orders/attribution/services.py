"""The verbs of the rules: see what a new one would change, put one in force. A rule that held is never changed or taken away."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.db.models import Max

from accounts.models import User
from orders.attribution.models import AttributionRule
from orders.figures import fold_sql
from orders.marks.models import Recount

ORDERS_AT_ONCE = 20_000
LOOKED_AT_MOST = 100_000

NEXT_MARKED = """
CREATE TEMP TABLE touched ON COMMIT DROP AS
SELECT DISTINCT m.order_id FROM orders_mark m JOIN orders_attribution USING (order_id)
WHERE m.id BETWEEN %(first)s AND %(last)s AND m.reason = 5 AND m.order_id < %(before)s
ORDER BY m.order_id DESC LIMIT %(limit)s;
ANALYZE touched
"""
OTHERWISE = """
SELECT a.bucket, d.bucket, count(*) FROM decided d JOIN orders_attribution a USING (order_id)
WHERE (a.bucket, a.session_id) IS DISTINCT FROM (d.bucket, d.session_id) GROUP BY 1, 2
"""


@dataclass(frozen=True)
class Windows:
    """The numbers of a rule (FIGURES: Attribution)."""

    live_grace_minutes: int
    after_hours: int
    after_days_short: int
    after_days_long: int


@dataclass(frozen=True)
class Preview:
    """What a rule would do: `orders` are of its days; of the newest `looked_at` of them, so many would go from one bucket to another.

    From a bucket to the same one: to another session.
    """

    orders: int
    looked_at: int
    moves: tuple[tuple[int, int, int], ...]

    @property
    def changed(self) -> int:
        """Orders that would be attributed otherwise."""
        return sum(count for _before, _after, count in self.moves)


class RuleDayTakenError(ValueError):
    """A rule begins on that day already."""


def preview_rule(*, since: date, windows: Windows) -> Preview:
    """What would change if a rule with these windows began on `since`; nothing is kept of it. Raises RuleDayTakenError.

    The fold waits meanwhile, because it is asked as it will be: with the rule in its place.
    """
    with transaction.atomic():
        rule = _write(since=since, windows=windows)
        found = Recount.objects.filter(rule=rule).order_by("-pk").first()
        preview = Preview(0, 0, ()) if found is None else _looked(found)
        transaction.set_rollback(True)
    return preview


@transaction.atomic
def add_rule(*, since: date, windows: Windows, reason: str, by: User | None) -> AttributionRule:
    """Put a rule in force from `since` on; the database marks the orders of its days, the fold attributes them anew.

    Raises RuleDayTakenError.
    """
    return _write(since=since, windows=windows, reason=reason, by=by)


def _write(*, since: date, windows: Windows, reason: str = "", by: User | None = None) -> AttributionRule:
    with connection.cursor() as cursor:
        # Two at once would take the same number, and each would see its own rule alone.
        cursor.execute("LOCK TABLE orders_attributionrule IN SHARE ROW EXCLUSIVE MODE")
    if AttributionRule.objects.filter(since=since).exists():
        raise RuleDayTakenError(since.isoformat())
    newest = AttributionRule.objects.aggregate(newest=Max("version"))["newest"] or 0
    return AttributionRule.objects.create(version=newest + 1, since=since, reason=reason, made_by=by, **vars(windows))


def _looked(marked: Recount) -> Preview:
    """Decide the newest of the marked orders anew, portion by portion, and compare."""
    moves: Counter[tuple[int, int]] = Counter()
    looked, before = 0, 2**62
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '96MB'; SET LOCAL jit = off")
        while looked < LOOKED_AT_MOST:
            cursor.execute(fold_sql.FORGET)
            portion = {"first": marked.first_mark, "last": marked.last_mark, "before": before, "limit": ORDERS_AT_ONCE}
            cursor.execute(NEXT_MARKED, portion)
            cursor.execute("SELECT min(order_id), count(*) FROM touched")
            oldest, count = cursor.fetchone()
            if not count:
                break
            for statement in (fold_sql.TOUCHED_LINE, fold_sql.SESSION_SPAN, fold_sql.DECIDED):
                cursor.execute(statement)
            cursor.execute(OTHERWISE)
            for was, will, orders in cursor.fetchall():
                moves[was, will] += orders
            looked, before = looked + count, oldest
        cursor.execute(fold_sql.FORGET)
    return Preview(marked.orders, looked, tuple((was, will, orders) for (was, will), orders in sorted(moves.items())))
