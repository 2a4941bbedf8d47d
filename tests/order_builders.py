"""Orders for tests that read figures: `order(…)` takes an order in by the real merge, `fold()` moves the figures by the real fold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from catalog.models import Product
from livestreams.models import Host, Session
from orders.figures.fold import fold_all
from orders.intake.merge import merge
from orders.models import AttributionRule, IntakeRun, LineState, Mark, Order, Shop, Snapshot, Source, StagedRow
from orders.spans.services import add_days
from tests.builders import LONG_AGO, sku


@dataclass(frozen=True)
class Line:
    """What somebody ordered of a product (None: a SKU that nobody has mapped); units, VND, and what became of the units."""

    product: Product | None
    units: int = 1
    value: int = 100_000
    cancelled: int = 0
    returned: int = 0
    delivered: int = 0
    key: str = "unknown"
    name: str = ""
    seller_discount: int = 0
    platform_discount: int = 0

    @property
    def state(self) -> LineState:
        """What the platform would say: done with, or still on its way."""
        if self.cancelled == self.units:
            return LineState.CANCELLED
        return LineState.COMPLETED if self.delivered else LineState.PLACED


def run(shop: Shop, exported_at: datetime | None = None, source: Source = Source.FILE) -> IntakeRun:
    """A file of the shop; it counts as taken in."""
    moment = exported_at or timezone.now()
    return IntakeRun.objects.create(
        shop=shop,
        source=source,
        platform=shop.platform,
        file_name=f"{shop.code}.csv",
        exported_at=moment,
        state=IntakeRun.State.MERGED,
        merged_at=moment,
    )


def order(
    shop: Shop,
    number: str,
    placed_at: datetime,
    *lines: Line,
    exported_at: datetime | None = None,
    source: Source = Source.FILE,
    session: Session | None = None,
    host: Host | None = None,
) -> Order:
    """An order as a file of `exported_at` (else of the time it was placed) shows it; `session`, `host`: as the platform names them.

    The same number again is a newer look at the same order. The figures know of it after `fold()`.
    """
    AttributionRule.objects.get_or_create(version=1, defaults={"since": LONG_AGO})
    taken = run(shop, exported_at or placed_at, source)
    for row, told in enumerate(lines, start=2):
        StagedRow.objects.create(
            run=taken,
            row=row,
            number=number,
            line_key=sku(told.product) if told.product else told.key,
            sku_id=sku(told.product) if told.product else "",
            product_name=told.name or (told.product.name_vi if told.product else "Hàng chưa rõ"),
            state=told.state,
            units=told.units,
            gross=told.value + told.seller_discount,
            seller_discount=told.seller_discount,
            platform_discount=told.platform_discount,
            cancelled_units=told.cancelled,
            returned_units=told.returned,
            delivered_units=told.delivered,
            placed_at=placed_at,
        )
    taken.repeats = len(lines) - taken.staged_rows.values("line_key").distinct().count()
    with transaction.atomic():
        merge(taken)
        add_days(taken)
    made = Order.objects.get(shop=shop, number=number)
    if session or host:
        Order.objects.filter(pk=made.pk).update(reported_session=session, reported_host=host)
        Mark.objects.create(order=made, reason=Mark.Reason.SESSION)
    return made


def fold() -> Snapshot:
    """The figures as they are once every mark is folded; the newest snapshot."""
    fold_all()
    return Snapshot.objects.latest("number")
