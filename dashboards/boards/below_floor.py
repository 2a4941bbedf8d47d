"""What was sold for less than its producer accepts: told to the producer, where its sales are shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.lookups import LessThan

from catalog.models import FloorPrice
from dashboards.boards.names import Name
from dashboards.periods import Period
from orders.figures.models import Contribution

NEWEST = 10


@dataclass(frozen=True, slots=True)
class CheapLine:
    """One order line below the floor: `price` is what the goods were sold for by the unit, rounded down; `floor` held on its day."""

    product: Name
    day: date
    order: int
    number: str
    shop: str
    units: int
    price: int
    floor: int


@dataclass(frozen=True, slots=True)
class BelowFloor:
    """Lines below their floor in a period: how many, units, VND short of the floor, and the newest of them."""

    lines: int = 0
    units: int = 0
    short: int = 0
    newest: tuple[CheapLine, ...] = field(default=())


def has_floor(producers: tuple[int, ...]) -> bool:
    """Whether the producers ever named a lowest price; else nothing is below it."""
    return FloorPrice.objects.filter(product__producer__in=producers).exists()


def below_floor(producers: tuple[int, ...], period: Period, *, product: int | None = None) -> BelowFloor:
    """What the producers' members are told of the period's lines; those that were cancelled whole are nobody's sale.

    A lowest price holds from its own day on: what was sold before the producer named one was not sold below it.
    """
    found = _lines(producers, period, Q() if product is None else Q(product=product))
    sums = found.aggregate(
        lines=Count("pk"), units=Sum("placed_units", default=0), short=Sum(F("floor") * F("placed_units") - F("placed_value"), default=0)
    )
    if not sums["lines"]:
        return BelowFloor()
    rows = found.select_related("product", "order", "shop").order_by("-day", "-pk")[:NEWEST]
    return BelowFloor(sums["lines"], sums["units"], sums["short"], tuple(_row(row) for row in rows))


_FLOOR = Subquery(FloorPrice.objects.filter(product=OuterRef("product"), since__lte=OuterRef("day")).order_by("-since").values("price")[:1])
# Of Contribution: told to the producer alone, for a lowest price is not public.
BELOW_FLOOR = Q(LessThan(F("placed_value"), _FLOOR * F("placed_units")), placed_units__gt=F("cancelled_units"))


def _lines(producers: tuple[int, ...], period: Period, wanted: Q) -> QuerySet[Any]:
    return Contribution.objects.filter(
        wanted,
        BELOW_FLOOR,
        producer__in=producers,
        product__in=FloorPrice.objects.filter(product__producer__in=producers).values("product"),
        day__range=(period.first, period.last),
    ).annotate(floor=_FLOOR)


def _row(row: Any) -> CheapLine:
    return CheapLine(
        product=Name(row.product.code, row.product.name_vi, row.product.name_en),
        day=row.day,
        order=row.order_id,
        number=row.order.number,
        shop=row.shop.name,
        units=row.placed_units,
        price=row.placed_value // row.placed_units,
        floor=row.floor,
    )
