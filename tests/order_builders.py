"""Orders for tests that read figures: `order(…)` writes an order with its ledger, `fold()` brings the figures up to date.

The figures are written here by plain sums over the contributions, apart from the product's own fold.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone

from catalog.models import ListPrice, ProducerSeat, Product, ProductFacts, StarRating
from livestreams.models import Session, Slot
from orders.figures.models import DIMENSIONS, PRODUCT_DIMENSIONS
from orders.models import (
    Attribution,
    AttributionRule,
    Basis,
    Bucket,
    Contribution,
    EntryKind,
    Figure,
    Grain,
    IntakeRun,
    LedgerEntry,
    LineState,
    Order,
    OrderFigure,
    OrderLine,
    Shop,
    Snapshot,
    Source,
)
from tests.builders import LONG_AGO, sku

STATES = ("placed", "cancelled", "returned", "delivered")
OWN = tuple(Figure._meta.get_field(name).attname for name in DIMENSIONS)
CELL = OWN + tuple(Figure._meta.get_field(name).attname for name in PRODUCT_DIMENSIONS)
MEASURES = ("lines", *(f"{state}_{unit}" for state in STATES for unit in ("units", "value", "grams")))


@dataclass(frozen=True)
class Line:
    """What somebody ordered of a product (None: a SKU that nobody has mapped); units, VND, and what became of the units."""

    product: Product | None
    units: int = 1
    value: int = 100_000
    cancelled: int = 0
    returned: int = 0
    delivered: int = 0
    slot: Slot | None = None
    key: str = ""

    @property
    def state(self) -> LineState:
        """What the platform would say."""
        if self.cancelled == self.units:
            return LineState.CANCELLED
        return LineState.COMPLETED if self.delivered else LineState.PLACED

    def off(self, units: int) -> int:
        """VND of so many of the units, rounded down (FIGURES: value taken off a line)."""
        return self.value * units // self.units

    def amounts(self) -> dict[EntryKind, tuple[int, int]]:
        """Units and VND by kind of movement."""
        returned = self.off(self.cancelled + self.returned) - self.off(self.cancelled)
        return {
            EntryKind.PLACED: (self.units, self.value),
            EntryKind.CANCELLED: (self.cancelled, self.off(self.cancelled)),
            EntryKind.RETURNED: (self.returned, returned),
            EntryKind.DELIVERED: (self.delivered, self.off(self.cancelled + self.delivered) - self.off(self.cancelled)),
        }


def rule() -> AttributionRule:
    """The first attribution rule."""
    return AttributionRule.objects.get_or_create(version=1, defaults={"since": LONG_AGO})[0]


def run(shop: Shop, exported_at: datetime | None = None) -> IntakeRun:
    """A file of the shop that has been taken in."""
    moment = exported_at or timezone.now()
    return IntakeRun.objects.create(
        shop=shop, platform=shop.platform, file_name=f"{shop.code}.csv", exported_at=moment, state=IntakeRun.State.MERGED, merged_at=moment
    )


def order(
    shop: Shop,
    number: str,
    placed_at: datetime,
    *lines: Line,
    session: Session | None = None,
    bucket: Bucket | None = None,
    basis: Basis = Basis.ESTIMATED,
    source: Source = Source.FILE,
    of_run: IntakeRun | None = None,
) -> Order:
    """An order with its lines, ledger, attribution and contributions. Without a bucket: live with a session, else other."""
    taken = of_run or run(shop, placed_at)
    made = Order.objects.create(shop=shop, number=number, placed_at=placed_at, exported_at=taken.exported_at, run=taken)
    chosen = bucket or (Bucket.LIVE if session else Bucket.OTHER)
    decided = Attribution.objects.create(order=made, session=session, bucket=chosen, basis=basis, rule=rule())
    for position, told in enumerate(lines):
        line = OrderLine.objects.create(
            order=made,
            key=told.key or (sku(told.product) if told.product else f"unknown-{position}"),
            product_name=told.product.name_vi if told.product else "Hàng chưa rõ",
            state=told.state,
            units=told.units,
            gross=told.value,
            seller_discount=0,
            platform_discount=0,
            value=told.value,
            cancelled_units=told.cancelled,
            returned_units=told.returned,
            delivered_units=told.delivered,
            exported_at=taken.exported_at,
            run=taken,
        )
        for kind, (units, amount) in told.amounts().items():
            if units:
                LedgerEntry.objects.create(
                    line=line, kind=kind, units=units, amount=amount, happened_at=placed_at, learned_at=taken.exported_at, run=taken
                )
        _contribute(made, line, told, decided, source)
    return made


def _contribute(made: Order, line: OrderLine, told: Line, decided: Attribution, source: Source) -> None:
    day = timezone.localtime(made.placed_at).date()
    facts = _in_force(ProductFacts.objects.filter(product=told.product), day) if told.product else None
    seat = ProducerSeat.objects.in_force(told.product.producer, day).first() if told.product else None
    rating = StarRating.objects.filter(product=told.product).valid_on(day).first() if told.product else None
    measures: dict[str, int] = {}
    for state, (units, amount) in zip(STATES, told.amounts().values(), strict=True):
        grams = units * ((facts.net_weight_g if facts else 0) or 0)
        measures |= {f"{state}_units": units, f"{state}_value": amount, f"{state}_grams": grams}
    Contribution.objects.create(
        line=line,
        order=made,
        rule=decided.rule,
        province_id=seat.commune.province_id if seat else made.shop.province_id,
        day=day,
        shop=made.shop,
        session=decided.session,
        bucket=decided.bucket,
        basis=decided.basis,
        source=source,
        product=told.product,
        producer=told.product.producer if told.product else None,
        commune=seat.commune if seat else None,
        ocop_set=facts.ocop_set if facts else None,
        ocop_group=facts.ocop_set.group if facts and facts.ocop_set else None,
        star=rating.stars if rating else None,
        slot=told.slot,
        is_final=told.state in {LineState.COMPLETED, LineState.CANCELLED},
        lines=1,
        **measures,
    )


def _in_force(facts: Any, day: Any) -> ProductFacts | ListPrice | None:
    return facts.filter(since__lte=day).order_by("-since").first() or facts.order_by("since").first()


def fold() -> Snapshot:
    """Figures and order figures as the sums over all contributions, under a new snapshot number."""
    Figure.objects.all().delete()
    OrderFigure.objects.all().delete()
    cells: dict[tuple[Any, ...], dict[str, int]] = defaultdict(lambda: dict.fromkeys(MEASURES, 0))
    grains: dict[tuple[Any, ...], dict[int, list[Contribution]]] = defaultdict(lambda: defaultdict(list))
    for row in Contribution.objects.all():
        cell = cells[tuple(getattr(row, name) for name in CELL)]
        for name in MEASURES:
            cell[name] += getattr(row, name)
        own = tuple(getattr(row, name) for name in OWN)
        for grain, members in (
            (Grain.ALL, {}),
            (Grain.PRODUCT, {"product_id": row.product_id}),
            (Grain.PRODUCER, {"producer_id": row.producer_id}),
            (Grain.COMMUNE, {"commune_id": row.commune_id}),
            (Grain.GROUP, {"ocop_group_id": row.ocop_group_id}),
            (Grain.STAR, {"star": row.star}),
        ):
            grains[(grain, own, tuple(members.items()))][row.order_id].append(row)
    for key, sums in cells.items():
        Figure.objects.create(**dict(zip(CELL, key, strict=True)), **sums)
    for (grain, own, members), orders in grains.items():
        OrderFigure.objects.create(
            grain=grain,
            **dict(zip(OWN, own, strict=True)),
            **dict(members),
            orders=len(orders),
            net_orders=sum(any(r.placed_units > r.cancelled_units + r.returned_units for r in rows) for rows in orders.values()),
            delivered_orders=sum(any(r.delivered_units > r.returned_units for r in rows) for rows in orders.values()),
            open_orders=sum(any(not r.is_final for r in rows) for rows in orders.values()),
        )
    last = Snapshot.objects.aggregate(last=Max("number"))["last"] or 0
    return Snapshot.objects.create(number=last + 1, made_at=timezone.now(), orders=Order.objects.count())
