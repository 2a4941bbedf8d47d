"""The plan of a province's year beside what its shops sold in it to date."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from dashboards.boards.amounts import Measures
from dashboards.boards.covered import Covered
from dashboards.boards.measures import Filters, measure_total
from dashboards.targets.models import YearTarget
from dashboards.targets.pace import Pace
from orders.spans.rule import DAY, Days

Metric = YearTarget.Metric
GRAMS = 1000  # a kilogram, in which targets of weight are kept

_READ: dict[str, Callable[[Measures], int | None]] = {
    Metric.PLACED: lambda sold: sold.value.placed,
    Metric.NET: lambda sold: sold.value.net,
    Metric.DELIVERED: lambda sold: sold.value.delivered,
    Metric.ORDERS: lambda sold: sold.orders.placed if sold.orders is not None else None,
    Metric.WEIGHT: lambda sold: sold.grams.net,
}


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure of the plan; money in VND, weight in grams. `reached` is None where nothing is known of it."""

    metric: str
    target: int
    reached: int | None
    source: str


@dataclass(frozen=True, slots=True)
class YearPlan:
    """The goals of a year, in the order of YearTarget.Metric, and where in the year it is read; of the days `unknown` no file tells."""

    year: int
    pace: Pace
    goals: tuple[Goal, ...]
    unknown: tuple[Days, ...] = ()


def year_sold(province: str, pace: Pace) -> Measures:
    """Everything sold in the days of the plan that have passed; nothing before its first."""
    return measure_total(Filters(province=province, first=pace.first, last=pace.counted_to))


def year_goals(province: str, pace: Pace, sold: Measures | None) -> tuple[Goal, ...]:
    """The targets in force on the day, beside what was sold (None: not known)."""
    in_force = YearTarget.objects.in_force(province, pace.first.year, pace.day)
    return tuple(
        Goal(
            metric.value,
            in_force[metric].value * (GRAMS if metric == Metric.WEIGHT else 1),
            _READ[metric](sold) if sold is not None else None,
            in_force[metric].source,
        )
        for metric in Metric
        if metric in in_force
    )


def year_plan(province: str, year: int, day: date, covered: Covered) -> YearPlan:
    """The plan of `year` on `day`; `covered`: which days files tell of. One query where there is no plan, else four."""
    pace = Pace.of_year(year, day)
    if not YearTarget.objects.in_force(province, year, day):
        return YearPlan(year, pace, ())
    sold = year_sold(province, pace)
    known = not sold.is_empty or covered.knows_some(pace.first, pace.counted_to)
    # The day of the reading is told of by no file yet, and is not missed.
    unknown = covered.unknown(pace.first, min(pace.last, day - DAY))
    return YearPlan(year, pace, year_goals(province, pace, sold if known else None), unknown)
