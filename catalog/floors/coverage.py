"""How many products can be bought on which floor. A product is on a floor by an open link of its own or of its producer."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from catalog.models import LINKED, Platform, SalesLink
from catalog.models.products import ProductQuerySet

NOWHERE = "none"


@dataclass(frozen=True)
class FloorRow:
    """A floor: products on sale there, their producers, the earliest day since which one is known to be, and links that are closed."""

    floor: Platform
    products: int
    producers: int
    first: date | None
    closed: int


@dataclass(frozen=True)
class Coverage:
    """All products, those on sale on one floor at least, and each floor, the one with most products first."""

    total: int
    somewhere: int
    floors: list[FloorRow]

    @property
    def nowhere(self) -> int:
        """Products on no floor."""
        return self.total - self.somewhere


def coverage_of(products: ProductQuerySet) -> Coverage:
    """Counts over the products given, in two queries."""
    producer_of = dict(products.order_by().values_list("pk", "producer_id"))
    made_by: dict[int, set[int]] = defaultdict(set)
    for product, producer in producer_of.items():
        made_by[producer].add(product)
    here = Q(product__in=products.order_by().values("pk")) | Q(producer__in=products.order_by().values("producer"))
    sold: dict[str, set[int]] = defaultdict(set)
    first: dict[str, date] = {}
    closed: dict[str, int] = defaultdict(int)
    for product, producer, floor, state, opened in SalesLink.objects.filter(here).values_list(
        "product", "producer", "floor", "state", "opened_on"
    ):
        if state == SalesLink.State.CLOSED:
            closed[floor] += 1
            continue
        sold[floor] |= {product} if product is not None else made_by[producer]
        if opened is not None:
            first[floor] = min(first.get(floor, opened), opened)
    floors = [
        FloorRow(floor, len(sold[floor]), len({producer_of[product] for product in sold[floor]}), first.get(floor), closed[floor])
        for floor in LINKED
    ]
    floors.sort(key=lambda row: -row.products)
    return Coverage(len(producer_of), len(set().union(*sold.values())), floors)


def sold_on(products: ProductQuerySet, floor: str) -> ProductQuerySet:
    """Those of the products that are on the floor; with NOWHERE those on none."""
    links = SalesLink.objects.open().filter(Q(product=OuterRef("pk")) | Q(producer=OuterRef("producer")))
    return products.filter(~Exists(links)) if floor == NOWHERE else products.filter(Exists(links.filter(floor=floor)))
