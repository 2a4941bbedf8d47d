"""One product: its star with its decision and history, its facts, and what was sold of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from catalog.models import ProducerSeat, Product
from catalog.standing import Star, star_on
from dashboards.boards.amounts import Measures
from dashboards.boards.audience import Audience, sales, sales_total
from dashboards.boards.below_floor import BelowFloor, below_floor
from dashboards.boards.covered import covered_shops
from dashboards.boards.measures import Filters, measure
from dashboards.boards.names import Name
from dashboards.boards.sold_in import Appearance, appearances
from dashboards.periods import Period
from orders.figures.models import Figure

DayNet = tuple[date, int | None, int | None]
"""A day, its net value and that of the earlier day beside it, in VND; None is not known."""


@dataclass(frozen=True, slots=True)
class RatingRow:
    """A rating with the decision that gave it; the state is that of the day asked about, or `to come`."""

    stars: int
    points: Decimal | None
    decision: str
    decided_on: date
    issuer: str
    valid_from: date
    valid_until: date
    revoked_on: date | None
    ground: str


@dataclass(frozen=True, slots=True)
class FactsRow:
    """What the product was from a day on; weight in grams of one unit."""

    since: date
    group: Name | None
    ocop_set: Name | None
    unit: str
    grams: int | None


@dataclass(frozen=True)
class ProductPage:
    """Everything the page of a product shows. `by_bucket`: the period's sales by bucket; `days`: net by day, now and before.

    `below` is told to its producer's members alone: to anybody else it is empty.
    """

    product: Name
    producer: Name
    place: str
    gtin: str
    description: Name
    is_demo: bool
    star: Star | None
    ratings: tuple[RatingRow, ...]
    facts: tuple[FactsRow, ...]
    prices: tuple[tuple[date, int], ...]
    now: Measures
    before: Measures
    by_bucket: dict[int, Measures]
    appearances: tuple[Appearance, ...]
    days: tuple[DayNet, ...]
    below: BelowFloor


def product_page(product: Product, audience: Audience, spans: tuple[Period, Period], day: date) -> ProductPage:
    """The page of `product` (with its producer): the audience's lines in a period and the earlier one; the star is that of `day`."""
    ratings = list(product.ratings.select_related("decision"))
    seat = ProducerSeat.objects.in_force(product.producer_id, day).select_related("commune__province").first()
    where = audience.filters(product=product.pk)
    now_where, before_where = (where & {"first": span.first, "last": span.last} for span in spans)
    return ProductPage(
        product=Name(product.code, product.name_vi, product.name_en),
        producer=Name(product.producer.code, product.producer.name, product.producer.name_en),
        place=f"{seat.commune.name}, {seat.commune.province.short_name}" if seat else "",
        gtin=product.gtin or "",
        description=Name("", product.description_vi, product.description_en),
        is_demo=product.is_demo,
        star=star_on(ratings, day),
        ratings=tuple(
            RatingRow(
                stars=rating.stars,
                points=rating.points,
                decision=rating.decision.number,
                decided_on=rating.decision.decided_on,
                issuer=rating.decision.issuer,
                valid_from=rating.valid_from,
                valid_until=rating.valid_until,
                revoked_on=rating.revoked_on,
                ground=rating.revoked_ground,
            )
            for rating in sorted(ratings, key=lambda rating: (rating.valid_from, rating.pk), reverse=True)
        ),
        facts=tuple(
            FactsRow(
                since=facts.since,
                group=Name(facts.ocop_set.group.code, facts.ocop_set.group.name_vi, facts.ocop_set.group.name_en)
                if facts.ocop_set
                else None,
                ocop_set=Name(facts.ocop_set.code, facts.ocop_set.name_vi, facts.ocop_set.name_en) if facts.ocop_set else None,
                unit=facts.unit,
                grams=facts.net_weight_g,
            )
            for facts in product.facts.select_related("ocop_set__group").order_by("-since")
        ),
        prices=tuple(product.list_prices.order_by("-since").values_list("since", "price")),
        now=sales_total(now_where),
        before=sales_total(before_where),
        by_bucket={bucket: found for (bucket,), found in sales(("bucket",), now_where).items()},
        appearances=appearances(Q(product=product.pk), sales(("session", "bucket"), where)),
        days=net_by_day(where, *spans),
        below=below_floor(audience.producers, spans[0], product=product.pk),
    )


def net_by_day(where: Filters, period: Period, before: Period) -> tuple[DayNet, ...]:
    """Net value (VND) of each day of the period beside the same day of the earlier one, None where that one has no such day.

    A day without a line of which none of the shops that ever sold it tells is not known: None, and never 0.
    """
    spans = (where & {"first": span.first, "last": span.last} for span in (period, before))
    now, then = ({day: found.value.net for (day,), found in measure(("day",), span, orders="no").items()} for span in spans)
    shops = Figure.objects.filter(**where.lookups()).order_by().values_list("shop", flat=True).distinct()
    covered = covered_shops(list(shops))

    def net(known: Mapping[date, int], day: date) -> int | None:
        return known.get(day, 0 if covered.knows(day) else None)

    earlier = before.days() if then else []
    return tuple(
        (day, net(now, day), net(then, earlier[place]) if place < len(earlier) else None) for place, day in enumerate(period.days())
    )
