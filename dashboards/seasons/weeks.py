"""The weeks around Tết, aligned by the lunar date: week 0 begins on the first day of Tết, in every year.

A day's `offset` is its distance from that day: −60 to 15 (FIGURES: Comparison). As every year has the same offsets, a week of one year
has as many days as the same week of another, also the cut ones at both ends (−60 to −57 and 14 to 15).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from livestreams.calendar.holidays import tet_of

BEFORE, AFTER = 60, 15
OFFSETS = range(-BEFORE, AFTER + 1)
WEEK = 7


@dataclass(frozen=True, slots=True)
class Week:
    """The `number`-th week from Tết (negative: before it), of the days `first` to `last` from it."""

    number: int
    first: int
    last: int

    @property
    def length(self) -> int:
        """How many days it has."""
        return self.last - self.first + 1

    def days(self, tet: date) -> tuple[date, date]:
        """Its first and last day in the year of that Tết."""
        return tet + timedelta(days=self.first), tet + timedelta(days=self.last)


WEEKS = tuple(
    Week(number, max(number * WEEK, -BEFORE), min(number * WEEK + WEEK - 1, AFTER)) for number in range(-BEFORE // WEEK, AFTER // WEEK + 1)
)


def span_of(year: int) -> tuple[date, date]:
    """First and last day of the season of that year's Tết; the first one lies in the year before."""
    tet = tet_of(year)
    return tet - timedelta(days=BEFORE), tet + timedelta(days=AFTER)


def seasons_within(first: date, last: date) -> Iterator[int]:
    """The years of whose season a day lies between `first` and `last`, the newest one first."""
    for year in range(last.year + 1, first.year - 1, -1):
        begin, end = span_of(year)
        if begin <= last and end >= first:
            yield year
