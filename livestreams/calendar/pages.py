"""The days of a calendar's page, and where it leads: a month, a week, or a list of the coming quarter."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from livestreams.calendar.entries import Entry
from livestreams.calendar.forms import EARLIEST, LATEST, LIST, MONTH, WEEK, monday_of

LISTED = timedelta(days=91)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Days shown, both included; `first_own` to `last_own` are the ones asked for (a month's weeks reach beyond it)."""

    view: str
    first: date
    last: date
    first_own: date
    last_own: date

    @property
    def earlier(self) -> date | None:
        """A day of the page before; None where the calendar ends."""
        day = self.first_own - (LISTED if self.view == LIST else DAY)
        return day if day >= EARLIEST else None

    @property
    def later(self) -> date | None:
        """A day of the page after."""
        day = self.last_own + DAY
        return day if day <= LATEST else None


@dataclass(frozen=True)
class Day:
    """A day with its entries; `outside`: it belongs to the month before or after."""

    day: date
    entries: list[Entry]
    outside: bool


def span_of(view: str, day: date) -> Span:
    """The days that `view` shows around `day`."""
    if view == WEEK:
        monday = monday_of(day)
        return Span(WEEK, monday, monday + 6 * DAY, monday, monday + 6 * DAY)
    if view == LIST:
        return Span(LIST, day, day + LISTED - DAY, day, day + LISTED - DAY)
    first = day.replace(day=1)
    last = day.replace(day=monthrange(day.year, day.month)[1])
    return Span(MONTH, monday_of(first), monday_of(last) + 6 * DAY, first, last)


def days_of(span: Span, entries: list[Entry]) -> list[Day]:
    """Every day of the span with what is on it."""
    by_day: dict[date, list[Entry]] = {}
    for entry in entries:
        for day in entry.days(span.first, span.last):
            by_day.setdefault(day, []).append(entry)
    count = (span.last - span.first).days + 1
    days = [span.first + offset * DAY for offset in range(count)]
    return [Day(day, by_day.get(day, []), not span.first_own <= day <= span.last_own) for day in days]
