"""What came back of a producer's goods, by the day on which it did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, Sum

from dashboards.boards.names import Name
from dashboards.boards.naming import columns, name_in
from dashboards.boards.session_list import midnight
from dashboards.periods import DAY, Period
from orders.models import EntryKind, LedgerEntry


@dataclass(frozen=True, slots=True)
class CameBack:
    """Pieces and VND of a product (None: of an unmapped SKU) that were cancelled or returned on the days of the period."""

    product: Name | None
    cancelled_pieces: int
    cancelled: int
    returned_pieces: int
    returned: int

    @property
    def value(self) -> int:
        """Everything that came back, in VND."""
        return self.cancelled + self.returned


def entries_back(first: date, last: date) -> QuerySet[LedgerEntry]:
    """The ledger's entries of what was cancelled or returned on these days, both included."""
    return LedgerEntry.objects.filter(
        kind__in=(EntryKind.CANCELLED, EntryKind.RETURNED), happened_at__gte=midnight(first), happened_at__lt=midnight(last + DAY)
    )


def came_back(producers: tuple[int, ...], period: Period) -> tuple[CameBack, ...]:
    """The most valuable first: an order of last month that came back this week is here, and not in this week's sales."""
    entries = entries_back(period.first, period.last).filter(
        line__contribution__producer__in=producers, line__contribution__day__lte=period.last
    )
    product = "line__contribution__product__"
    sums = {
        f"{name}{what}": Sum(column, filter=Q(kind=kind), default=0)
        for name, kind in (("cancelled", EntryKind.CANCELLED), ("returned", EntryKind.RETURNED))
        for what, column in (("", "amount"), ("_pieces", "units"))
    }
    rows = entries.order_by().values(*columns(product)).annotate(**sums)
    found = [CameBack(name_in(row, product), *(row[name] for name in _AMOUNTS)) for row in rows if any(row[name] for name in sums)]
    return tuple(sorted(found, key=lambda row: -row.value))


_AMOUNTS = ("cancelled_pieces", "cancelled", "returned_pieces", "returned")
