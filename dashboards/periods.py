"""Periods: which days a page shows, and which earlier days they are compared with.

Days are local days in Asia/Ho_Chi_Minh, both ends included, and a period never reaches past today: so every comparison is *to date*
(FIGURES: Comparison). An address names a period (`?period=month`: this month, whenever it is opened) or gives its days
(`?from=2026-11-01&to=2026-11-21&by=month`); links are made by `Period.address` and give the days, so they mean the same tomorrow.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

DAY = timedelta(days=1)
LONGEST = 3 * 366  # days; a chart by day and a ranking of more say nothing, and cost without end
EARLIEST = date(2000, 1, 1)


class Unit(StrEnum):
    """By what a period is counted, which decides what comes before it."""

    DAYS = "days"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        """Its length in months; 0 for days."""
        return {Unit.DAYS: 0, Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}[self]


class Comparison(StrEnum):
    """Which earlier days: those right before, or the same days of last year."""

    BEFORE = "before"
    LAST_YEAR = "last_year"


class PeriodError(ValueError):
    """Days in an address that make no period; `reason` is one of `unreadable`, `reversed`, `future`, `too_long`, `too_early`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Period:
    """The days from `first` to `last`, both included, counted by `unit`."""

    first: date
    last: date
    unit: Unit = Unit.DAYS

    @property
    def length(self) -> int:
        """The number of days."""
        return (self.last - self.first).days + 1

    @property
    def is_whole(self) -> bool:
        """Whether it is a full month, quarter or year."""
        return bool(self.unit.months) and self.last == _last_of(self.first, self.unit.months)

    def days(self) -> list[date]:
        """Every day, the first one first."""
        return [self.first + DAY * offset for offset in range(self.length)]

    def before(self) -> Period:
        """What it is compared with: the full month before a full one, the same days of the month before, or the n days before n days."""
        if not self.unit.months:
            return Period(self.first - DAY * self.length, self.first - DAY)
        first = add_months(self.first, -self.unit.months)
        last = self.first - DAY if self.is_whole else min(add_months(self.last, -self.unit.months), self.first - DAY)
        return Period(first, last, self.unit)

    def last_year(self) -> Period:
        """The same days a year earlier; 29 February becomes the 28th, and a full month stays a full month."""
        first = add_months(self.first, -12)
        last = _last_of(first, self.unit.months) if self.is_whole else add_months(self.last, -12)
        return Period(first, last, self.unit)

    def compared(self, comparison: Comparison) -> Period:
        """The earlier period of that comparison."""
        return self.before() if comparison is Comparison.BEFORE else self.last_year()

    def address(self) -> dict[str, str]:
        """The parameters of an address that means these days for ever."""
        return {"from": self.first.isoformat(), "to": self.last.isoformat(), "by": self.unit.value}


# What a reader chooses from; "custom" is for the two dates beside it.
CHOICES = (
    ("30d", _("Last 30 days")),
    ("7d", _("Last 7 days")),
    ("month", _("This month")),
    ("last_month", _("Last month")),
    ("quarter", _("This quarter")),
    ("year", _("This year")),
    ("12m", _("Last 12 months")),
    ("custom", _("Chosen days")),
)
DEFAULT = "30d"
CUSTOM = "custom"


def named(name: str, today: date) -> Period:
    """The period of a choice as of `today`; KeyError for another name."""
    units = {"month": Unit.MONTH, "quarter": Unit.QUARTER, "year": Unit.YEAR}
    if name in units:
        return Period(_first_of(today, units[name].months), today, units[name])
    if name == "last_month":
        last = today.replace(day=1) - DAY
        return Period(last.replace(day=1), last, Unit.MONTH)
    if name == "12m":
        return Period(add_months(today, -12) + DAY, today)
    return Period(today - DAY * ({"30d": 30, "7d": 7}[name] - 1), today)


def parse(query: Mapping[str, str], *, today: date) -> Period:
    """The period of an address: its named `period`, else its days `from` and `to`; the last 30 days where it gives neither.

    A last day in the future is today. Days that begin a month and stay in it are that month to date, unless `by` says otherwise.
    Raises PeriodError.
    """
    name = query.get("period", "")
    if name not in {"", CUSTOM}:
        try:
            return named(name, today)
        except KeyError:
            raise PeriodError("unreadable") from None
    first, last = _day(query.get("from")), _day(query.get("to"))
    if first is None and last is None:
        return named(DEFAULT, today)
    last = last or today
    first = first or last
    if first > today:
        raise PeriodError("future")
    if first > last:
        raise PeriodError("reversed")
    if first < EARLIEST:
        raise PeriodError("too_early")
    last = min(last, today)
    if (last - first).days >= LONGEST:
        raise PeriodError("too_long")
    return Period(first, last, unit_of(first, last, query.get("by", "")))


def chosen(query: Mapping[str, str], *, today: date) -> str:
    """Which of CHOICES an address means: the named one that has its days today, else CUSTOM. Raises PeriodError."""
    period = parse(query, today=today)
    return next((name for name, _words in CHOICES if name != CUSTOM and named(name, today) == period), CUSTOM)


def comparison(query: Mapping[str, str]) -> Comparison:
    """The comparison an address asks for (`compare=last_year`), else with the period before."""
    return Comparison.LAST_YEAR if query.get("compare") == Comparison.LAST_YEAR else Comparison.BEFORE


def add_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def unit_of(first: date, last: date, by: str = "") -> Unit:
    """By what the days are counted: as `by` says, where they fit it; else as a month where they begin one and stay in it."""
    if by in set(Unit):
        unit = Unit(by)
        # A month that does not begin on the 1st is no month: the days are what counts then.
        fits = not unit.months or (first == _first_of(first, unit.months) and last <= _last_of(first, unit.months))
        return unit if fits else Unit.DAYS
    return Unit.MONTH if first.day == 1 and last <= _last_of(first, 1) else Unit.DAYS


def _first_of(day: date, months: int) -> date:
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _last_of(first: date, months: int) -> date:
    return add_months(first, months) - DAY


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PeriodError("unreadable") from None
