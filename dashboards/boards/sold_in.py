"""In which livestreams a product, or a producer's products, were shown or sold, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from dashboards.boards.amounts import NOTHING, Measures
from dashboards.boards.audience import sales
from dashboards.boards.measures import Filters
from dashboards.boards.names import Name
from dashboards.boards.session_list import AFTER, midnight
from dashboards.periods import DAY, Period
from livestreams.models import Session, Slot
from orders.models import Bucket


@dataclass(frozen=True, slots=True)
class Appearance:
    """A livestream with the minutes it gave (0: sold without a slot), and what it sold on air and in the 30 days after."""

    session: Name
    start: datetime
    host: str
    minutes: int
    live: Measures
    after: Measures


def appearances(slots: Q, where: Filters, begun: Period | None = None) -> tuple[Appearance, ...]:
    """Livestreams with sales that fit `where`, or with a slot that fits `slots` (of those begun in these days); the newest first.

    A slot that was skipped showed nothing, and so did a livestream that was called off: these count only if they sold something.
    """
    sold = sales(("session", "bucket"), where)
    shown = Slot.objects.filter(slots, session__in=Session.objects.not_called_off()).exclude(outcome=Slot.Outcome.SKIPPED)
    minutes = dict(shown.order_by().values_list("session").annotate(sum=Sum("minutes")))
    with_sales = {session for session, _bucket in sold if session is not None}
    sessions = Session.objects.filter(pk__in=with_sales | set(minutes)).select_related("host")
    if begun is not None:
        start = Coalesce("actual_start", "planned_start")
        in_time = Q(start_at__gte=midnight(begun.first), start_at__lt=midnight(begun.last + DAY))
        sessions = sessions.alias(start_at=start).filter(in_time | Q(pk__in=with_sales))
    rows = [
        Appearance(
            session=Name(session.code, session.name_vi, session.name_en),
            start=session.start,
            host=str(session.host) if session.host else "",
            minutes=minutes.get(session.pk, 0),
            live=sold.get((session.pk, Bucket.LIVE), NOTHING),
            after=sum((sold.get((session.pk, bucket), NOTHING) for bucket in AFTER), NOTHING),
        )
        for session in sessions
    ]
    return tuple(sorted(rows, key=lambda row: row.start, reverse=True))
