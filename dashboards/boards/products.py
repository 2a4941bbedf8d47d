"""Products with their star and what was sold of them in a period and in the one before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery

from catalog.models import OcopGroup, ProducerSeat, Product, ProductFacts
from catalog.standing import Star, stars_on
from dashboards.boards.amounts import NOTHING, Measures
from dashboards.boards.audience import Audience, sales, sales_total
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
    now, then = (sales(("product",), audience.filters(first=span.first, last=span.last)) for span in (period, before))
    facts = ProductFacts.objects.in_force(OuterRef("pk"), day)
    commune = ProducerSeat.objects.in_force(OuterRef("producer"), day).values("commune__name")[:1]
    products: Any = (
        Product.objects.filter(pk__in=audience.products_seen().values("pk"))
        .with_place(day)
        .with_facts(day)
        .select_related("producer")
        .annotate(group_code=Subquery(facts.values("ocop_set__group__code")[:1]), commune_name=Subquery(commune))
        .order_by("pk")
    )
    groups = {group.code: Name(group.code, group.name_vi, group.name_en) for group in OcopGroup.objects.all()}
    found = [product for product in products if _belongs(product, audience) or (product.pk,) in now or (product.pk,) in then]
    stars = stars_on([product.pk for product in found], day)
    rows = tuple(
        ProductRow(
            product=Name(product.code, product.name_vi, product.name_en),
            producer=Name(product.producer.code, product.producer.name, product.producer.name_en),
            commune=product.commune_name or "",
            group=groups.get(product.group_code),
            unit=product.unit or "",
            list_price=product.list_price,
            star=stars.get(product.pk),
            is_demo=product.is_demo,
            now=now.get((product.pk,), NOTHING),
            before=then.get((product.pk,), NOTHING),
        )
        for product in found
    )
    totals = (sales_total(audience.filters(first=span.first, last=span.last)) for span in (period, before))
    return ProductBoard(rows, now.get((None,), NOTHING), *totals)


def _belongs(product: Any, audience: Audience) -> bool:
    """Whether the product's producer sits in the territory on the day; a member's own always belong, a double never does."""
    if product.merged_into_id is not None:
        return False
    if audience.territory is None:
        return True
    return product.province_code == audience.territory.province and audience.territory.commune in {None, product.commune_code}
