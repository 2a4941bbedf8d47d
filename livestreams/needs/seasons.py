"""When a season is, where nobody says the days."""

from __future__ import annotations

from datetime import date, timedelta

from livestreams.calendar.holidays import tet_of
from livestreams.needs.models import Need

# A harvest is sold while it lasts; what goes before Tết goes in the 60 days before it (FIGURES).
HARVEST, BEFORE_TET = timedelta(days=60), timedelta(days=60)
LONGEST = timedelta(days=366)
DAY = timedelta(days=1)


def next_tet(today: date) -> date:
    """The first day of the lunar year that comes next; `today` itself where it is that day."""
    tet = tet_of(today.year)
    return tet if tet >= today else tet_of(today.year + 1)


def window_of(season: str, today: date) -> tuple[date, date]:
    """First and last day of a season as seen from `today`: the coming harvest from today on, or the 60 days before the next Tết."""
    if season == Need.Season.TET:
        tet = next_tet(today + DAY)
        return max(today, tet - BEFORE_TET), tet - DAY
    return today, today + HARVEST
