"""Products with their star and what was sold of them in a period and in the one before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from catalog.models import OcopGroup, Product
from catalog.standing import Star, stars_on
from dashboards.boards.amounts import NOTHING, Measures
from dashboards.boards.audience import Audience, sales_and_totals
from dashboards.boards.held import facts_on, prices_on, seats_on, seen_by, sits
from dashboards.boards.names import Name
from dashboards.periods import Period


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product today, with its sales in the period (`now`) and in the earlier one (`before`)."""

    product: Name
    producer: Name
    commune: str
    group: Name | None
    unit: str
    list_price: int | None
    star: Star | None
    is_demo: bool
    now: Measures
    before: Measures


@dataclass(frozen=True)
class ProductBoard:
    """All products; `unmapped`: lines whose SKU no product is known for; `total` and `total_before`: everything, orders counted once."""

    rows: tuple[ProductRow, ...]
    unmapped: Measures
    total: Measures
    total_before: Measures


def product_board(audience: Audience, period: Period, before: Period, day: date) -> ProductBoard:
    """The products that belong to the audience on `day`, and those of which it sold something in either period."""
    (now, total), (then, total_before) = sales_and_totals(("product",), audience.filters_of(period, before))
    seats = seats_on(audience, day)
    seen = seen_by(audience, seats)
    facts, prices = facts_on(seen, day), prices_on(seen, day)
    groups = {group.code: Name(group.code, group.name_vi, group.name_en) for group in OcopGroup.objects.all()}
    made = Product.objects.filter(producer__in=seen).order_by("pk")
    products = [
        product
        for product in made.values_list("pk", "producer_id", "merged_into_id", "code", "name_vi", "name_en", "is_demo", *_PRODUCER)
        if (product[2] is None and sits(product[1], audience, seats)) or product[:1] in now or product[:1] in then
    ]
    stars = stars_on([product[0] for product in products], day)
    rows = []
    for pk, producer, _double, code, name_vi, name_en, is_demo, *named in products:
        held, seat = facts.get(pk), seats.get(producer)
        rows.append(
            ProductRow(
                product=Name(code, name_vi, name_en),
                producer=Name(*named),
                commune=seat.commune_name if seat else "",
                group=groups.get(held.group) if held else None,
                unit=held.unit if held else "",
                list_price=prices.get(pk),
                star=stars.get(pk),
                is_demo=is_demo,
                now=now.get((pk,), NOTHING),
                before=then.get((pk,), NOTHING),
            )
        )
    return ProductBoard(tuple(rows), now.get((None,), NOTHING), total, total_before)


_PRODUCER = ("producer__code", "producer__name", "producer__name_en")
