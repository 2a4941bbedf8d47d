"""What producers wish to sell of a harvest and when, beside sales of the product's group then and in the same days a year earlier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Subquery

from catalog.models import OcopGroup, ProductFacts
from dashboards.boards.amounts import NOTHING, Measures
from dashboards.boards.audience import Audience
from dashboards.boards.covered import Covered
from dashboards.boards.measures import Filters, measure
from dashboards.boards.names import Name
from dashboards.periods import Period, add_months
from livestreams.models import Need


@dataclass(frozen=True, slots=True)
class Harvest:
    """A wish for a harvest: its product (None: any), how much of it (None: not told) in `unit`, and the days of its window.

    `span` are those days of the window that have come (None: none yet). `now` is what was sold of the group in them, `before` in the same
    days of last year, as far as files tell of these days; None where they tell of none, or the product has no group. `known` and
    `known_before` are of how many days they tell, and `compared` is what was sold in both years on the days that are known in both
    (None: there are none).
    """

    pk: int
    product: Name | None
    producer: Name
    commune: str
    group: Name | None
    quantity: Decimal | None
    unit: str
    state: str
    first: date
    last: date
    span: Period | None
    now: Measures | None
    before: Measures | None
    known: int
    known_before: int
    compared: tuple[Measures, Measures] | None
    is_demo: bool


def harvests(audience: Audience, where: Filters, covered: Covered, year: int, today: date) -> tuple[Harvest, ...]:
    """The harvests of a year, of the audience's producers and products of the group that `where` may name; sales are those of `where`.

    Wishes that were taken back or were not possible are left out.
    """
    groups = {group.pk: Name(group.code, group.name_vi, group.name_en) for group in OcopGroup.objects.all()}
    found = _needs(audience, where, year, today)
    if not found:
        return ()
    spans = {need.pk: _come(need, today) for need in found}
    sold = _Sold(where, [span for span in spans.values() if span], covered)
    return tuple(
        Harvest(
            pk=need.pk,
            product=Name(need.product.code, need.product.name_vi, need.product.name_en) if need.product else None,
            producer=Name(need.producer.code, need.producer.name, need.producer.name_en),
            commune=need.commune_name or "",
            group=groups.get(need.group_id),
            quantity=need.quantity,
            unit=need.unit,
            state=need.state,
            first=need.window_from,
            last=need.window_to,
            span=span,
            now=_sum(now),
            before=_sum(before),
            known=len(now),
            known_before=len(before),
            compared=_in_both(now, before),
            is_demo=need.is_demo,
        )
        for need in found
        for span in [spans[need.pk]]
        for now, before in [(sold.of(need.group_id, span), sold.of(need.group_id, span.last_year())) if span else ({}, {})]
    )


def _needs(audience: Audience, where: Filters, year: int, today: date) -> list[Any]:
    facts = ProductFacts.objects.in_force(OuterRef("product"), today).values("ocop_set__group")[:1]
    needs = (
        Need.objects.with_commune(today)
        .annotate(group_id=Subquery(facts))
        .filter(season=Need.Season.HARVEST, window_from__lte=date(year, 12, 31), window_to__gte=date(year, 1, 1))
        .filter(producer__in=audience.producers_seen().values("pk"))
        .exclude(state__in=[Need.State.WITHDRAWN, Need.State.REFUSED])
        .select_related("product", "producer")
        .order_by("window_from", "pk")
    )
    if where.group is not None:
        needs = needs.filter(group_id=where.group)
    return list(needs)


def _come(need: Need, today: date) -> Period | None:
    return Period(need.window_from, min(need.window_to, today)) if need.window_from <= today else None


class _Sold:
    """Sales by group and day over all the windows, and over the same days of last year: two queries, however many windows there are."""

    def __init__(self, where: Filters, spans: Sequence[Period], covered: Covered) -> None:
        self._covered = covered
        self._found: dict[tuple[Any, ...], Measures] = {}
        for periods in (spans, [span.last_year() for span in spans]):
            if periods:
                days = {"first": min(span.first for span in periods), "last": max(span.last for span in periods)}
                self._found |= measure(("group", "day"), where & days, orders="no")

    def of(self, group: int | None, span: Period) -> dict[date, Measures]:
        """What was sold of the group on each of these days that files tell of."""
        if group is None:
            return {}
        days = (day for day in span.days() if self._covered.knows(day) or (group, day) in self._found)
        return {day: self._found.get((group, day), NOTHING) for day in days}


def _sum(days: dict[date, Measures]) -> Measures | None:
    return sum(days.values(), NOTHING) if days else None


def _in_both(now: dict[date, Measures], before: dict[date, Measures]) -> tuple[Measures, Measures] | None:
    """The sales on the days that are known in both years; 29 February is beside no day."""
    pairs = [(sold, before[then]) for day, sold in now.items() if add_months(then := add_months(day, -12), 12) == day and then in before]
    return (sum((one for one, _other in pairs), NOTHING), sum((other for _one, other in pairs), NOTHING)) if pairs else None
