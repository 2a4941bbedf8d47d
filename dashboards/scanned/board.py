"""Scans, visits and feedback of a period and of the one before, by product, commune and day, with the sales of the same beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf, isfinite
from statistics import median
from typing import Any, NamedTuple

from catalog.models import Product
from dashboards.boards.amounts import NOTHING, Measures
from dashboards.boards.audience import Audience, sales_each
from dashboards.boards.covered import Covered
from dashboards.boards.known_days import covered_for
from dashboards.boards.measures import Found
from dashboards.boards.names import Name
from dashboards.periods import Period
from dashboards.scanned.counting import Counted, Seats, Tally, Told, counted
from places.models import Commune
from traceability.models import Feedback

# Of fewer answers a median says more about chance than about who answers.
ENOUGH = 10


@dataclass(frozen=True, slots=True)
class ScannedRow:
    """A product, a commune or a day of the period, counted in both periods, with its sales; a day is beside the day of the same place.

    Without `name` and `day`: feedback about a code that nobody issued, and what belongs to no known commune. `known`: files tell of the
    day, so that nothing is 0; `known_before`: of the day beside it.
    """

    name: Name | None
    day: date | None
    detail: str
    is_demo: bool
    now: Tally
    before: Tally
    sold: Measures
    sold_before: Measures
    known: bool = True
    known_before: bool = True


@dataclass(frozen=True, slots=True)
class KindRow:
    """Feedback of one kind sent in the period: what became of it, and the median of days to the first answer.

    What still waits for its first answer counts as longest; None where under half is answered, or too little to say anything.

    `told` is `waiting` (for an answer, or for one more) + `answered` + `closed` (without any answer).
    """

    kind: str
    told: int
    told_before: int
    waiting: int
    answered: int
    closed: int
    days: float | None
    days_before: float | None


@dataclass(frozen=True)
class ScannedBoard:
    """The rows of each view; `all_told` is all feedback as one row; `lines` is how many order lines the period has."""

    products: tuple[ScannedRow, ...]
    communes: tuple[ScannedRow, ...]
    days: tuple[ScannedRow, ...]
    kinds: tuple[KindRow, ...]
    all_told: KindRow
    total: Tally
    total_before: Tally
    lines: int


_NONE = Tally()
Sold = list[Found]  # of the period and of the one before


def scanned_board(audience: Audience, period: Period, before: Period, day: date, own: tuple[int, ...] = ()) -> ScannedBoard:
    """What is counted for the audience; the communes in the names of products are those of `day`. `own` as in `counted`."""
    seats = Seats(audience)
    products = _named(producer__in=seats.producers)
    now, then = counted(audience, seats, {pk: one.producer for pk, one in products.items()}, (period, before), own)
    sold = sales_each((("product",), ("commune",), ("day",)), audience.filters_of(period, before))
    return ScannedBoard(
        products=_products(now, then, sold["product",], products, seats=seats, day=day),
        communes=_communes(now, then, sold["commune",], seats),
        days=_days(now, then, sold["day",], (period, before), covered_for(audience, period, before, day)),
        kinds=tuple(_kind(kind, now.told, then.told) for kind in Feedback.Kind.values),
        all_told=_kind("", now.told, then.told),
        total=now.total,
        total_before=then.total,
        lines=sum(measures.lines for measures in sold["day",][0].values()),
    )


class _Product(NamedTuple):
    producer: int
    maker: str
    is_demo: bool
    name: Name


def _named(**which: Any) -> dict[int, _Product]:
    """Products, by id and in its order."""
    rows = Product.objects.filter(**which).order_by("pk")
    named = rows.values_list("pk", "producer_id", "producer__name", "is_demo", "code", "name_vi", "name_en")
    return {pk: _Product(producer, maker, is_demo, Name(*names)) for pk, producer, maker, is_demo, *names in named}


def _products(now: Counted, then: Counted, sold: Sold, products: dict[int, _Product], *, seats: Seats, day: date) -> tuple[ScannedRow, ...]:
    keys = {*now.products, *then.products, *(key for found in sold for (key,) in found)} - {None}
    # Of what changed hands a moment ago, and was not folded since.
    elsewhere = keys - products.keys()
    known = products | _named(pk__in=elsewhere) if elsewhere else products
    rows = [
        _row(
            product.name,
            pk,
            (now.products, then.products),
            sold,
            detail=" · ".join(filter(None, (product.maker, seats.names.get(seats.on(product.producer, day)[1] or "")))),
            is_demo=product.is_demo,
        )
        for pk, product in known.items()
        if pk in keys
    ]
    return _with_rest(rows, now.products, then.products)


def _communes(now: Counted, then: Counted, sold: Sold, seats: Seats) -> tuple[ScannedRow, ...]:
    keys: set[str] = {*now.communes, *then.communes, *(key for found in sold for (key,) in found)} - {None}
    elsewhere = keys - seats.names.keys()
    names = seats.names | dict(Commune.objects.filter(pk__in=elsewhere).values_list("code", "name")) if elsewhere else seats.names
    rows = [_row(Name(code, names[code]), code, (now.communes, then.communes), sold) for code in sorted(keys)]
    return _with_rest(rows, now.communes, then.communes)


def _days(now: Counted, then: Counted, sold: Sold, spans: tuple[Period, Period], covered: Covered) -> tuple[ScannedRow, ...]:
    period, before = spans
    earlier = before.days()
    beside = [earlier[place] if place < len(earlier) else None for place in range(period.length)]
    return tuple(
        ScannedRow(
            name=None,
            day=one,
            detail="",
            is_demo=False,
            now=now.days.get(one, Tally()),
            before=then.days.get(other, Tally()) if other else Tally(),
            sold=sold[0].get((one,), NOTHING),
            sold_before=sold[1].get((other,), NOTHING),
            known=(one,) in sold[0] or covered.knows(one),
            known_before=(other,) in sold[1] or (other is not None and covered.knows(other)),
        )
        for one, other in zip(period.days(), beside, strict=True)
    )


def _row(
    name: Name,
    key: Any,
    tallies: tuple[Mapping[Any, Tally], Mapping[Any, Tally]],
    sold: Sold,
    *,
    detail: str = "",
    is_demo: bool = False,
) -> ScannedRow:
    now, then = (found.get(key, _NONE) for found in tallies)
    return ScannedRow(name, None, detail, is_demo, now, then, sold[0].get((key,), NOTHING), sold[1].get((key,), NOTHING))


def _with_rest(rows: list[ScannedRow], now: Mapping[Any, Tally], then: Mapping[Any, Tally]) -> tuple[ScannedRow, ...]:
    """The rows, and one of what belongs to none of them, where there is any."""
    if None in now or None in then:
        rows.append(ScannedRow(None, None, "", False, now.get(None, Tally()), then.get(None, Tally()), NOTHING, NOTHING))
    return tuple(rows)


def _kind(kind: str, now: Sequence[Told], then: Sequence[Told]) -> KindRow:
    """The row of a kind; of all kinds, where it is empty."""
    told, earlier = ([one for one in rows if kind in {"", one.kind}] for rows in (now, then))
    waiting = sum(one.waits for one in told)
    answered = sum(not one.waits and one.days is not None for one in told)
    return KindRow(kind, len(told), len(earlier), waiting, answered, len(told) - waiting - answered, _median(told), _median(earlier))


def _median(told: Sequence[Told]) -> float | None:
    days = [inf if one.days is None else one.days for one in told if one.days is not None or one.waits]
    if sum(map(isfinite, days)) < ENOUGH:
        return None
    found = median(days)
    return found if isfinite(found) else None
