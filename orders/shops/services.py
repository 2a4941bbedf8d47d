"""What is done to shops' mappings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from catalog.models import Product
from orders.shops.models import Shop, SkuMapping


@dataclass(frozen=True)
class UnmappedSku:
    """A SKU that sells in a shop and that no product is known for: its key, what the shop calls it, order lines, VND placed."""

    line_key: str
    product_name: str
    variation: str
    seller_sku: str
    lines: int
    value: int


def unmapped_skus(shop: Shop, *, limit: int = 200) -> list[UnmappedSku]:
    """The shop's unmapped SKUs, the most valuable first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT l.key, max(l.product_name), max(l.variation), max(l.seller_sku), count(*), sum(l.value)::bigint
            FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
            WHERE o.shop_id = %s AND NOT EXISTS (SELECT 1 FROM orders_skumapping m WHERE m.shop_id = o.shop_id AND m.line_key = l.key)
            GROUP BY l.key ORDER BY 6 DESC, 1 LIMIT %s
            """,
            [shop.pk, limit],
        )
        return [UnmappedSku(*row) for row in cursor.fetchall()]


def map_sku(*, shop: Shop, line_key: str, product: Product, units: int, since: date) -> SkuMapping:
    """Say what a SKU is from a day on; the database marks the orders concerned (orders.marks), the next fold moves them."""
    with transaction.atomic():
        mapping, _ = SkuMapping.objects.update_or_create(
            shop=shop, line_key=line_key, since=since, defaults={"product": product, "units": units}
        )
    return mapping
