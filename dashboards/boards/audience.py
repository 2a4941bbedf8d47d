"""Whose sales a page shows: those of an official's territory, or those of a cooperative's own producers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from catalog.models import Producer, ProducerSeat, Product
from dashboards.boards.amounts import NOTHING, Measures, Orders
from dashboards.boards.measures import DIMENSIONS, By, Filters, Found, measure_each
from dashboards.boards.territory import Territory, territory_of
from dashboards.periods import Period
from livestreams.models import Session
from livestreams.sessions.models import SessionQuerySet
from orders.figures.models import Contribution, Figure
from orders.figures.sight import sight_of


@dataclass(frozen=True)
class Audience:
    """A territory (an official, an administrator), else producers by id (a member); with neither, nobody's sales."""

    territory: Territory | None = None
    producers: tuple[int, ...] = ()

    @property
    def official(self) -> bool:
        """Whether it looks at a territory."""
        return self.territory is not None

    def filters(self, **more: Any) -> Filters:
        """The figures it may see, with further filters."""
        if self.territory is not None:
            return Filters(province=self.territory.province, commune=self.territory.commune, **more)
        # One producer by itself, because its distinct orders are kept; none is no producer at all.
        return Filters(producer=self.producers[0] if len(self.producers) == 1 else self.producers, **more)

    def filters_of(self, *periods: Period) -> list[Filters]:
        """The figures it may see of each period."""
        return [self.filters(first=period.first, last=period.last) for period in periods]

    def producers_seen(self) -> QuerySet[Producer]:
        """Producers that sit, or sat, in the territory; the member's own."""
        if self.territory is None:
            return Producer.objects.filter(pk__in=self.producers)
        return Producer.objects.filter(Exists(_seats(self.territory).filter(producer=OuterRef("pk"))))

    def products_seen(self) -> QuerySet[Product]:
        """Their products."""
        if self.territory is None:
            return Product.objects.filter(producer__in=self.producers)
        return Product.objects.filter(Exists(_seats(self.territory).filter(producer=OuterRef("producer"))))

    def sessions_seen(self) -> SessionQuerySet:
        """Sessions of the province or led by the commune, and those that showed or sold what is made there; a member's: what it makes."""
        here = OuterRef("pk")
        sold = Q(Exists(Figure.objects.filter(session=here, **self.filters().lookups())))
        shown = Q(Exists(self.products_seen().filter(slots__session=here)))
        if self.territory is None:
            return Session.objects.filter(sold | shown)
        commune = self.territory.commune
        own = Q(province=self.territory.province) if commune is None else Q(commune=commune)
        return Session.objects.filter(own | sold | shown)


def _seats(territory: Territory) -> QuerySet[ProducerSeat]:
    if territory.commune is not None:
        return ProducerSeat.objects.filter(commune=territory.commune)
    return ProducerSeat.objects.filter(commune__province=territory.province)


def audience_of(user: User, *, province: str | None = None) -> Audience:
    """What `user` looks at; `province` is an administrator's choice. Raises PermissionDenied and Http404 as `territory_of` does.

    Somebody with a post and a membership looks at the territory; the own sales have a page of their own.
    """
    sight = sight_of(user)
    if sight.official:
        return Audience(territory=territory_of(user, province))
    return Audience(producers=sight.producers)


def sales(by: By, where: Filters) -> Found:
    """`measure` with distinct orders for every combination: those that no grain holds are counted from the lines themselves.

    Such a count costs with the number of lines; use it for a session, a shop or a producer, not for a province's years.
    """
    return sales_each((by,), (where,))[by][0]


def sales_total(where: Filters) -> Measures:
    """`sales` of everything that `where` admits."""
    return sales((), where).get((), NOTHING)


def sales_each(sets: Sequence[By], periods: Sequence[Filters]) -> dict[By, list[Found]]:
    """`sales` by each of `sets`, in each of `periods` (filters that differ in their days alone), read together."""
    found = measure_each(sets, periods, orders="if offered")
    return {by: [_counted(by, where, rows) for where, rows in zip(periods, found[by], strict=True)] for by in sets}


def _counted(by: By, where: Filters, rows: Found) -> Found:
    if all(measures.orders is not None for measures in rows.values()):
        return rows
    counts = distinct_orders(by, where)
    return {key: measures._replace(orders=counts.get(key, Orders())) for key, measures in rows.items()}


def sales_and_totals(by: By, periods: Sequence[Filters]) -> list[tuple[Found, Measures]]:
    """`sales` and `sales_total` in each of `periods`; the cells are read once."""
    found = sales_each((by, ()), periods)
    return [(rows, total.get((), NOTHING)) for rows, total in zip(found[by], found[()], strict=True)]


def distinct_orders(by: tuple[str, ...], where: Filters, condition: Q | None = None) -> dict[tuple[Any, ...], Orders]:
    """Distinct orders by any dimensions, counted from contributions; `condition` narrows them further."""
    lines = Contribution.objects.filter(condition or Q(), **where.lookups(of="contributions")).order_by()
    paths = {f"by_{name}": F("ocop_group_id" if name == "group" else DIMENSIONS[name][0]) for name in by}
    counts = {
        "in_all": Count("order", distinct=True),
        "net": Count("order", distinct=True, filter=Q(placed_units__gt=F("cancelled_units") + F("returned_units"))),
        "delivered": Count("order", distinct=True, filter=Q(delivered_units__gt=F("returned_units"))),
        "open": Count("order", distinct=True, filter=Q(is_final=False)),
    }
    rows: Iterable[Mapping[str, Any]] = lines.values(**paths).annotate(**counts) if by else [lines.aggregate(**counts)]
    return {tuple(row[f"by_{name}"] for name in by): Orders(row["in_all"], row["net"], row["delivered"], row["open"]) for row in rows}
