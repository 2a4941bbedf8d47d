"""Scans, visits and feedback of a period, added up by product, commune and day.

What is counted belongs to the commune in which the product's producer sat on that day, as an order does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Min, Q
from django.utils import timezone

from catalog.models import ProducerSeat, in_force
from dashboards.boards.audience import Audience
from dashboards.boards.cells_sql import SCANS, Found, Paths, grouped
from dashboards.boards.session_list import midnight
from dashboards.periods import DAY, Period
from traceability.models import Feedback, Reply


class Tally(NamedTuple):
    """What was counted of one thing; of the feedback `told`, `waiting` waits for an answer now.

    Scans and visits are never added to each other: a visit is one device, one code, one day, and each is among the scans.
    """

    scans: int = 0
    visits: int = 0
    told: int = 0
    waiting: int = 0

    def __add__(self, other: Tally) -> Tally:  # type: ignore[override]
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

    def add(self, product: int | None, commune: str | None, day: date, tally: Tally) -> None:
        """Count it for all three."""
        self.products[product] += tally
        self.communes[commune] += tally
        self.days[day] += tally

    @property
    def total(self) -> Tally:
        """Everything."""
        return sum(self.days.values(), Tally())


@dataclass(frozen=True, slots=True)
class _Seat:
    since: date
    commune: str
    province: str


class Seats:
    """Where the producers of an audience sat on which day, and whether what happened there then is the audience's business.

    `producers`: those that the audience may see; `names`: of the communes, by their codes.
    """

    def __init__(self, audience: Audience) -> None:
        self.territory = audience.territory
        self.rows: defaultdict[int, list[_Seat]] = defaultdict(list)
        self.names: dict[str, str] = {}
        seats = ProducerSeat.objects.filter(producer__in=audience.producers_seen().values("pk")).order_by()
        named = seats.values_list("producer_id", "since", "commune_id", "commune__province_id", "commune__name")
        for producer, since, commune, province, name in named:
            self.rows[producer].append(_Seat(since, commune, province))
            self.names[commune] = name
        self.producers = audience.producers if audience.territory is None else tuple(self.rows)
        self.moved = {producer for producer, seats in self.rows.items() if len(seats) > 1}

    def on(self, producer: int, day: date) -> tuple[bool, str | None]:
        """Whether what happened on `day` counts, and in which commune."""
        seat = in_force(self.rows.get(producer, ()), day)
        if seat is None:
            return self.territory is None, None
        if self.territory is None:
            return True, seat.commune
        return self.territory.holds(seat.province, seat.commune), seat.commune


def counted(audience: Audience, seats: Seats, producers: Mapping[int, int], spans: Sequence[Period], own: tuple[int, ...]) -> list[Counted]:
    """What is counted for the audience in the days of each of `spans`; a handful of queries for all of them.

    `producers`: of each product that it may see. `own` (ids): producers whose member the reader is besides a post: of these nothing is told
    that was not passed on to them.
    """
    found = [Counted() for _ in spans]
    moved = [product for product, producer in producers.items() if producer in seats.moved]
    # Whoever never moved always counts, and is added up by the database; of the others each day is looked at.
    settled = _scans([("product_id",), ("day",)], producers.keys() - moved, spans)
    moving = _scans([("product_id", "day")], moved, spans) if moved else {}
    for place, span in enumerate(spans):
        here = found[place]
        sits = {producer: seats.on(producer, span.last)[1] for producer in set(producers.values()) - seats.moved}
        for (product,), sums in settled["product_id",][place].items():
            tally = here.products[product] = Tally(*sums)
            here.communes[sits[producers[product]]] += tally
        for (day,), sums in settled["day",][place].items():
            here.days[day] += Tally(*sums)
        for (product, day), sums in moving["product_id", "day"][place].items() if moving else ():
            counts, commune = seats.on(producers[product], day)
            if counts:
                here.add(product, commune, day, Tally(*sums))
    for one in _feedback(audience, seats, spans, own):
        for here in (found[place] for place, span in enumerate(spans) if span.first <= one.day <= span.last):
            here.add(one.product, one.commune, one.day, Tally(told=1, waiting=int(one.waits)))
            here.told.append(one)
    return found


def _scans(sets: Sequence[Paths], products: Iterable[int], spans: Sequence[Period]) -> dict[Paths, list[Found]]:
    """Scans and visits of these products in each span."""
    those = tuple(products)
    cells = [({"day__gte": span.first, "day__lte": span.last, "product_id__in": those}, ()) for span in spans]
    return grouped(SCANS, sets, ("scans", "visits"), cells)


def _feedback(audience: Audience, seats: Seats, spans: Sequence[Period], own: tuple[int, ...]) -> Iterable[Told]:
    of_ours = Q(product__in=audience.products_seen().values("pk"))
    if audience.territory is None:
        mine = of_ours & Q(with_producer=True)
    else:
        mine = of_ours & (Q(with_producer=True) | ~Q(product__producer__in=own))
        if audience.territory.commune is None:
            mine |= Q(product__isnull=True, province=audience.territory.province)
    in_time = Q(*(Q(sent_at__gte=midnight(span.first), sent_at__lt=midnight(span.last + DAY)) for span in spans), _connector=Q.OR)
    rows = (
        Feedback.objects.filter(mine, in_time)
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
