"""A cooperative's own board: what it sold, where and in which livestream, what came back, who scanned it, what waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from catalog.models import Product
from catalog.standing import stars_on
from dashboards.boards.amounts import Measures
from dashboards.boards.audience import Audience, sales, sales_total
from dashboards.boards.below_floor import BelowFloor, below_floor
from dashboards.boards.came_back import CameBack, came_back
from dashboards.boards.names import Name
from dashboards.boards.own_duties import Duties, duties
from dashboards.boards.own_places import DeliveredTo, SoldOn, delivered_to, sold_on
from dashboards.boards.producer_page import Made, single_or_sold
from dashboards.boards.sold_in import Appearance, appearances
from dashboards.periods import Period
from livestreams.models import Session
from traceability.models import ScanCount


@dataclass(frozen=True, slots=True)
class Coming:
    """A livestream to come that is to show products of the member's."""

    session: Name
    start: datetime
    products: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class MyProduct:
    """A product with its sales of the period, and of the one before."""

    made: Made
    before: Measures


@dataclass(frozen=True, slots=True)
class Scans:
    """Scans of the products' codes, and the visits these were part of: two figures that are never added."""

    scans: int
    visits: int


@dataclass(frozen=True)
class MyPage:
    """Everything the board shows; where there are two of a thing, they are those of the period and of the one before."""

    now: Measures
    before: Measures
    products: tuple[MyProduct, ...]
    platforms: tuple[SoldOn, ...]
    delivered: tuple[DeliveredTo, ...]
    appearances: tuple[Appearance, ...]
    came_back: tuple[CameBack, ...]
    came_back_before: int  # VND
    scans: tuple[Scans, Scans]
    duties: Duties
    coming: tuple[Coming, ...]
    below: tuple[BelowFloor, BelowFloor]


def my_page(audience: Audience, spans: tuple[Period, Period], at: datetime, day: date) -> MyPage:
    """The board of the audience's producers over a period and the earlier one, at the time `at` of the local day `day`."""
    producers, (period, earlier) = audience.producers, spans
    now_where, before_where = (audience.filters(first=span.first, last=span.last) for span in spans)
    sold, sold_before = sales(("product",), now_where), sales(("product",), before_where)
    products = list(Product.objects.filter(Q(producer__in=producers), single_or_sold({**sold, **sold_before})).order_by("name_vi", "pk"))
    stars = stars_on([product.pk for product in products], day)
    named = {product.pk: Name(product.code, product.name_vi, product.name_en) for product in products}
    return MyPage(
        now=sales_total(now_where),
        before=sales_total(before_where),
        products=tuple(
            MyProduct(Made(name, stars.get(pk), sold.get((pk,), Measures())), sold_before.get((pk,), Measures()))
            for pk, name in named.items()
        ),
        platforms=sold_on(now_where, before_where),
        delivered=delivered_to(now_where, before_where),
        appearances=appearances(Q(product__producer__in=producers), now_where, period),
        came_back=came_back(producers, period),
        came_back_before=sum(row.value for row in came_back(producers, earlier)),
        scans=(_scans(producers, period), _scans(producers, earlier)),
        duties=duties(producers, {named[pk]: star for pk, star in stars.items()}),
        coming=_coming(audience, at),
        below=(below_floor(producers, period), below_floor(producers, earlier)),
    )


def _scans(producers: tuple[int, ...], period: Period) -> Scans:
    return Scans(*ScanCount.objects.filter(product__producer__in=producers).between(period.first, period.last).total())


def _coming(audience: Audience, at: datetime) -> tuple[Coming, ...]:
    """At most ten, the next one first."""
    sessions = Session.objects.not_called_off().filter(
        planned_end__gt=at, actual_end__isnull=True, slots__product__producer__in=audience.producers
    )
    rows = []
    for session in sessions.distinct().order_by("planned_start").prefetch_related("slots__product")[:10]:
        own = {slot.product for slot in session.slots.all() if slot.product.producer_id in audience.producers}
        products = tuple(Name(p.code, p.name_vi, p.name_en) for p in sorted(own, key=lambda product: product.name_vi))
        rows.append(Coming(Name(session.code, session.name_vi, session.name_en), session.start, products))
    return tuple(rows)
