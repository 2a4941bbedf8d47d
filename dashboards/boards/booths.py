"""What was sold at events: of their booths' orders those of the events' own days, on every page and beside every claim."""

from __future__ import annotations

from collections.abc import Iterable

from dashboards.boards.amounts import NOTHING, Measures
from dashboards.boards.audience import sales
from dashboards.boards.measures import Filters
from livestreams.models import OfflineEvent
from orders.models import Bucket


def sold_at(events: Iterable[OfflineEvent], where: Filters) -> dict[int, Measures]:
    """By event (id) what `where` admits of it, where anything was sold; as many queries for any number of events."""
    days = {event.pk: (event.starts_on, event.ends_on) for event in events}
    if not days:
        return {}
    span = {"first": min(first for first, _last in days.values()), "last": max(last for _first, last in days.values())}
    found: dict[int, Measures] = {}
    # An order has one day, so that the days' distinct orders add up.
    for (event, day), measures in sales(("event", "day"), where & {**span, "bucket": Bucket.EVENT.value}).items():
        if event in days and days[event][0] <= day <= days[event][1]:
            found[event] = found.get(event, NOTHING) + measures
    return found
