"""Keeping the spans of a shop: what a run shows is added to them, and taken out again when it is undone."""

from __future__ import annotations

from django.db import connection

from orders.intake.models import IntakeRun
from orders.spans.models import ShopSpan
from orders.spans.rule import Days, together

_DAY = "(placed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"
_KNOWN_AND_SHOWN = f"""
SELECT true, first, last FROM orders_shopspan WHERE shop_id = %(shop)s
UNION ALL SELECT false, day, day FROM (SELECT DISTINCT {_DAY} AS day FROM orders_stagedrow WHERE run_id = %(run)s) shown
"""  # noqa: S608  (built of this module's constants)
_SHOWN_BY_OTHERS = f"""
SELECT DISTINCT {_DAY} FROM orders_stagedrow s JOIN orders_intakerun r ON r.id = s.run_id
WHERE r.shop_id = %(shop)s AND r.id <> %(run)s AND r.state IN ('merged', 'undoing')
"""  # noqa: S608  (built of this module's constants)


def add_days(run: IntakeRun) -> None:
    """The shop tells of the days of the run's rows too. In the transaction of its merge, which holds the shop's lock."""
    found: dict[bool, list[Days]] = {True: [], False: []}
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN_AND_SHOWN, {"shop": run.shop_id, "run": run.pk})
        for is_known, first, last in cursor.fetchall():
            found[is_known].append((first, last))
    _keep(run.shop_id, sorted(found[True]), together([*found[True], *found[False]]))


def take_days_back(run: IntakeRun) -> None:
    """The shop tells of what its other runs show. In the transaction of the run's undo, which holds the shop's lock."""
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN_BY_OTHERS, {"shop": run.shop_id, "run": run.pk})
        shown = [(day, day) for (day,) in cursor.fetchall()]
    known = list(ShopSpan.objects.filter(shop=run.shop_id).order_by("first").values_list("first", "last"))
    _keep(run.shop_id, known, together(shown))


def _keep(shop: int, known: list[Days], spans: list[Days]) -> None:
    if spans == known:
        return
    ShopSpan.objects.filter(shop=shop).delete()
    ShopSpan.objects.bulk_create(ShopSpan(shop_id=shop, first=first, last=last) for first, last in spans)
