"""How a plan stands on a day: how much of its time has passed, and what every week left must bring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

WEEK = 7  # days


class Standing(StrEnum):
    """How a figure stands against its target."""

    COMING = "coming"  # the plan has not begun
    UNKNOWN = "unknown"  # no file tells of it
    REACHED = "reached"
    MISSED = "missed"  # its days are over
    UNTOLD = "untold"  # not reached, or behind, by what is known: of some of its days no file tells
    ON_SCHEDULE = "on_schedule"  # no smaller share reached than days passed
    BEHIND = "behind"


@dataclass(frozen=True, slots=True)
class Pace:
    """A plan of the days from `first` to `last`, both included, on the day `day`, which counts as passed."""

    first: date
    last: date
    day: date

    @classmethod
    def of_year(cls, year: int, day: date) -> Pace:
        """That of a calendar year."""
        return cls(date(year, 1, 1), date(year, 12, 31), day)

    @property
    def days(self) -> int:
        """All its days."""
        return (self.last - self.first).days + 1

    @property
    def passed(self) -> int:
        """How many of them have passed."""
        return min(max((self.day - self.first).days + 1, 0), self.days)

    @property
    def left(self) -> int:
        """How many are still to come."""
        return self.days - self.passed

    @property
    def counted_to(self) -> date:
        """The last day that counts; before `first` where none has passed."""
        return min(self.day, self.last)

    def needed_per_week(self, target: int, reached: int | None) -> int | None:
        """What each week left must bring, rounded up; in the last days of a plan all that is missing. None: unknown, reached or over."""
        if reached is None or reached >= target or not self.left:
            return None
        missing = target - reached
        return min(missing, -(-missing * WEEK // self.left))

    def standing(self, target: int, reached: int | None, *, complete: bool = True) -> Standing:
        """How `reached` (None: not known) stands against a target above 0; `complete`: it is of all days that have passed."""
        if not self.passed:
            return Standing.COMING
        if reached is None:
            return Standing.UNKNOWN
        if reached >= target:
            return Standing.REACHED
        if self.left and reached * self.days >= target * self.passed:
            return Standing.ON_SCHEDULE
        # What was sold on the days that nobody told of may make up for what is missing.
        if not complete:
            return Standing.UNTOLD
        return Standing.BEHIND if self.left else Standing.MISSED
