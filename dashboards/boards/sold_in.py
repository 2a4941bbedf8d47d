"""In which livestreams a product, or a producer's products, were shown or sold, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from dashboards.boards.amounts import NOTHING, Measures
from dashboards.boards.measures import Found
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


def appearances(slots: Q, sold: Found, begun: Period | None = None) -> tuple[Appearance, ...]:
    """Livestreams that `sold` something (by session and bucket), or with a slot that fits `slots` (of those begun in these days).

    The newest first. A slot that was skipped showed nothing, and so did a livestream that was called off: these count only if they sold
    something.
    """
    shown = Slot.objects.filter(slots, session__in=Session.objects.not_called_off()).exclude(outcome=Slot.Outcome.SKIPPED)
    minutes = dict(shown.order_by().values_list("session").annotate(sum=Sum("minutes")))
    with_sales = {session for session, _bucket in sold if session is not None}
    sessions = Session.objects.filter(pk__in=with_sales | set(minutes)).annotate(begun=Coalesce("actual_start", "planned_start"))
    if begun is not None:
        in_time = Q(begun__gte=midnight(begun.first), begun__lt=midnight(begun.last + DAY))
        sessions = sessions.filter(in_time | Q(pk__in=with_sales))
    return tuple(
        Appearance(
            session=Name(*names),
            start=start,
            host=host or "",
            minutes=minutes.get(pk, 0),
            live=sold.get((pk, Bucket.LIVE), NOTHING),
            after=sum((sold.get((pk, bucket), NOTHING) for bucket in AFTER), NOTHING),
        )
        for pk, start, host, *names in sessions.order_by("-begun", "-pk").values_list(
            "pk", "begun", "host__stage_name", "code", "name_vi", "name_en"
        )
    )
