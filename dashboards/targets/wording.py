"""Goals in words, as pages show them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from dashboards import formats
from dashboards.targets.board import Goal, YearPlan
from dashboards.targets.models import YearTarget
from dashboards.targets.pace import Pace, Standing

Metric = YearTarget.Metric
Write = Callable[[int | None], str]

LABELS: dict[str, Any] = {
    Metric.PLACED: _("Placed value"),
    Metric.NET: _("Net value"),
    Metric.DELIVERED: _("Revenue (delivered, less returns)"),
    Metric.ORDERS: _("Orders"),
    Metric.WEIGHT: _("Weight sold"),
}
WRITTEN: dict[str, Write] = {
    Metric.PLACED: formats.vnd,
    Metric.NET: formats.vnd,
    Metric.DELIVERED: formats.vnd,
    Metric.ORDERS: formats.number,
    Metric.WEIGHT: formats.weight,
}
# The badge whose colour and shape repeat the words.
STANDINGS: dict[Standing, tuple[str, Any]] = {
    Standing.COMING: ("planned", _("Not begun")),
    Standing.UNKNOWN: ("unverified", _("Not known yet")),
    Standing.REACHED: ("done", _("Target reached")),
    Standing.MISSED: ("failed", _("Target not reached")),
    Standing.UNTOLD: ("unverified", _("Not enough data")),
    Standing.ON_SCHEDULE: ("valid", _("On schedule")),
    Standing.BEHIND: ("expiring", _("Behind schedule")),
}


@dataclass(frozen=True)
class Progress:
    """How a figure stands: what each week left must bring (a dash where nothing can be said), and the badge with its words."""

    needed: str
    kind: str
    words: str


@dataclass(frozen=True)
class ShownGoal:
    """A row of the year's plan; `share` is empty where nothing is known."""

    goal: Goal
    label: str
    target: str
    reached: str
    share: str
    progress: Progress


def progress_of(pace: Pace, target: int, reached: int | None, write: Write, *, complete: bool = True) -> Progress:
    """How `reached`, which is of all days that have passed where it is `complete`, stands against `target` on the day of `pace`."""
    kind, words = STANDINGS[pace.standing(target, reached, complete=complete)]
    return Progress(write(pace.needed_per_week(target, reached)), kind, str(words))


def shown_goals(plan: YearPlan) -> list[ShownGoal]:
    """The rows of the plan."""
    return [_shown(plan, goal) for goal in plan.goals]


def time_passed(pace: Pace) -> str:
    """The share of the plan's days that has passed."""
    return formats.share(pace.passed, pace.days)


def _shown(plan: YearPlan, goal: Goal) -> ShownGoal:
    write = WRITTEN[goal.metric]
    share = formats.share(goal.reached, goal.target) if goal.reached is not None else ""
    progress = progress_of(plan.pace, goal.target, goal.reached, write, complete=not plan.unknown)
    return ShownGoal(goal, str(LABELS[goal.metric]), write(goal.target), write(goal.reached), share, progress)
