"""One order: its lines as they count, and the ledger behind them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from dashboards.boards.amounts import States
from dashboards.boards.explanation import Explanation, explain
from dashboards.boards.names import Name
from orders.figures.models import Contribution
from orders.figures.sight import Sight
from orders.models import EntryKind, LedgerEntry, LineState, Mark, Order


@dataclass(frozen=True, slots=True)
class OrderLineRow:
    """A line as the platform told it (`pieces` of the shop, VND), as it counts (`units`, `value`), and its ledger entries."""

    line: int
    in_shop: str
    sku: str
    product: Name | None
    producer: Name | None
    star: int | None
    slot: int | None
    state: int
    is_final: bool
    pieces: int
    gross: int
    seller_discount: int
    platform_discount: int
    units: States
    value: States
    grams: States
    entries: tuple[EntryRow, ...]

    @property
    def state_name(self) -> str:
        """The platform's state in words."""
        return str(LineState(self.state).label)

    @property
    def table_id(self) -> str:
        """The id of its ledger on the page."""
        return f"ledger-{self.line}"


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A movement: signed pieces and VND, when it happened, when we were told, and by which file."""

    kind: int
    pieces: int
    amount: int
    happened_at: datetime
    learned_at: datetime
    run: int
    file_name: str
    exported_at: datetime

    @property
    def kind_name(self) -> str:
        """What happened, in words."""
        return str(EntryKind(self.kind).label)


@dataclass(frozen=True)
class OrderPage:
    """An order as its reader may see it. `amount` and `refund` are the platform's sums (VND); None where others' lines are in them."""

    number: str
    shop: Name
    platform: str
    placed_at: datetime
    delivered_to: str
    shipping_provider: str
    amount: int | None
    refund: int | None
    exported_at: datetime
    lines: tuple[OrderLineRow, ...]
    hidden_lines: bool
    explanation: Explanation
    waiting: bool


def order_page(pk: int, sight: Sight) -> OrderPage | None:
    """The order with the lines that `sight` covers; None where it covers none, or nothing is counted of it yet."""
    seen = list(
        Contribution.objects.filter(sight.rows(), order=pk)
        .select_related("line", "product", "producer", "slot", "rule")
        .order_by("line_id")
    )
    if not seen:
        return None
    order = Order.objects.select_related("shop__host", "shop__event", "delivery_province", "delivery_commune", "reported_host").get(pk=pk)
    hidden = order.lines.count() > len(seen)
    place = [str(part) for part in (order.delivery_commune, order.delivery_province) if part]
    return OrderPage(
        number=order.number,
        shop=Name(order.shop.code, order.shop.name),
        platform=order.shop.get_platform_display(),
        placed_at=order.placed_at,
        delivered_to=", ".join(place),
        shipping_provider=order.shipping_provider,
        amount=None if hidden else order.amount,
        refund=None if hidden else order.refund,
        exported_at=order.exported_at,
        lines=_lines(seen),
        hidden_lines=hidden,
        explanation=explain(order, sight),
        waiting=Mark.objects.filter(order=pk).exists(),
    )


def _lines(seen: list[Contribution]) -> tuple[OrderLineRow, ...]:
    entries: dict[int, list[EntryRow]] = defaultdict(list)
    told = LedgerEntry.objects.filter(line__in=[row.line_id for row in seen]).select_related("run")
    for entry in told.order_by("happened_at", "kind", "learned_at", "pk"):
        entries[entry.line_id].append(
            EntryRow(
                kind=entry.kind,
                pieces=entry.units,
                amount=entry.amount,
                happened_at=entry.happened_at,
                learned_at=entry.learned_at,
                run=entry.run_id,
                file_name=entry.run.file_name,
                exported_at=entry.run.exported_at,
            )
        )
    return tuple(
        OrderLineRow(
            line=row.line_id,
            in_shop=f"{row.line.product_name} – {row.line.variation}" if row.line.variation else row.line.product_name,
            sku=row.line.sku_id or row.line.seller_sku,
            product=Name(row.product.code, row.product.name_vi, row.product.name_en) if row.product else None,
            producer=Name(row.producer.code, row.producer.name, row.producer.name_en) if row.producer else None,
            star=row.star,
            slot=row.slot.position if row.slot_id and row.slot else None,
            state=row.line.state,
            is_final=row.is_final,
            pieces=row.line.units,
            gross=row.line.gross,
            seller_discount=row.line.seller_discount,
            platform_discount=row.line.platform_discount,
            units=_states(row, "units"),
            value=_states(row, "value"),
            grams=_states(row, "grams"),
            entries=tuple(entries[row.line_id]),
        )
        for row in seen
    )


def _states(row: Contribution, amount: str) -> States:
    return States(*(getattr(row, f"{state}_{amount}") for state in ("placed", "cancelled", "returned", "delivered")))
