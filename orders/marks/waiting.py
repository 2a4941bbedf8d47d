"""How many orders the next folds look at anew, and how far that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from orders.marks.models import Mark, Recount


@dataclass(frozen=True, slots=True)
class Progress:
    """So many of the orders that a change concerns were attributed anew; `begun_at` is when it was made."""

    done: int
    total: int
    begun_at: datetime

    @property
    def seconds_left(self) -> int | None:
        """At the rate so far; None where nothing is done yet."""
        if not self.done:
            return None
        return round((self.total - self.done) * (timezone.now() - self.begun_at).total_seconds() / self.done)


def orders_waiting(code: str) -> int:
    """Orders that wait to be attributed anew and that the session of this code has or could have: its own, and those of its shops."""
    could = Q(order__attribution__session__code=code) | Q(order__shop__sessions__code=code)
    return Mark.objects.filter(could).values("order").distinct().count()


def session_recount(code: str) -> Progress | None:
    """How far the orders of a session are that was moved, or whose shops or run-of-show changed; None where none waits."""
    return _progress(Recount.objects.filter(session__code=code))


def rules_recount() -> Progress | None:
    """How far the orders are whose rule changed; None where none waits."""
    return _progress(Recount.objects.filter(reason=Mark.Reason.RULE))


def _progress(recounts: QuerySet[Recount]) -> Progress | None:
    marks = Mark.objects.filter(id__gte=OuterRef("first_mark"), id__lte=OuterRef("last_mark"), reason=OuterRef("reason"))
    left = Subquery(marks.order_by().values("reason").annotate(count=Count("pk")).values("count"))
    rows = list(recounts.annotate(left=Coalesce(left, 0)).filter(left__gt=0).values_list("orders", F("left"), "begun_at"))
    if not rows:
        return None
    total = sum(orders for orders, _left, _begun in rows)
    return Progress(
        done=sum(max(orders - waiting, 0) for orders, waiting, _begun in rows), total=total, begun_at=min(begun for *_counts, begun in rows)
    )
