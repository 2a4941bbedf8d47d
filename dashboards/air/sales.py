"""The ledger's own sales of a session on air: in all, by slot, by minute. Placed orders alone; what becomes of them is the report's.

Without `as_of` they are read from the figures; up to a moment (a replay) from the lines, because figures know days and not minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import TruncMinute

from livestreams.models import Session
from orders.models import Attribution, Bucket, Contribution, Figure, IntakeRun

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Sold:
    """Units and value placed (VND)."""

    units: int = 0
    value: int = 0


@dataclass(frozen=True)
class Ledger:
    """What the ledger holds of a session on air; `exported_at`: the newest file of its shops, None: no file has come yet.

    `by_slot` has the slots (by id; None: sold beside the run-of-show) with anything sold.
    """

    orders: int = 0
    total: Sold = Sold()
    by_slot: Mapping[int | None, Sold] = field(default_factory=dict)
    exported_at: datetime | None = None

    @property
    def known(self) -> bool:
        """Whether its sales can be told: what has not come is not 0."""
        return self.exported_at is not None or self.orders > 0


def ledger_of(session: Session, as_of: datetime | None = None) -> Ledger:
    """Orders placed on air in the session, those up to `as_of` where it is given."""
    here: dict[str, Any] = {"session": session, "bucket": Bucket.LIVE}
    counted = Attribution.objects.filter(**here)
    rows: Any
    if as_of is None:
        rows = Figure.objects.filter(**here)
    else:
        counted = counted.filter(order__placed_at__lte=as_of)
        rows = Contribution.objects.filter(**here, order__placed_at__lte=as_of)
    by_slot = {
        row["slot"]: Sold(row["units"], row["value"])
        for row in rows.order_by().values("slot").annotate(units=Sum("placed_units"), value=Sum("placed_value"))
    }
    return Ledger(
        orders=counted.count(),
        total=Sold(sum(sold.units for sold in by_slot.values()), sum(sold.value for sold in by_slot.values())),
        by_slot=by_slot,
        exported_at=_exported_at(session),
    )


def _exported_at(session: Session) -> datetime | None:
    """The time of the newest merged file of the session's shops that reaches past its start."""
    files = IntakeRun.objects.filter(
        shop__in=session.shop_links.values("shop"), state=IntakeRun.State.MERGED, exported_at__gt=session.start
    )
    newest: datetime | None = files.aggregate(newest=Max("exported_at"))["newest"]
    return newest


@dataclass(frozen=True, slots=True)
class Minute:
    """Orders and value (VND) placed in the minute that begins at `at`."""

    at: datetime
    orders: int
    value: int


def by_minute(session: Session, as_of: datetime | None = None) -> list[Minute]:
    """Every minute from the first with an order to the last with one."""
    until = Q() if as_of is None else Q(order__placed_at__lte=as_of)
    rows = (
        Contribution.objects.filter(until, session=session, bucket=Bucket.LIVE)
        .order_by()
        .values(minute=TruncMinute("order__placed_at"))
        .annotate(orders=Count("order", distinct=True), value=Sum("placed_value"))
    )
    found = {row["minute"]: Minute(row["minute"], row["orders"], row["value"]) for row in rows}
    if not found:
        return []
    first, last = min(found), max(found)
    every = (first + MINUTE * number for number in range((last - first) // MINUTE + 1))
    return [found.get(minute, Minute(minute, 0, 0)) for minute in every]
