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
    return _BACK.filter(_in_days(Period(first, last)))


def _in_days(span: Period) -> Q:
    return Q(happened_at__gte=midnight(span.first), happened_at__lt=midnight(span.last + DAY))


def came_back(producers: tuple[int, ...], period: Period, earlier: Period) -> tuple[tuple[CameBack, ...], int]:
    """The most valuable first, and VND of all that came back in the earlier period; one query.

    An order of last month that came back this week is here, and not in this week's sales.
    """
    now, before = (_in_days(span) & Q(line__contribution__day__lte=span.last) for span in (period, earlier))
    entries = _BACK.filter(now | before, line__contribution__producer__in=producers)
    product = "line__contribution__product__"
    sums = {name: Sum(column, filter=now, default=0) for name, column in (("pieces", "units"), ("value", "amount"))}
    rows = list(entries.order_by().values(*columns(product), "kind").annotate(**sums, before=Sum("amount", filter=before, default=0)))
    back: dict[Name | None, dict[int, tuple[int, int]]] = {}
    for row in rows:
        if row["pieces"] or row["value"]:
            back.setdefault(name_in(row, product), {})[row["kind"]] = row["pieces"], row["value"]
    found = [CameBack(name, *(amount for kind in _BACK_BY for amount in of_kind.get(kind, (0, 0)))) for name, of_kind in back.items()]
    return tuple(sorted(found, key=lambda row: -row.value)), sum(row["before"] for row in rows)


_BACK_BY = (EntryKind.CANCELLED, EntryKind.RETURNED)  # in the order in which CameBack has them
_BACK = LedgerEntry.objects.filter(kind__in=_BACK_BY)
