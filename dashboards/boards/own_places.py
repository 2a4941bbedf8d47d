"""Where a producer's goods were sold, and where they went: shops on their platforms, provinces of delivery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, Sum

from catalog.models import Platform
from dashboards.boards.amounts import Measures
from dashboards.boards.measures import Filters, Found
from dashboards.boards.names import Name
from orders.figures.models import Contribution
from orders.models import Shop
from places.models import Province


@dataclass(frozen=True, slots=True)
class SoldAt:
    """What a shop sold in the period and in the one before."""

    shop: Name
    now: Measures
    before: Measures


@dataclass(frozen=True, slots=True)
class SoldOn:
    """A platform with its shops, the best one first."""

    platform: str
    shops: tuple[SoldAt, ...]

    @property
    def name(self) -> str:
        """The platform in words."""
        return str(Platform(self.platform).label)

    @property
    def net(self) -> int:
        """VND net of its shops in the period."""
        return sum(row.now.value.net for row in self.shops)

    @property
    def orders(self) -> int:
        """Distinct orders of the period: an order is of one shop."""
        return sum(row.now.orders.placed for row in self.shops if row.now.orders)

    @property
    def net_before(self) -> int:
        """VND net of its shops in the period before."""
        return sum(row.before.value.net for row in self.shops)


@dataclass(frozen=True, slots=True)
class DeliveredTo:
    """Distinct orders that went to a province (None: the source told none), now and before, and their VND net of these producers."""

    province: Name | None
    orders: int
    before: int
    net: int


def sold_on(sold: Found, sold_before: Found) -> tuple[SoldOn, ...]:
    """The platforms on which anything was sold in either period (given by shop), by net value of the first."""
    platforms: dict[str, list[SoldAt]] = {}
    for pk, code, name, platform in Shop.objects.filter(pk__in={pk for (pk,) in {**sold, **sold_before}}).values_list(
        "pk", "code", "name", "platform"
    ):
        row = SoldAt(Name(code, name), sold.get((pk,), Measures()), sold_before.get((pk,), Measures()))
        platforms.setdefault(platform, []).append(row)
    rows = [
        SoldOn(platform, tuple(sorted(shops, key=lambda row: (-row.now.value.net, row.shop.code)))) for platform, shops in platforms.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.net, row.platform)))


def delivered_to(now: Filters, before: Filters) -> tuple[DeliveredTo, ...]:
    """Provinces by orders, the unknown one last. Counted from the lines: no figure keeps where an order went."""
    went, went_before = _orders_by_province(now, before)
    names = Province.objects.in_bulk({code for code in {**went, **went_before} if code is not None})
    rows = [
        DeliveredTo(
            None if code is None else Name(code, names[code].short_name if code in names else code),
            went.get(code, (0, 0))[0],
            went_before.get(code, (0, 0))[0],
            went.get(code, (0, 0))[1],
        )
        for code in {**went, **went_before}
    ]
    return tuple(sorted(rows, key=lambda row: (row.province is None, -row.orders, -row.before, row.province.code if row.province else "")))


def _orders_by_province(*periods: Filters) -> list[dict[str | None, tuple[int, int]]]:
    """Distinct orders and VND net of each period (filters that differ in their days alone) by province; one query."""
    days = [Q(day__range=(where.first, where.last)) for where in periods]
    whose = (periods[0] & {"first": None, "last": None}).lookups(of="contributions")
    net = F("placed_value") - F("cancelled_value") - F("returned_value")
    counts = {f"orders_{place}": Count("order", distinct=True, filter=within) for place, within in enumerate(days)}
    sums = {f"net_{place}": Sum(net, filter=within, default=0) for place, within in enumerate(days)}
    lines: Any = Contribution.objects.filter(Q(*days, _connector=Q.OR), **whose).order_by()
    rows = list(lines.values_list("order__delivery_province").annotate(**counts, **sums))
    # The province, the orders of each period, the VND of each.
    return [{row[0]: (row[1 + place], row[1 + len(days) + place]) for row in rows if row[1 + place]} for place in range(len(days))]
