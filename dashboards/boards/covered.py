"""Which days the order files of a territory tell of, shop by shop: a day that none covers is not known, and is not 0.

The rule is `orders.spans.rule`. The shops of a territory are its own (a commune's: those of the producers that sit there) and those
elsewhere that sold something of it in the days asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.utils import timezone

from dashboards.boards.measures import Filters
from dashboards.periods import DAY, EARLIEST
from orders.figures.models import Grain
from orders.intake.models import IntakeRun
from orders.spans.rule import Days, told

# Of a shop `s` when its newest file was exported, and the first and the last day of each of its spans.
REACH = """
(SELECT max(exported_at) FROM orders_intakerun r WHERE r.shop_id = s.id AND r.state = %(merged)s),
ARRAY(SELECT ARRAY[first, last] FROM orders_shopspan k WHERE k.shop_id = s.id ORDER BY first)
"""
# Whether the shop `s` is the territory's own. A producer's seat in force: the newest begun by today, else the first.
OWN = """
CASE WHEN %(commune)s::text IS NULL THEN s.province_id = %(province)s ELSE coalesce(%(commune)s = (
    SELECT commune_id FROM catalog_producerseat p WHERE p.producer_id = s.producer_id
    ORDER BY since <= %(today)s DESC, CASE WHEN since <= %(today)s THEN since END DESC, since LIMIT 1), false) END
"""
_OF_SHOPS = f"SELECT s.id, {REACH} FROM orders_shop s WHERE s.id = ANY (%(shops)s)"  # noqa: S608  (built of this module's constants)
_EVER = f"""
SELECT s.id, {REACH} FROM orders_shop s WHERE {OWN} OR s.id = ANY (ARRAY(
    SELECT DISTINCT shop_id FROM orders_orderfigure
    WHERE province_id = %(province)s AND grain = %(grain)s AND (%(commune)s::text IS NULL OR commune_id = %(commune)s)))
"""  # noqa: S608  (built of this module's constants)


@dataclass(frozen=True, slots=True)
class Covered:
    """The stretches of days of which a shop's files tell, with the shop: from an order on, the last one to the newest file."""

    stretches: tuple[tuple[int, date, date], ...]

    def knows(self, day: date) -> bool:
        """Whether a shop's files tell of the day."""
        return any(first <= day <= last for _shop, first, last in self.stretches)

    def knows_some(self, first: date, last: date) -> bool:
        """Whether a shop's files tell of one of these days."""
        return any(begin <= last and end >= first for _shop, begin, end in self.stretches)

    def unknown(self, first: date, last: date) -> tuple[Days, ...]:
        """Of these days the spans that no shop's files tell of, in their order."""
        found: list[Days] = []
        begin = first
        for start, end in sorted((start, end) for _shop, start, end in self.stretches):
            if start > last:
                break
            if begin < start:
                found.append((begin, start - DAY))
            begin = max(begin, end + DAY)
        return (*found, (begin, last)) if begin <= last else tuple(found)

    def unknown_to(self, first: date, last: date) -> tuple[Days, ...]:
        """`unknown`, from the first day that is told of on where `first` is no bound (EARLIEST)."""
        return self.unknown(first if first > EARLIEST else self.first_day or first, last)

    def begins_after(self, day: date) -> bool:
        """Whether no shop's files reach so far back."""
        return all(first > day for _shop, first, _last in self.stretches)

    def ends_before(self, day: date) -> bool:
        """Whether no file was exported after the day."""
        return all(last < day for _shop, _first, last in self.stretches)

    def shops(self, first: date, last: date) -> frozenset[int]:
        """The shops that tell of one of these days."""
        return frozenset(shop for shop, begin, end in self.stretches if begin <= last and end >= first)

    def throughout(self, first: date, last: date) -> frozenset[int]:
        """The shops that tell of every one of these days."""
        return frozenset(shop for shop, begin, end in self.stretches if begin <= first and last <= end)

    @property
    def first_day(self) -> date | None:
        """The first day that is told of."""
        return min((first for _shop, first, _last in self.stretches), default=None)


Reach = tuple[int, datetime | None, Sequence[Sequence[date]]]
"""A shop's id, when its newest file was exported, and the first and the last day of each of its spans: as REACH reads them."""


def covered_of(shops: Iterable[Reach]) -> Covered:
    """The stretches of these shops, by their days."""
    found = [
        (shop, first, last)
        for shop, exported, spans in shops
        for first, last in told([(first, last) for first, last in spans], timezone.localdate(exported) if exported else None)
    ]
    return Covered(tuple(sorted(found, key=lambda stretch: (stretch[1], stretch[2], stretch[0]))))


def covered_shops(shops: Collection[int]) -> Covered:
    """The stretches of these shops; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_SHOPS, {"shops": list(shops), "merged": IntakeRun.State.MERGED})
        return covered_of(cursor.fetchall())


def covered_by(where: Filters) -> Covered:
    """The stretches of all shops of the province, or of a commune of it, and of those that ever sold something of it; one query."""
    parameters = {
        "province": where.province,
        "commune": where.commune,
        "grain": (Grain.ALL if where.commune is None else Grain.COMMUNE).value,
        "today": timezone.localdate(),
        "merged": IntakeRun.State.MERGED,
    }
    with connection.cursor() as cursor:
        cursor.execute(_EVER, parameters)
        return covered_of(cursor.fetchall())
