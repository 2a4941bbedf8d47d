"""The one rule of which days a shop tells of: a day outside of them is not known, and is not 0 (FIGURES: Freshness and completeness)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from orders.shops.silence import EXPORTS_REACH

# A shop without an order for longer than a platform's file reaches back may have handed in no file of that time.
QUIET = EXPORTS_REACH
DAY = timedelta(days=1)

Days = tuple[date, date]
"""A first and a last day, both included."""

Span = tuple[date, date, date]
"""The days of a first and a last order, and the last day of which a file tells that showed an order of these days."""


def reach(day: date, exported: date) -> date:
    """How far a file (or batch) of the day `exported` tells of what was sold after an order of that day: to the day before it was made.

    What is not there then was not sold. After more than QUIET it is too late for that: it tells of the order alone.
    """
    return max(day, exported - DAY) if exported - DAY - day <= QUIET else day


def together(spans: Iterable[Span]) -> list[Span]:
    """These as stretches in their order, cut where more than QUIET lies between an order and the next one."""
    found: list[Span] = []
    for first, last, told_to in sorted(spans):
        if found and first - found[-1][1] <= QUIET:
            begin, end, furthest = found[-1]
            found[-1] = (begin, max(end, last), max(furthest, told_to))
        else:
            found.append((first, last, told_to))
    return found


def told(spans: Sequence[Span], newest: date | None) -> list[Days]:
    """The days that a shop with these stretches tells of, whose newest file (or batch) of all is of the day `newest`.

    That one tells of what was sold after the last order, too. After more than QUIET without an order it tells of the last QUIET days only,
    and so it does where the shop had no order yet.
    """
    found = [(first, told_to) for first, _last, told_to in spans]
    if newest is None:
        return found
    end = newest - DAY
    if found and end - spans[-1][1] <= QUIET:
        found[-1] = (found[-1][0], max(found[-1][1], end))
    else:
        found.append((end - QUIET + DAY, end))
    return found
