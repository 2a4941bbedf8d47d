"""Everything the page of the seasons shows, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dashboards.boards.audience import Audience
from dashboards.boards.covered import covered_by
from dashboards.seasons.board import SeasonBoard, season_board
from dashboards.seasons.harvests import Harvest, harvests


@dataclass(frozen=True)
class SeasonRows:
    """The seasons of Tết, and the harvests of `year`."""

    board: SeasonBoard
    harvests: tuple[Harvest, ...]
    year: int


def season_rows(audience: Audience, group: int | None, year: int | None, today: date) -> SeasonRows:
    """The seasons of a territory and perhaps of an OCOP group; harvests of that year, else of the one in which `today` lies."""
    where = audience.filters(group=group)
    covered, of = covered_by(where), year or today.year
    return SeasonRows(season_board(where, covered, today), harvests(audience, where, covered, of, today), of)
