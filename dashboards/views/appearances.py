"""The livestreams and the days of a product or a producer, each with the address of what it sold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial

from dashboards.boards.audience import Audience
from dashboards.boards.lines import lines_address
from dashboards.boards.sold_in import Appearance
from dashboards.periods import Period


def links_of_day(audience: Audience, day: date, **filters: str) -> str:
    """The lines of one day; `filters` as in `lines_address`."""
    return lines_address(Period(day, day), audience.territory, **filters)


def with_lines(
    rows: Iterable[Appearance], audience: Audience, period: Period | None = None, **filters: str | None
) -> list[tuple[Appearance, str, str]]:
    """Each livestream with the lines sold on air, and those sold in the 30 days after; `period`, `filters` as in `lines_address`."""
    shown = []
    for row in rows:
        links = partial(lines_address, period, audience.territory, session=row.session.code, **filters)
        shown.append((row, links(bucket="live"), links(bucket="after")))
    return shown
