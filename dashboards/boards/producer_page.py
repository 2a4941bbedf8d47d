"""One producer: where it sits, its products, its livestreams, and what it sold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from catalog.models import Producer, ProducerSeat
from catalog.standing import Star, stars_on
from dashboards.boards.amounts import Measures
from dashboards.boards.audience import Audience, sales, sales_total
from dashboards.boards.names import Name
from dashboards.boards.product_page import DayNet, net_by_day
from dashboards.boards.sold_in import Appearance, appearances
from dashboards.periods import Period


@dataclass(frozen=True, slots=True)
class Made:
    """A product of the producer with its star and its sales of the period."""

    product: Name
    star: Star | None
    now: Measures


@dataclass(frozen=True)
class ProducerPage:
    """Everything the page of a producer shows; `days`: net by day, now and before."""

    producer: Name
    kind: str
    representative: str
    address: str
    is_demo: bool
    seats: tuple[tuple[date, str], ...]
    shops: tuple[Name, ...]
    now: Measures
    before: Measures
    by_bucket: dict[int, Measures]
    products: tuple[Made, ...]
    appearances: tuple[Appearance, ...]
    days: tuple[DayNet, ...]


def single_or_sold(sold: Mapping[tuple[int | None, ...], Measures]) -> Q:
    """Products that are no doubles; one whose sales have not been folded over to the kept product yet is still shown with them."""
    return Q(merged_into__isnull=True) | Q(pk__in=[pk for (pk,) in sold if pk is not None])


def producer_page(producer: Producer, audience: Audience, spans: tuple[Period, Period], day: date) -> ProducerPage:
    """The page of `producer` with the audience's own lines in a period and the earlier one; stars are those of `day`."""
    where = audience.filters() & {"producer": producer.pk}
    now_where, before_where = (where & {"first": span.first, "last": span.last} for span in spans)
    sold = sales(("product",), now_where)
    products = list(producer.products.filter(single_or_sold(sold)).order_by("name_vi", "pk"))
    stars = stars_on([product.pk for product in products], day)
    seats = ProducerSeat.objects.filter(producer=producer).select_related("commune__province").order_by("-since")
    return ProducerPage(
        producer=Name(producer.code, producer.name, producer.name_en),
        kind=producer.kind,
        representative=producer.representative,
        address=producer.address,
        is_demo=producer.is_demo,
        seats=tuple((seat.since, f"{seat.commune.name}, {seat.commune.province.short_name}") for seat in seats),
        shops=tuple(Name(shop.code, shop.name) for shop in producer.shops.order_by("name")),
        now=sales_total(now_where),
        before=sales_total(before_where),
        by_bucket={bucket: found for (bucket,), found in sales(("bucket",), now_where).items()},
        products=tuple(
            Made(Name(product.code, product.name_vi, product.name_en), stars.get(product.pk), sold.get((product.pk,), Measures()))
            for product in products
        ),
        appearances=appearances(Q(product__producer=producer.pk), sales(("session", "bucket"), where)),
        days=net_by_day(where, *spans),
    )
