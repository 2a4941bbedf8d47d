"""What is done to shops' mappings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from catalog.models import Product
from orders.figures.fold_sql import LOCAL_DAY
from orders.shops.models import Shop, SkuMapping
from orders.shops.reaching import reaches

# Lines of the shop of which no product may be known, without reading all it ever sold: what the fold found, and what waits for one.
_UNMAPPED = f"""
    FROM (
        SELECT line_id AS id FROM orders_contribution WHERE shop_id = %(shop)s AND product_id IS NULL
        UNION
        SELECT waiting.id FROM orders_mark m JOIN orders_order o ON o.id = m.order_id
        JOIN orders_orderline waiting ON waiting.order_id = o.id WHERE o.shop_id = %(shop)s
    ) found JOIN orders_orderline l USING (id) JOIN orders_order o ON o.id = l.order_id
    WHERE NOT l.withdrawn AND {LOCAL_DAY} >= %(since)s AND NOT EXISTS (
        SELECT 1 FROM orders_skumapping m WHERE m.shop_id = %(shop)s AND m.line_key = l.key AND {reaches(LOCAL_DAY)}
    )
"""  # noqa: S608  (built of constants)


@dataclass(frozen=True)
class UnmappedSku:
    """A SKU that sells in a shop and that no product is known for: its key, what the shop calls it, order lines, VND placed, newest day."""

    line_key: str
    product_name: str
    variation: str
    seller_sku: str
    lines: int
    value: int
    last_day: date


def unmapped_skus(
    shop: Shop, *, limit: int = 200, first: int = 0, keys: list[str] | None = None, since: date = date.min
) -> list[UnmappedSku]:
    """The shop's unmapped SKUs, the most valuable first; `keys`: of these alone, `first`: from that place on.

    `since`: of orders from that day on.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT l.key, max(l.product_name), max(l.variation), max(l.seller_sku), count(*), sum(l.value)::bigint, max({LOCAL_DAY})
                {_UNMAPPED}
                AND (%(keys)s::text[] IS NULL OR l.key = ANY (%(keys)s::text[]))
            GROUP BY l.key ORDER BY 6 DESC, 1 LIMIT %(limit)s OFFSET %(first)s
            """,
            {"shop": shop.pk, "limit": limit, "first": first, "keys": keys, "since": since},
        )
        return [UnmappedSku(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class UnmappedTotal:
    """How much of a shop no product is known for: SKUs, orders, order lines, VND placed."""

    skus: int
    orders: int
    lines: int
    value: int


def unmapped_total(shop: Shop, *, since: date = date.min) -> UnmappedTotal:
    """What of the shop is unmapped; `since`: of orders from that day on."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(DISTINCT l.key), count(DISTINCT l.order_id), count(*), coalesce(sum(l.value), 0)::bigint {_UNMAPPED}",
            {"shop": shop.pk, "since": since},
        )
        return UnmappedTotal(*cursor.fetchone())


@dataclass(frozen=True)
class Said:
    """That a SKU is so many units of a product."""

    line_key: str
    product: Product
    units: int


def map_skus(*, shop: Shop, said: Sequence[Said], since: date) -> int:
    """Say of several SKUs what they are; one that somebody has mapped meanwhile stays as it is. How many were mapped."""
    with transaction.atomic():
        Shop.objects.select_for_update(of=("self",), no_key=True).get(pk=shop.pk)
        wanted = {one.line_key: one for one in said}
        there = set(shop.sku_mappings.filter(line_key__in=wanted).values_list("line_key", flat=True))
        rows = [
            SkuMapping(shop=shop, line_key=key, product=one.product, units=one.units, since=since)
            for key, one in wanted.items()
            if key not in there
        ]
        return len(SkuMapping.objects.bulk_create(rows))


def map_sku(*, shop: Shop, line_key: str, product: Product, units: int, since: date) -> SkuMapping:
    """Say what a SKU is from a day on; the database marks the orders concerned (orders.marks), the next fold moves them."""
    with transaction.atomic():
        mapping, _ = SkuMapping.objects.update_or_create(
            shop=shop, line_key=line_key, since=since, defaults={"product": product, "units": units}
        )
    return mapping
