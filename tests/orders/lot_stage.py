"""A product with lots, a shop that sells it, and what its orders take of them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from catalog.models import Product
from orders.figures.fold import fold_all
from orders.lots.services import allot_all
from orders.models import LotAllocation, LotStale, OrderLine, Shop
from tests import builders, order_builders, trace_builders
from tests.builders import at
from tests.order_builders import Line
from traceability.models import Lot

DAY_ONE = date(2026, 3, 1)
NOON = at("2026-03-01 12:00")
FAR = at("2027-01-01 00:00")


def product_and_shop() -> tuple[Product, Shop]:
    """A product of 500 g and the shop that sells it."""
    product = builders.product("SP1", builders.producer("SX1"), grams=500)
    return product, builders.shop("CH1", product.producer, sells=[product])


def day(number: int) -> date:
    """The `number`-th day after DAY_ONE."""
    return DAY_ONE + timedelta(days=number)


def lot(product: Product, number: str, made: int, packs: int, **more: Any) -> Lot:
    """A lot of so many packs, made on day `made`."""
    return trace_builders.lot(product, number, made_on=day(made), quantity=Decimal(packs), **more)


def buy(sold: tuple[Product, Shop], number: int, days: float, units: int, *, seen: int = 0, **more: Any) -> OrderLine:
    """An order of the product, `days` after the first noon; seen anew with a greater `seen`."""
    product, shop = sold
    placed = NOON + timedelta(days=days)
    order = order_builders.order(shop, str(number), placed, Line(product, units, **more), exported_at=FAR + timedelta(hours=seen))
    return order.lines.get()


def settle() -> None:
    """Fold, and set what became stale."""
    fold_all()
    allot_all()
    assert not LotStale.objects.exists()


def given_to() -> list[tuple[str, str | None, int]]:
    """(order, lot number or None, packs) of all allocations."""
    rows = LotAllocation.objects.values_list("line__order__number", "lot__number", "units")
    return sorted(rows, key=lambda row: (int(row[0]), row[1] is None, row[1] or ""))


def folded(line: OrderLine) -> OrderLine:
    fold_all()
    return line
