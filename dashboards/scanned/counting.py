"""Scans, visits and feedback of a period, added up by product, commune and day.

What is counted belongs to the commune in which the product's producer sat on that day, as an order does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, F, Min, Q, Sum, When
from django.utils import timezone

from catalog.models import ProducerSeat, in_force
from dashboards.boards.audience import Audience
from dashboards.boards.session_list import midnight
from dashboards.periods import DAY, Period
from traceability.models import Feedback, Reply, ScanCount


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted of one thing; of the feedback `told`, `waiting` waits for an answer now.

    Scans and visits are never added to each other: a visit is one device, one code, one day, and each is among the scans.
    """

    scans: int = 0
    visits: int = 0
    told: int = 0
    waiting: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.scans + other.scans, self.visits + other.visits, self.told + other.told, self.waiting + other.waiting)


@dataclass(frozen=True, slots=True)
class Told:
    """One piece of feedback: where it counts, and the `days` to its first answer (None: there is none)."""

    product: int | None
    commune: str | None
    day: date
    kind: str
    state: str
    days: float | None

    @property
    def waits(self) -> bool:
        """Whether it waits for an answer, or for one more."""
        return self.state == Feedback.State.NEW


def _tallies() -> defaultdict[Any, Tally]:
    return defaultdict(Tally)


@dataclass
class Counted:
    """One period: tallies by product (None: a code that nobody issued), commune (None: unknown) and day, and the feedback itself."""

    products: defaultdict[int | None, Tally] = field(default_factory=_tallies)
    communes: defaultdict[str | None, Tally] = field(default_factory=_tallies)
    days: defaultdict[date, Tally] = field(default_factory=_tallies)
    told: list[Told] = field(default_factory=list)

    @property
    def total(self) -> Tally:
        """Everything."""
        return sum(self.products.values(), Tally())


class Seats:
    """Where the producers of an audience sat on which day, and whether what happened there then is the audience's business."""

    def __init__(self, audience: Audience) -> None:
        self.territory = audience.territory
        self.rows: defaultdict[int, list[ProducerSeat]] = defaultdict(list)
        for seat in ProducerSeat.objects.filter(producer__in=audience.producers_seen().values("pk")).select_related("commune"):
            self.rows[seat.producer_id].append(seat)
        self.moved = [producer for producer, seats in self.rows.items() if len(seats) > 1]

    def on(self, producer: int, day: date) -> tuple[bool, str | None]:
        """Whether what happened on `day` counts, and in which commune."""
        seat = in_force(self.rows.get(producer, ()), day)
        if seat is None:
            return self.territory is None, None
        if self.territory is None:
            return True, seat.commune_id
        return self.territory.holds(seat.commune.province_id, seat.commune_id), seat.commune_id


def counted(audience: Audience, seats: Seats, span: Period, own: tuple[int, ...]) -> Counted:
    """What is counted for the audience in the days of `span`; three queries.

    `own` (ids): producers whose member the reader is besides a post: of these nothing is told that was not passed on to them.
    """
    found = Counted()
    scans = ScanCount.objects.between(span.first, span.last).filter(product__in=audience.products_seen().values("pk")).order_by()
    # Whoever never moved always counts, and is added up by the database; of the others each day is looked at.
    moved = Q(product__producer__in=seats.moved)
    sums = {"scanned": Sum("scans"), "visited": Sum("visits")}
    by_product: Any = scans.values("product", "product__producer", at=Case(When(moved, then=F("day"))))
    for row in by_product.annotate(**sums):
        counts, commune = seats.on(row["product__producer"], row["at"] or span.last)
        if counts:
            tally = Tally(row["scanned"], row["visited"])
            found.products[row["product"]] += tally
            found.communes[commune] += tally
    by_day: Any = scans.values("day", mover=Case(When(moved, then=F("product__producer"))))
    for row in by_day.annotate(**sums):
        if row["mover"] is None or seats.on(row["mover"], row["day"])[0]:
            found.days[row["day"]] += Tally(row["scanned"], row["visited"])
    for one in _feedback(audience, seats, span, own):
        tally = Tally(told=1, waiting=int(one.waits))
        found.products[one.product] += tally
        found.communes[one.commune] += tally
        found.days[one.day] += tally
        found.told.append(one)
    return found


def _feedback(audience: Audience, seats: Seats, span: Period, own: tuple[int, ...]) -> Iterable[Told]:
    of_ours = Q(product__in=audience.products_seen().values("pk"))
    if audience.territory is None:
        mine = of_ours & Q(with_producer=True)
    else:
        mine = of_ours & (Q(with_producer=True) | ~Q(product__producer__in=own))
        if audience.territory.commune is None:
            mine |= Q(product__isnull=True, province=audience.territory.province)
    rows = (
        Feedback.objects.filter(mine, sent_at__gte=midnight(span.first), sent_at__lt=midnight(span.last + DAY))
        .order_by("pk")
        .annotate(answered_at=Min("replies__written_at", filter=~Q(replies__side=Reply.Side.WRITER)))
        .values_list("product", "product__producer", "kind", "state", "sent_at", "answered_at")
    )
    for product, producer, kind, state, sent_at, answered_at in rows:
        day = timezone.localdate(sent_at)
        counts, commune = (True, None) if producer is None else seats.on(producer, day)
        if counts:
            days = None if answered_at is None else (answered_at - sent_at).total_seconds() / 86_400
            yield Told(product, commune, day, kind, state, days)
