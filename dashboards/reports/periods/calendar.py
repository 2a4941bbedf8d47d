"""Which days a reporting period has, and where its actual figures end.

The days of a period follow from the calendar, its cut-off from the rule in force (`ReportingRule`): rules may close early, so that a
report can be handed in before the period is over. The days after the cut-off are estimated until their figures are known.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from dashboards.periods import Period, Unit, add_months
from dashboards.reports.periods.models import PeriodKind

DAY = timedelta(days=1)
# How many of a kind a year has, and how many months one takes; 6 and 9 months are those from January on.
NUMBERS = {PeriodKind.MONTH: 12, PeriodKind.QUARTER: 4, PeriodKind.HALF: 1, PeriodKind.NINE: 1, PeriodKind.YEAR: 1}
MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.HALF: 6, PeriodKind.NINE: 9, PeriodKind.YEAR: 12}
_UNITS = {PeriodKind.MONTH: Unit.MONTH, PeriodKind.QUARTER: Unit.QUARTER, PeriodKind.YEAR: Unit.YEAR}


@dataclass(frozen=True)
class Span:
    """The days of a report: `first` to `last`, actual figures to `counted_to` (both included); `programme` is an id.

    `counted_to` before `first`: not a day of it is known yet.
    """

    kind: str
    first: date
    last: date
    counted_to: date
    programme: int | None = None

    @property
    def whole(self) -> Period:
        """All its days."""
        return Period(self.first, self.last, _UNITS.get(PeriodKind(self.kind), Unit.DAYS))

    @property
    def days_left(self) -> int:
        """The days that are estimated."""
        return max((self.last - self.counted_to).days, 0)

    @property
    def days_counted(self) -> int:
        """The days with actual figures."""
        return max((self.counted_to - self.first).days + 1, 0)


def days_of(kind: str, year: int, number: int = 1) -> tuple[date, date]:
    """First and last day of the `number`th month or quarter of a year, or of its first 6, 9 or 12 months. Raises ValueError."""
    known = PeriodKind(kind)
    if known not in NUMBERS or not 1 <= number <= NUMBERS[known]:
        raise ValueError(f"no {kind} {number}")
    first = date(year, 1 + MONTHS[known] * (number - 1), 1)
    return first, add_months(first, MONTHS[known]) - DAY


def cut_off(last: date, closes_on: int | None) -> date:
    """The last day before the rule closes the period: that day of its last month, or its end."""
    if closes_on is None:
        return last
    return last.replace(day=min(closes_on, monthrange(last.year, last.month)[1]))


def span(
    *, kind: str, first: date, last: date, closes_on: int | None, today: date, at_cut_off: bool = False, programme: int | None = None
) -> Span:
    """The days of a report read on `today`: once the period is over its actual figures take the place of the estimate.

    Before that they end with the rule's cut-off, or with yesterday where that is earlier. `at_cut_off`: end there in any case.
    """
    close = cut_off(last, closes_on)
    known = close if at_cut_off or today <= last else last
    return Span(kind, first, last, min(known, today - DAY), programme)
