"""A cooperative's own board: what it sold, in which livestream, what came back, which star runs out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, Sum

from catalog.models import Product
from catalog.standing import Star, stars_on
from dashboards.boards.amounts import Measures
from dashboards.boards.audience import Audience, sales, sales_total
from dashboards.boards.below_floor import BelowFloor, below_floor
from dashboards.boards.names import Name
from dashboards.boards.producer_page import Made, single_or_sold
from dashboards.boards.session_list import midnight
from dashboards.boards.sold_in import Appearance, appearances
from dashboards.periods import DAY, Period
from livestreams.models import Session
from orders.models import EntryKind, LedgerEntry


@dataclass(frozen=True, slots=True)
class CameBack:
    """Pieces and VND of a product (None: of an unmapped SKU) that were cancelled or returned on the days of the period."""

    product: Name | None
    cancelled_pieces: int
    cancelled: int
    returned_pieces: int
    returned: int


@dataclass(frozen=True, slots=True)
class Coming:
    """A livestream to come that is to show products of the member's."""

    session: Name
    start: datetime
    products: tuple[Name, ...]


@dataclass(frozen=True)
class MyPage:
    """Everything the board shows. `alerts`: products whose star runs out within 180 days, or has lapsed; the most urgent first."""

    now: Measures
    before: Measures
    products: tuple[Made, ...]
    appearances: tuple[Appearance, ...]
    came_back: tuple[CameBack, ...]
    alerts: tuple[tuple[Name, Star], ...]
    coming: tuple[Coming, ...]
    below: BelowFloor


def my_page(audience: Audience, spans: tuple[Period, Period], at: datetime, day: date) -> MyPage:
    """The board of the audience's producers over a period and the earlier one, at the time `at` of the local day `day`."""
    period = spans[0]
    now_where, before_where = (audience.filters(first=span.first, last=span.last) for span in spans)
    own = Q(producer__in=audience.producers)
    sold = sales(("product",), now_where)
    products = list(Product.objects.filter(own, single_or_sold(sold)).order_by("name_vi", "pk"))
    stars = stars_on([product.pk for product in products], day)
    named = {product.pk: Name(product.code, product.name_vi, product.name_en) for product in products}
    alerts = [(named[pk], star) for pk, star in stars.items() if star.state != "valid"]
    return MyPage(
        now=sales_total(now_where),
        before=sales_total(before_where),
        products=tuple(Made(named[product.pk], stars.get(product.pk), sold.get((product.pk,), Measures())) for product in products),
        appearances=appearances(Q(product__producer__in=audience.producers), now_where, period),
        came_back=_came_back(audience, period),
        alerts=tuple(sorted(alerts, key=lambda alert: (alert[1].until, alert[0].code))),
        coming=_coming(audience, at),
        below=below_floor(audience.producers, period),
    )


def _came_back(audience: Audience, period: Period) -> tuple[CameBack, ...]:
    """By the day on which it happened, so an order of last month that came back this week is here and not in the figures above."""
    entries = LedgerEntry.objects.filter(
        kind__in=(EntryKind.CANCELLED, EntryKind.RETURNED),
        happened_at__gte=midnight(period.first),
        happened_at__lt=midnight(period.last + DAY),
        line__contribution__producer__in=audience.producers,
        line__contribution__day__lte=period.last,
    )
    product = "line__contribution__product__"
    sums = {
        f"{name}{what}": Sum(column, filter=Q(kind=kind), default=0)
        for name, kind in (("cancelled", EntryKind.CANCELLED), ("returned", EntryKind.RETURNED))
        for what, column in (("", "amount"), ("_pieces", "units"))
    }
    rows = entries.order_by().values(f"{product}code", f"{product}name_vi", f"{product}name_en").annotate(**sums)
    found = [
        CameBack(
            Name(row[f"{product}code"], row[f"{product}name_vi"], row[f"{product}name_en"]),
            row["cancelled_pieces"],
            row["cancelled"],
            row["returned_pieces"],
            row["returned"],
        )
        for row in rows
        if any(row[name] for name in sums)
    ]
    return tuple(sorted(found, key=lambda row: -(row.cancelled + row.returned)))


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
