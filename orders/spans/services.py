"""Keeping the spans of a shop: what a run shows is added to them, and taken out again when it is undone."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

from orders.intake.models import IntakeRun
from orders.spans.models import ShopSpan
from orders.spans.rule import Span, reach, together

_DAY = "(placed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"
_KNOWN_AND_SHOWN = f"""
SELECT true, first, last, told_to FROM orders_shopspan WHERE shop_id = %(shop)s
UNION ALL SELECT DISTINCT false, {_DAY}, {_DAY}, NULL::date FROM orders_stagedrow WHERE run_id = %(run)s
"""  # noqa: S608  (built of this module's constants)
_SHOWN_BY_OTHERS = f"""
SELECT DISTINCT {_DAY}, (r.exported_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
FROM orders_stagedrow s JOIN orders_intakerun r ON r.id = s.run_id
WHERE r.shop_id = %(shop)s AND r.id <> %(run)s AND r.state IN ('merged', 'undoing')
"""  # noqa: S608  (built of this module's constants)


def add_days(run: IntakeRun) -> None:
    """The shop tells of the days of the run's rows too. In the transaction of its merge, which holds the shop's lock."""
    found: dict[bool, list[Span]] = {True: [], False: []}
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN_AND_SHOWN, {"shop": run.shop_id, "run": run.pk})
        for is_known, first, last, told_to in cursor.fetchall():
            found[is_known].append((first, last, told_to or reach(last, timezone.localdate(run.exported_at))))
    _keep(run.shop_id, sorted(found[True]), together([*found[True], *found[False]]))


def take_days_back(run: IntakeRun) -> None:
    """The shop tells of what its other runs show. In the transaction of the run's undo, which holds the shop's lock."""
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN_BY_OTHERS, {"shop": run.shop_id, "run": run.pk})
        shown = [(day, day, reach(day, exported)) for day, exported in cursor.fetchall()]
    known = list(ShopSpan.objects.filter(shop=run.shop_id).order_by("first").values_list("first", "last", "told_to"))
    _keep(run.shop_id, known, together(shown))


def _keep(shop: int, known: list[Span], spans: list[Span]) -> None:
    if spans == known:
        return
    ShopSpan.objects.filter(shop=shop).delete()
    ShopSpan.objects.bulk_create(ShopSpan(shop_id=shop, first=first, last=last, told_to=told_to) for first, last, told_to in spans)
