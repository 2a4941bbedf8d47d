"""What of each product's lots went into orders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import get_language

from accounts.models import User
from catalog.models import Producer, Product
from dashboards.boards.names import Name
from orders.figures.sight import Sight
from orders.models import LotAllocation, LotStale
from traceability.models import Lot

PACKS = RawSQL("orders_lot_packs(traceability_lot)", [], output_field=IntegerField())


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product with lots; packs in all lots that can be counted, in orders, and ordered beyond what any lot had left."""

    product: Name
    producer: Name
    lots: int
    made: int
    sold: int
    short: int


def products_with_lots(user: User) -> QuerySet[Product]:
    """Products with lots that `user` may see: those sold beyond what was made first, then by name."""
    beyond = LotAllocation.objects.filter(product=OuterRef("pk"), lot__isnull=True)
    with_lots = Product.objects.visible_to(user).filter(Exists(Lot.objects.filter(product=OuterRef("pk"))))
    name = F("name_vi") if get_language() != "en" else Coalesce(NullIf(F("name_en"), Value("")), F("name_vi"))
    return with_lots.annotate(is_short=Exists(beyond)).order_by("-is_short", name, "code").select_related("producer")


def product_rows(products: Iterable[Product]) -> list[ProductRow]:
    """What went into orders of each of these, in their order."""
    shown = list(products)
    lots = _by_product(Lot.objects.filter(product__in=shown), lots=Count("pk"), made=Coalesce(Sum(PACKS), 0))
    sold = _by_product(LotAllocation.objects.filter(product__in=shown, lot__isnull=False), sold=Sum("units"))
    short = _by_product(LotAllocation.objects.filter(product__in=shown, lot__isnull=True), short=Sum("units"))
    nothing = {"lots": 0, "made": 0, "sold": 0, "short": 0}
    return [
        ProductRow(
            Name(product.code, product.name_vi, product.name_en),
            Name(product.producer.code, product.producer.name, product.producer.name_en),
            **{**nothing, **lots.get(product.pk, {}), **sold.get(product.pk, {}), **short.get(product.pk, {})},
        )
        for product in shown
    ]


def _by_product(rows: QuerySet[Any], **sums: Any) -> dict[int, dict[str, int]]:
    found = rows.order_by().values("product").annotate(**sums)
    return {row["product"]: {name: row[name] for name in sums} for row in found}


def lots_of(product: Product) -> QuerySet[Any]:
    """The product's lots, newest first, in packs: `made` (None: measured in what cannot be counted in packs), `sold`, `left`."""
    sold = LotAllocation.objects.filter(lot=OuterRef("pk")).order_by().values("lot").annotate(units=Sum("units")).values("units")
    lots = Lot.objects.filter(product=product).annotate(made=PACKS, sold=Coalesce(Subquery(sold), 0))
    return lots.annotate(left=F("made") - F("sold")).order_by("-made_on", "-pk")


def _short(user: User) -> QuerySet[LotAllocation]:
    return LotAllocation.objects.filter(lot__isnull=True, product__producer__in=Producer.objects.visible_to(user).values("pk"))


def short_lines(user: User, sight: Sight) -> QuerySet[LotAllocation]:
    """Packs that no lot had left, line by line, newest first: of producers that `user` may see, where `sight` sees single lines."""
    return (
        _short(user)
        .filter(sight.lines("line__contribution__"))
        .annotate(placed_at=F("line__order__placed_at"))
        .select_related("line__order__shop", "product")
        .order_by("-placed_at", "-line")
    )


def lots_waiting(user: User) -> int:
    """Products that `user` may see whose lines are about to be set anew."""
    seen = Q(product__producer__in=Producer.objects.visible_to(user).values("pk"))
    return LotStale.objects.filter(seen).values("product").distinct().count()
