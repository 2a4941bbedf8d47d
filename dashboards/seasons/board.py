"""What was sold in the weeks around Tết, day by day, of every year that has data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dashboards.boards.amounts import NOTHING, Measures
from dashboards.boards.covered import Covered
from dashboards.boards.measures import Filters, measure
from dashboards.seasons.weeks import OFFSETS, Week, seasons_within, span_of
from livestreams.calendar.holidays import tet_of


class Known(StrEnum):
    """What is known of a day: only of those that are KNOWN is it certain that what is not there was not sold."""

    KNOWN = "known"
    BEFORE = "before"  # no shop's files reach so far back
    GAP = "gap"  # files tell of earlier days and of later ones
    WAITING = "waiting"  # no file was exported after it yet
    TO_COME = "to_come"


@dataclass(frozen=True, slots=True)
class Span:
    """Days of a season taken together. `sold` is what the `known` ones of its `length` days hold; `state` says why others do not."""

    first: date
    last: date
    known: int
    state: Known
    sold: Measures

    @property
    def length(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def is_whole(self) -> bool:
        """Whether all its days are known."""
        return self.known == self.length


@dataclass(frozen=True, slots=True)
class Season:
    """The season of a year's Tết: for each of OFFSETS in order what is known of the day, and what was sold on it (None: nothing).

    `shops` are those whose files tell of it.
    """

    year: int
    tet: date
    shops: frozenset[int]
    known: tuple[Known, ...]
    sold: tuple[Measures | None, ...]

    def day(self, offset: int) -> date:
        """The day at that distance from Tết."""
        return self.tet + timedelta(days=offset)

    def on(self, offset: int) -> Measures | None:
        """What was sold on a day: nothing on a known one is NOTHING, on another None."""
        place = offset - OFFSETS.start
        return (self.sold[place] or NOTHING) if self.known[place] is Known.KNOWN else None

    def week(self, week: Week) -> Span:
        """A week of it."""
        return self._span(range(week.first, week.last + 1))

    def whole(self) -> Span:
        """All of it."""
        return self._span(OFFSETS)

    def compared(self, earlier: Season, offsets: Iterable[int]) -> tuple[Measures, Measures] | None:
        """What was sold on those of the days that are known in both seasons, here and then; None where there is no such day."""
        pairs = [(now, then) for offset in offsets if (now := self.on(offset)) is not None and (then := earlier.on(offset)) is not None]
        if not pairs:
            return None
        return sum((now for now, _then in pairs), NOTHING), sum((then for _now, then in pairs), NOTHING)

    def _span(self, offsets: range) -> Span:
        found = [self.on(offset) for offset in offsets]
        states = [self.known[offset - OFFSETS.start] for offset in offsets]
        # Of several reasons that of the first day which is not known.
        unknown = [state for state in states if state is not Known.KNOWN]
        sold = sum((one for one in found if one is not None), NOTHING)
        return Span(self.day(offsets[0]), self.day(offsets[-1]), len(states) - len(unknown), unknown[0] if unknown else Known.KNOWN, sold)


@dataclass(frozen=True, slots=True)
class SeasonBoard:
    """The seasons of which a day is known, the newest first."""

    seasons: tuple[Season, ...]

    def of(self, year: int | None) -> Season | None:
        """The season of that year, else the newest; None where there is none."""
        return next((season for season in self.seasons if season.year == year), self.seasons[0] if self.seasons else None)

    def earlier(self, season: Season) -> Season | None:
        """The season it is compared with: the one of the Tết before."""
        return next((one for one in self.seasons if one.year == season.year - 1), None)


def season_board(where: Filters, covered: Covered, today: date) -> SeasonBoard:
    """The seasons of a territory (and perhaps an OCOP group of it) as of `today`; two queries for each."""
    years = seasons_within(covered.first_day, today) if covered.first_day else ()
    seasons = (_season(year, where, covered, today) for year in years)
    return SeasonBoard(tuple(season for season in seasons if Known.KNOWN in season.known))


def _season(year: int, where: Filters, covered: Covered, today: date) -> Season:
    first, last = span_of(year)
    found = measure(("day",), where & {"first": first, "last": last}, orders="if offered")
    days = [tet_of(year) + timedelta(days=offset) for offset in OFFSETS]
    known = tuple(_known(day, covered, today, sold=(day,) in found) for day in days)
    return Season(year, tet_of(year), covered.shops(first, last), known, tuple(found.get((day,)) for day in days))


def _known(day: date, covered: Covered, today: date, *, sold: bool) -> Known:
    if day > today:
        return Known.TO_COME
    if sold or covered.knows(day):
        return Known.KNOWN
    if covered.begins_after(day):
        return Known.BEFORE
    return Known.WAITING if covered.ends_before(day) else Known.GAP
