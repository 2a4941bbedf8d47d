"""The livestreams of a product or a producer, each with the addresses of what it sold."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from dashboards.boards.audience import Audience
from dashboards.boards.lines import lines_address
from dashboards.boards.sold_in import Appearance


def with_lines(rows: Iterable[Appearance], audience: Audience, **filters: str) -> list[tuple[Appearance, str, str]]:
    """Each livestream with the lines sold on air, and those sold in the 30 days after; `filters` as in `lines_address`."""
    shown = []
    for row in rows:
        links = partial(lines_address, None, audience.territory, session=row.session.code, **filters)
        shown.append((row, links(bucket="live"), links(bucket="after")))
    return shown
