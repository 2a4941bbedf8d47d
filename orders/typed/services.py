"""Writing a typed order, and what became of it: each time a run of its own, checked and merged at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from catalog.models import Product
from orders.intake.copying import copy_rows
from orders.intake.merge import begin, merge, merged
from orders.intake.models import IntakeRun, Source
from orders.intake.reading.checker import OBSERVATION_FIELDS, Checker
from orders.intake.reading.rejections import Rejection
from orders.intake.reading.source import Block
from orders.ledger.models import LineState, Order
from orders.shops.models import Shop, SkuMapping
from orders.typed.models import TypedOrder
from orders.typed.table import COLUMNS, TYPED

_AT = {name: index for index, name in enumerate(OBSERVATION_FIELDS)}
HANDED_OVER = (LineState.DELIVERED, LineState.COMPLETED)


class TypedOrderRefusedError(ValueError):
    """The checker refused a line; `rejections` say why, their row is the line's place from 1."""

    def __init__(self, rejections: Sequence[Rejection]) -> None:
        super().__init__("; ".join(str(rejection.message) for rejection in rejections))
        self.rejections = rejections


class ToldMeanwhileError(Exception):
    """Somebody else said how the order stands since it was looked at."""


class AlreadyTypedError(Exception):
    """The form with this token was sent before; `typed` is the order it made."""

    def __init__(self, typed: TypedOrder) -> None:
        super().__init__(str(typed))
        self.typed = typed


@dataclass(frozen=True)
class TypedLine:
    """So many units of a product at a price in VND for one."""

    product: Product
    units: int
    price: int


def type_order(
    *, shop: Shop, token: UUID, placed_at: datetime, state: LineState, lines: Sequence[TypedLine], by: User | None
) -> TypedOrder:
    """Take an order in under a number of our own, Z-<day>-<place on that day in the shop>; its products are known to the figures at once.

    Raises AlreadyTypedError for a token that was used, TypedOrderRefusedError for a line that no file could have either.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        begin(cursor, shop.pk)  # numbers are given, and tokens looked for, by one at a time in a shop
        used = TypedOrder.objects.filter(token=token).select_related("order").first()
        if used is not None:
            raise AlreadyTypedError(used)
        number = _next_number(shop, timezone.localdate(placed_at))
        for line in lines:
            _know(shop, line.product, timezone.localdate(placed_at))
        rows = [
            {
                "order_number": number,
                "sku_id": sku_of(line.product),
                "product_name": line.product.name_vi,
                "units": line.units,
                "gross": line.price * line.units,
                "state": state,
                "placed_at": placed_at,
                # Handed over when it was sold, as at a booth; what is delivered later is dated when somebody says so.
                "delivered_at": placed_at if state in HANDED_OVER else None,
            }
            for line in lines
        ]
        _observe(shop, number, rows, by)
        return TypedOrder.objects.create(order=Order.objects.get(shop=shop, number=number), token=token, by=by)


def tell_outcome(*, typed: TypedOrder, state: LineState, returned: dict[int, int], by: User | None, seen: int | None = None) -> IntakeRun:
    """A newer look at the order: the state of all its lines, and pieces returned so far (by line id).

    `seen`: the run by which it stood as the teller saw it. Raises TypedOrderRefusedError, ToldMeanwhileError where it stands by another.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        order = typed.order
        begin(cursor, order.shop_id)
        order.refresh_from_db(fields=["run"])
        if seen not in (None, order.run_id):
            raise ToldMeanwhileError
        now = timezone.now()
        cancelled = state == LineState.CANCELLED
        rows = [
            {
                "order_number": order.number,
                "sku_id": line.sku_id,
                "product_name": line.product_name,
                "units": line.units,
                "gross": line.gross,
                "returned": returned.get(line.pk, 0),
                "state": state,
                "placed_at": order.placed_at,
                "delivered_at": _when(
                    line.delivered_at, now, state in HANDED_OVER or (state == LineState.CANCELLED and bool(line.delivered_at))
                ),
                "cancelled_at": _when(line.cancelled_at, now, cancelled),
            }
            for line in order.lines.order_by("pk")
        ]
        return _observe(order.shop, order.number, rows, by)


def sku_of(product: Product) -> str:
    """The SKU id under which typed orders sell a product: no platform's looks like it."""
    return f"ocop-{product.pk}"


def _when(known: datetime | None, now: datetime, happened: bool) -> datetime | None:
    return (known or now) if happened else None


def _next_number(shop: Shop, day: date) -> str:
    prefix = f"Z-{day:%Y%m%d}-"
    taken = Order.objects.filter(shop=shop, number__startswith=prefix).values_list("number", flat=True)
    last = max((int(number.removeprefix(prefix)) for number in taken if number.removeprefix(prefix).isdecimal()), default=0)
    return f"{prefix}{last + 1:04d}"


def _know(shop: Shop, product: Product, day: date) -> None:
    if not SkuMapping.objects.reaching(shop, day).filter(line_key=sku_of(product)).exists():
        SkuMapping.objects.create(shop=shop, line_key=sku_of(product), product=product, units=1, since=day)


def _observe(shop: Shop, number: str, rows: Sequence[dict[str, Any]], by: User | None) -> IntakeRun:
    run = IntakeRun.objects.create(
        shop=shop,
        source=Source.TYPED,
        platform=shop.platform,
        file_name=number,
        exported_at=timezone.now(),
        by=by,
    )
    fields = [column.field for column in COLUMNS]
    now = timezone.now()
    checker = Checker(TYPED, fields, decode=_cell, first_day=date(1899, 12, 30), latest=now + timedelta(minutes=5))
    raws = [tuple(_raw(row.get(field)) for field in fields) for row in rows]
    accepted, rejected = checker.check(Block(range(1, len(rows) + 1), raws))
    if rejected:
        raise TypedOrderRefusedError(rejected)
    units, cancelled, delivered, province = (_AT[name] for name in ("units", "cancelled_units", "was_delivered", "delivery_province"))
    copy_rows(
        iter(
            [
                [
                    (
                        run.pk,
                        *seen[:delivered],
                        seen[units] - seen[cancelled] if seen[delivered] else 0,
                        *seen[delivered + 1 : province],
                        None,
                        None,
                    )
                    for seen in accepted
                ]
            ]
        )
    )
    run.rows = len(rows)
    run.repeats = len(rows) - len({seen[_AT["line_key"]] for seen in accepted})
    merged(run, merge(run))
    run.save()
    return run


def _raw(value: Any) -> str | None:
    if isinstance(value, datetime):
        return value.replace(microsecond=0).isoformat()
    return None if value is None else str(int(value)) if isinstance(value, int) else str(value)


def _cell(raw: Any) -> Any:
    return raw
