"""What the registry says on a day of the producers and products that an audience may see: one statement for each kind of thing.

A board names hundreds of products; to look up the seat, the facts, the price and the star of each costs more than to read all at once.
Whose these are is asked once: `seen` are the producers (ids) by `seen_by`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from catalog.models import ListPrice, ProducerSeat, Product, ProductFacts, StarRating
from dashboards.boards.audience import Audience


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a producer sits: codes and the commune's name."""

    province: str
    commune: str
    commune_name: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Of a product: its unit, and the code of its OCOP group."""

    unit: str
    group: str


def seats_on(audience: Audience, day: date) -> dict[int, Seat]:
    """The seat on `day` of every producer (by id) that the audience may see and that has one."""
    seats = ProducerSeat.objects.filter(producer__in=audience.producers_seen().values("pk")).of_each(day)
    rows = seats.values_list("producer_id", "commune__province_id", "commune_id", "commune__name")
    return {producer: Seat(province, commune, name) for producer, province, commune, name in rows}


def seen_by(audience: Audience, seats: Mapping[int, Seat]) -> Collection[int]:
    """The producers that the audience may see: those of its territory by `seats`; a member's own, which may have none."""
    return audience.producers if audience.territory is None else seats.keys()


def facts_on(seen: Collection[int], day: date) -> dict[int, Facts]:
    """The facts that hold on `day` of every product (by id) of which there are any."""
    facts = ProductFacts.objects.filter(product__producer__in=seen).of_each(day)
    return {product: Facts(unit, group or "") for product, unit, group in facts.values_list("product_id", "unit", "ocop_set__group__code")}


def prices_on(seen: Collection[int], day: date) -> dict[int, int]:
    """The list price on `day`, in VND, of every product (by id) that has one."""
    prices = ListPrice.objects.filter(product__producer__in=seen).of_each(day)
    return dict(prices.values_list("product_id", "price"))


def starred_on(seen: Collection[int], day: date) -> set[int]:
    """The products (ids) that have a star in force on `day`."""
    ratings = StarRating.objects.filter(product__producer__in=seen).valid_on(day)
    return set(ratings.order_by().values_list("product_id", flat=True))


def products_on(audience: Audience, seats: dict[int, Seat]) -> dict[int, int]:
    """The producer (id) of each product (id) that is no double, of producers that sit in the territory by `seats`; a member's own."""
    products = Product.objects.single().filter(producer__in=seen_by(audience, seats)).order_by().values_list("pk", "producer_id")
    return {pk: producer for pk, producer in products if sits(producer, audience, seats)}


def sits(producer: int, audience: Audience, seats: dict[int, Seat]) -> bool:
    """Whether the producer sits in the audience's territory by `seats`; a member's own do wherever they sit."""
    territory = audience.territory
    if territory is None:
        return True
    seat = seats.get(producer)
    return seat is not None and territory.holds(seat.province, seat.commune)
