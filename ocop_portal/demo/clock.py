"""Days and times of the demonstration, counted from the day of loading."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
LONG_AGO = date(2022, 1, 1)  # since when seats, facts and mappings hold: before any order of the demonstration


def local(text: str) -> datetime:
    """A time in Vietnam from ISO text: `local("2025-05-10 19:30")`."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def add_months(day: date, months: int) -> date:
    """The same day `months` later (or earlier); the month's last day where it has no such day."""
    month = day.year * 12 + day.month - 1 + months
    year, month = divmod(month, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Clock:
    """The day of loading, in Vietnam."""

    today: date

    def day(self, offset: int) -> date:
        """The day `offset` days from today."""
        return self.today + timedelta(days=offset)

    def at(self, offset: int, clock: str = "00:00") -> datetime:
        """That day at `clock` (HH:MM), local time."""
        return datetime.combine(self.day(offset), time.fromisoformat(clock), VIETNAM)
