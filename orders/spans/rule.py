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


def together(days: Iterable[Days]) -> list[Days]:
    """These days as stretches in their order, cut where more than QUIET lies between a day and the next one."""
    found: list[Days] = []
    for first, last in sorted(days):
        if found and first - found[-1][1] <= QUIET:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def told(spans: Sequence[Days], exported: date | None) -> list[Days]:
    """The days that a shop with the stretches `spans` of orders tells of, whose newest file (or batch) is of the day `exported`.

    Up to the day before it: what is not there then was not sold. After more than QUIET without an order it tells of the last QUIET
    days only, and so it does where the shop had no order yet.
    """
    if exported is None:
        return list(spans)
    end = exported - DAY
    if not spans or end - spans[-1][1] > QUIET:
        return [*spans, (end - QUIET + DAY, end)]
    return [*spans[:-1], (spans[-1][0], max(spans[-1][1], end))]
