"""What hosts sold so far, as a number that plans may weigh."""

from __future__ import annotations

from collections import Counter
from datetime import date

from dashboards.boards.audience import Audience
from dashboards.boards.measures import measure
from dashboards.boards.session_list import midnight
from dashboards.periods import DAY
from livestreams.models import Slot
from orders.models import Bucket


def units_per_slot(audience: Audience, first: date, last: date) -> dict[int, float]:
    """Units placed on air for each slot that was shown, by host (id), in sessions begun from `first` to `last` that the audience may see.

    A host whose slots were shown and who sold nothing has 0; a host without a slot is left out.
    """
    shown = Slot.objects.filter(
        session__in=audience.sessions_seen(),
        session__host__isnull=False,
        started_at__gte=midnight(first),
        started_at__lt=midnight(last + DAY),
    )
    slots: Counter[int] = Counter(host for host in shown.values_list("session__host", flat=True) if host is not None)
    sold = measure(("host",), audience.filters(first=first, last=last, bucket=Bucket.LIVE), orders="no")
    return {host: (sold[host,].units.placed if (host,) in sold else 0) / count for host, count in slots.items()}
