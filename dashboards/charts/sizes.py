"""How large each chart is, known before it is drawn, so that a page keeps its place free and does not jump."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.charts.errors import UnknownChart

# Width by size, in CSS px. A page never shows a chart smaller than it was drawn, but for a few px: text stays at 12 px and more.
WIDTHS = {"wide": 960, "medium": 600, "narrow": 328}
THEMES = ("light", "dark")


@dataclass(frozen=True)
class Height:
    """`base` px for titles and axes, and `row` px for each row of the data up to `most` rows."""

    base: int
    row: int = 0
    most: int = 0


HEIGHTS = {
    "daily_net": Height(300),
    "season_weeks": Height(320),
    "daily_scans": Height(260),
    "minute_sales": Height(320),
    "ranked": Height(36, row=28, most=20),
    "ranked_count": Height(36, row=28, most=20),
    "ranked_beside": Height(56, row=40, most=10),
    "stars_by_group": Height(36, row=12, most=20),
    "slot_sales": Height(36, row=26, most=60),
    "placed_net_delivered": Height(56, row=44, most=3),
    "net_by_part": Height(56, row=40, most=12),
    "effects": Height(64, row=30, most=20),
}
NAMES = tuple(HEIGHTS)


def size(name: str, rows: int, size: str = "wide") -> tuple[int, int]:
    """Return the (width, height) in CSS px of the chart `name` over that many rows; raises UnknownChart."""
    if name not in HEIGHTS or size not in WIDTHS:
        raise UnknownChart(f"No chart {name!r} of size {size!r}.")
    height = HEIGHTS[name]
    return WIDTHS[size], height.base + height.row * max(1, min(rows, height.most))
