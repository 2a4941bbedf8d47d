"""A cooperative's own board: what it sold, where and in which livestream, what came back, who scanned it, what waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from catalog.models import Product
from catalog.standing import stars_on
from dashboards.boards.amounts import NOTHING, Measures
from dashboards.boards.audience import Audience, sales_each
from dashboards.boards.below_floor import BelowFloor, below_floor, has_floor
from dashboards.boards.came_back import CameBack, came_back
from dashboards.boards.cells_sql import SCANS, grouped
from dashboards.boards.names import Name
from dashboards.boards.own_duties import Duties, duties
from dashboards.boards.own_places import DeliveredTo, SoldOn, delivered_to, sold_on
from dashboards.boards.producer_page import Made, single_or_sold
from dashboards.boards.sold_in import Appearance, appearances
from dashboards.periods import Period
from livestreams.models import Session


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
    now_where, before_where = audience.filters_of(*spans)
    found = sales_each((("product",), ("shop",), ("session", "bucket")), (now_where, before_where))
    (sold, sold_before), (by_shop, by_shop_before) = found["product",], found["shop",]
    products = Product.objects.filter(Q(producer__in=producers), single_or_sold({**sold, **sold_before})).order_by("name_vi", "pk")
    named = {pk: Name(*names) for pk, *names in products.values_list("pk", "code", "name_vi", "name_en")}
    stars = stars_on(named, day)
    back, back_before = came_back(producers, period, earlier)
    return MyPage(
        # An order is of one shop.
        now=sum(by_shop.values(), NOTHING),
        before=sum(by_shop_before.values(), NOTHING),
        products=tuple(
            MyProduct(Made(name, stars.get(pk), sold.get((pk,), Measures())), sold_before.get((pk,), Measures()))
            for pk, name in named.items()
        ),
        platforms=sold_on(by_shop, by_shop_before),
        delivered=delivered_to(now_where, before_where),
        appearances=appearances(Q(product__producer__in=producers), found["session", "bucket"][0], period),
        came_back=back,
        came_back_before=back_before,
        scans=_scans(producers, spans),
        duties=duties(producers, {named[pk]: star for pk, star in stars.items()}),
        coming=_coming(audience, at),
        below=(below_floor(producers, period), below_floor(producers, earlier)) if has_floor(producers) else (BelowFloor(), BelowFloor()),
    )


def _scans(producers: tuple[int, ...], spans: tuple[Period, Period]) -> tuple[Scans, Scans]:
    cells = [({"product__producer_id__in": producers, "day__gte": span.first, "day__lte": span.last}, ()) for span in spans]
    now, before = (Scans(*found.get((), (0, 0))) for found in grouped(SCANS, [()], ("scans", "visits"), cells)[()])
    return now, before


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
