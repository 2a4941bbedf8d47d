"""When a schedule is due: pure functions of local days and hours (Asia/Ho_Chi_Minh has no daylight saving, so each is there once)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from dashboards.periods import add_months

DAY = timedelta(days=1)


def next_weekly(weekday: int, hour: int, after: datetime) -> datetime:
    """The first moment after `after` (aware) at that hour of that day of the week (1: Monday)."""
    today = timezone.localdate(after)
    first = today + DAY * ((weekday - today.isoweekday()) % 7)
    return _first_after(after, hour, (first, first + DAY * 7))


def next_monthly(day: int, hour: int, after: datetime) -> datetime:
    """The first moment after `after` (aware) at that hour of that day of a month; a month that has no such day has its last one."""
    return _first_after(after, hour, _days_of_months(day, timezone.localdate(after)))


def _days_of_months(day: int, today: date) -> Iterator[date]:
    for months in range(3):
        first = add_months(today.replace(day=1), months)
        yield first.replace(day=min(day, monthrange(first.year, first.month)[1]))


def _first_after(after: datetime, hour: int, days: tuple[date, ...] | Iterator[date]) -> datetime:
    moments = (timezone.make_aware(datetime.combine(day, time(hour))) for day in days)
    return next(moment for moment in moments if moment > after)
