"""The shops that sell for a cooperative's producers, and how far their files reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Q
from django.utils import timezone

from dashboards.boards.names import Name
from orders.figures.models import Figure
from orders.models import IntakeRun, Shop


@dataclass(frozen=True, slots=True)
class OwnShop:
    """A shop of the producers, or one that sold something of theirs, with its newest file, if one came."""

    shop: Name
    exported_at: datetime | None

    def knows(self, day: date) -> bool:
        """Whether a file was exported on that day or after it: what is missing then was not sold."""
        return self.exported_at is not None and timezone.localdate(self.exported_at) >= day


def own_shops(producers: tuple[int, ...]) -> tuple[OwnShop, ...]:
    """Shops by name."""
    sold = Figure.objects.filter(producer__in=producers).values("shop")
    merged = Q(intake_runs__state=IntakeRun.State.MERGED)
    shops = Shop.objects.filter(Q(producer__in=producers) | Q(pk__in=sold)).order_by("name")
    rows = shops.annotate(newest=Max("intake_runs__exported_at", filter=merged)).values_list("code", "name", "newest")
    return tuple(OwnShop(Name(code, name), newest) for code, name, newest in rows)
