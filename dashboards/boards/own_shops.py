"""The shops that sell for a cooperative's producers, and how far their files reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q

from dashboards.boards.covered import Covered, covered_shops
from dashboards.boards.names import Name
from orders.figures.models import Figure
from orders.models import IntakeRun, Shop


@dataclass(frozen=True, slots=True)
class OwnShop:
    """A shop of the producers, or one that sold something of theirs, with its newest file, if one came."""

    shop: Name
    exported_at: datetime | None


def own_shops(producers: tuple[int, ...]) -> tuple[tuple[OwnShop, ...], Covered]:
    """Shops by name, and the days that their files tell of."""
    sold = Figure.objects.filter(producer__in=producers).values("shop")
    merged = Q(intake_runs__state=IntakeRun.State.MERGED)
    shops = Shop.objects.filter(Q(producer__in=producers) | Q(pk__in=sold)).order_by("name")
    rows = list(shops.annotate(newest=Max("intake_runs__exported_at", filter=merged)).values_list("pk", "code", "name", "newest"))
    covered = covered_shops([shop for shop, *_rest in rows])
    return tuple(OwnShop(Name(code, name), newest) for _shop, code, name, newest in rows), covered
