"""One order: its lines as they count, and the ledger behind them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from dashboards.boards.amounts import States
from dashboards.boards.explanation import Explanation, explain
from dashboards.boards.names import Name
from orders.figures.models import Contribution
from orders.figures.sight import Sight
from orders.ledger.life import Kind, life_of
from orders.models import EntryKind, LedgerEntry, LineState, LotAllocation, Mark, Order


@dataclass(frozen=True, slots=True)
class LineLot:
    """Packs of a line that are of a lot; number empty: its product has lots, and none had these left."""

    number: str
    units: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class OrderLineRow:
    """A line as the platform told it (`pieces` of the shop, VND), as it counts (`units`, `value`), and its ledger entries."""

    line: int
    in_shop: str
    sku: str
    product: Name | None
    producer: Name | None
    producer_id: int | None
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
    lots: tuple[LineLot, ...]
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


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened to the order, or to the line called `line`; both dates, and what it moved where it moved something."""

    kind: Kind
    happened_at: datetime
    learned_at: datetime
    line: str
    pieces: int
    amount: int
    before: int | None
    state: int | None

    @property
    def words(self) -> str:
        """What happened, in words."""
        if self.kind in EntryKind.values:
            said = str(EntryKind(self.kind).label)
            return said if self.pieces >= 0 else _("%(movement)s, corrected") % {"movement": said}
        if self.kind == Kind.TAKEN_BACK and self.before is not None and self.state is not None:
            return _("The platform went back from “%(before)s” to “%(state)s”") % {
                "before": LineState(self.before).label,
                "state": LineState(self.state).label,
            }
        return {Kind.ADDED: _("Added to the order later (exchange)"), Kind.SHIPPED: _("Shipped"), Kind.REFUNDED: _("Refunded so far")}[
            self.kind
        ]


@dataclass(frozen=True)
class OrderPage:
    """An order as its reader may see it. `amount` and `refund` are the platform's sums (VND); None where others' lines are in them."""

    number: str
    shop: Name
    shop_id: int
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
    life: tuple[Moment, ...]
    waiting: bool


def withheld(pk: int, sight: Sight) -> str:
    """The name of the order's shop, where the order is counted in figures that `sight` covers and its lines are not shared; else ""."""
    shops = Contribution.objects.filter(sight.rows(), order=pk).values_list("shop__name", flat=True)
    return shops.first() or ""


def order_page(pk: int, sight: Sight) -> OrderPage | None:
    """The order with the lines that `sight` covers; None where it covers none, or nothing is counted of it yet."""
    seen = list(
        Contribution.objects.filter(sight.lines(), order=pk)
        .select_related("line", "product", "producer", "slot", "rule")
        .order_by("line_id")
    )
    if not seen:
        return None
    order = Order.objects.select_related("shop__host", "shop__event", "delivery_province", "delivery_commune", "reported_host").get(pk=pk)
    hidden = order.lines.standing().count() > len(seen)
    place = [str(part) for part in (order.delivery_commune, order.delivery_province) if part]
    return OrderPage(
        number=order.number,
        shop=Name(order.shop.code, order.shop.name),
        shop_id=order.shop_id,
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
        life=_life(order, seen, hidden=hidden),
        waiting=Mark.objects.filter(order=pk).exists(),
    )


def _life(order: Order, seen: list[Contribution], *, hidden: bool) -> tuple[Moment, ...]:
    names = {row.line_id: str(row.line) for row in seen}
    return tuple(
        Moment(
            kind=one.kind,
            happened_at=one.happened_at,
            learned_at=one.learned_at,
            line="" if one.line is None else names[one.line],
            pieces=one.pieces,
            amount=one.amount,
            before=one.before,
            state=one.state,
        )
        for one in life_of(order, list(names), whole=not hidden)
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
    lots: dict[int, list[LineLot]] = defaultdict(list)
    for one in LotAllocation.objects.filter(line__in=[row.line_id for row in seen]).select_related("lot").order_by("pk"):
        lots[one.line_id].append(LineLot(one.lot.number if one.lot else "", one.units, one.chosen))
    return tuple(
        OrderLineRow(
            line=row.line_id,
            in_shop=f"{row.line.product_name} – {row.line.variation}" if row.line.variation else row.line.product_name,
            sku=row.line.sku_id or row.line.seller_sku,
            product=Name(row.product.code, row.product.name_vi, row.product.name_en) if row.product else None,
            producer=Name(row.producer.code, row.producer.name, row.producer.name_en) if row.producer else None,
            producer_id=row.producer_id,
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
            lots=tuple(lots[row.line_id]),
            entries=tuple(entries[row.line_id]),
        )
        for row in seen
    )


def _states(row: Contribution, amount: str) -> States:
    return States(*(getattr(row, f"{state}_{amount}") for state in ("placed", "cancelled", "returned", "delivered")))
