"""First made first, as a function of plain values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(slots=True)
class Stock:
    """A lot with the packs that are left of it; from `until` on it is not sold (recalled)."""

    lot: int
    made_on: date
    best_before: date | None
    until: datetime | None
    left: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line with the packs that are to be found for it; `day` is the local day of `placed_at`."""

    line: int
    placed_at: datetime
    day: date
    units: int


@dataclass(frozen=True, slots=True)
class Set:
    """So many packs of a line are of that lot; lot None: the product had lots by then, and none had these left."""

    line: int
    lot: int | None
    units: int
    chosen: bool = False


def reserve(lots: Mapping[int, Stock], choices: Iterable[tuple[Wanted, int]]) -> list[Set]:
    """What was chosen by hand, in the order of the lines, as far as the lots go; taken off what is left of them."""
    found = []
    for line, lot in choices:
        stock = lots.get(lot)
        units = min(line.units, stock.left) if stock is not None else 0
        if stock is not None and units > 0 and (stock.until is None or line.placed_at < stock.until):
            stock.left -= units
            found.append(Set(line.line, lot, units, chosen=True))
    return found


def allot(lots: Iterable[Stock], lines: Iterable[Wanted], reserved: Mapping[int, int]) -> Iterator[Set]:
    """What first made first gives the lines, which come in their order, beyond the packs `reserved` for them (by line)."""
    queue = sorted(lots, key=lambda stock: (stock.made_on, stock.lot))
    first = queue[0].made_on if queue else date.max
    for line in lines:
        wanted = line.units - reserved.get(line.line, 0)
        at = 0
        while wanted > 0 and at < len(queue) and queue[at].made_on <= line.day:
            stock = queue[at]
            if not _is_over(stock, line):
                units = min(wanted, stock.left)
                stock.left -= units
                wanted -= units
                yield Set(line.line, stock.lot, units)
            if stock.left and not _is_over(stock, line):
                at += 1
            else:
                del queue[at]  # empty, past its date or recalled: it serves no later line either
        if wanted > 0 and first <= line.day:
            yield Set(line.line, None, wanted)


def _is_over(stock: Stock, line: Wanted) -> bool:
    past = stock.best_before is not None and stock.best_before < line.day
    return stock.left <= 0 or past or (stock.until is not None and stock.until <= line.placed_at)
