"""Which days the order files of a territory tell of, shop by shop: a day that none covers is not known, and is not 0.

The rule is `orders.spans.rule`. The shops of a territory are its own (a commune's: those of the producers that sit there) and those
elsewhere that sold something of it in the days asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from dashboards.boards.measures import Filters
from dashboards.boards.reach import Reach, reach_ever, reach_of
from dashboards.periods import DAY, EARLIEST
from orders.spans.rule import Days


@dataclass(frozen=True, slots=True)
class Covered:
    """The stretches of days of which a shop's files tell, with the shop: from an order on, the last one to the newest file."""

    stretches: tuple[tuple[int, date, date], ...]

    @classmethod
    def of(cls, shops: Iterable[Reach]) -> Covered:
        """The stretches of these shops, by their days."""
        found = ((one.shop, first, last) for one in shops for first, last in one.stretches())
        return cls(tuple(sorted(found, key=lambda stretch: (stretch[1], stretch[2], stretch[0]))))

    def knows(self, day: date) -> bool:
        """Whether a shop's files tell of the day."""
        return any(first <= day <= last for _shop, first, last in self.stretches)

    def knows_some(self, first: date, last: date) -> bool:
        """Whether a shop's files tell of one of these days."""
        return first <= last and bool(self.shops(first, last))

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
        """`unknown`, from the first day that is told of on where `first` is no bound (EARLIEST); none where nothing is told at all."""
        begin = first if first > EARLIEST else self.first_day
        return self.unknown(begin, last) if begin else ()

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


def covered_shops(shops: Collection[int]) -> Covered:
    """The stretches of these shops; one query."""
    return Covered.of(reach_of(shops))


def covered_by(where: Filters) -> Covered:
    """The stretches of all shops of the province, or of a commune of it, and of those that ever sold something of it; one query."""
    return Covered.of(reach_ever(where))
