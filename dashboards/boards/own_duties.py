"""What waits for a cooperative to do something: stars that run out, feedback without an answer, SKUs that nobody has mapped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min
from django.utils import timezone

from catalog.standing import Star
from dashboards.boards.names import Name
from dashboards.boards.unmapped import UnmappedLines, unmapped_by_shop
from orders.models import Shop
from orders.shops.models import owned_since
from traceability.models import Feedback


@dataclass(frozen=True, slots=True)
class Duties:
    """`stars`: products whose star runs out within 180 days, or has lapsed, the most urgent first; `waiting`: texts since `since`."""

    stars: tuple[tuple[Name, Star], ...]
    waiting: int
    since: date | None
    unmapped: tuple[UnmappedLines, ...]

    @property
    def none(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.stars or self.waiting or self.unmapped)


def duties(producers: tuple[int, ...], stars: dict[Name, Star]) -> Duties:
    """The duties of the producers' members; `stars` are those of their products on the day."""
    waiting = Feedback.objects.filter(product__producer__in=producers, with_producer=True).waiting()
    found = waiting.order_by().aggregate(count=Count("pk"), since=Min("waiting_since"))
    shops = Shop.objects.filter(producer__in=producers)
    alerts = [(name, star) for name, star in stars.items() if star.state != "valid"]
    return Duties(
        stars=tuple(sorted(alerts, key=lambda alert: (alert[1].until, alert[0].code))),
        waiting=found["count"],
        since=timezone.localdate(found["since"]) if found["since"] else None,
        # What a former owner sold is the department's to say.
        unmapped=unmapped_by_shop(shops, owned_since(shops)),
    )
