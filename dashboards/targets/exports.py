"""The plan of a year as a table of files: one row a figure, each in its own unit."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from dashboards.exports.tables import Column
from dashboards.exports.workbook import Kind
from dashboards.targets.board import GRAMS, Goal, Metric, YearPlan
from dashboards.targets.pace import Pace, Standing
from dashboards.targets.wording import LABELS, STANDINGS
from dashboards.wording import listed_days
from orders.spans.rule import Days


@dataclass(frozen=True, slots=True)
class PlannedFigure:
    """A figure of the plan with where in the year it stands; amounts are whole VND, orders or kg."""

    pace: Pace
    goal: Goal
    unknown: tuple[Days, ...]

    @property
    def standing(self) -> Standing:
        """How the figure stands, as the page says."""
        return self.pace.standing(self.goal.target, self.goal.reached, complete=not self.unknown)

    def amount(self, amount: int | None) -> int | float | None:
        """An amount of the goal in the unit of its row."""
        return amount / GRAMS if amount is not None and self.goal.metric == Metric.WEIGHT else amount


def planned_figures(plan: YearPlan) -> list[PlannedFigure]:
    """The rows, in the order of the page."""
    return [PlannedFigure(plan.pace, goal, plan.unknown) for goal in plan.goals]


def target_columns() -> list[Column[PlannedFigure]]:
    """The columns of a figure; what is not known is empty."""
    return [
        Column(_("Year"), lambda row: str(row.pace.first.year)),
        Column(_("Figure"), lambda row: str(LABELS[row.goal.metric])),
        Column(_("Unit"), lambda row: str(_unit(row.goal.metric))),
        Column(_("Plan"), lambda row: row.amount(row.goal.target), Kind.AMOUNT),
        Column(_("Reached"), lambda row: row.amount(row.goal.reached), Kind.AMOUNT),
        Column(_("Share reached (%)"), lambda row: _percent(row.goal.reached, row.goal.target), Kind.DECIMAL),
        Column(_("Days of the year passed (%)"), lambda row: _percent(row.pace.passed, row.pace.days), Kind.DECIMAL),
        Column(_("Needed per week"), lambda row: row.amount(row.pace.needed_per_week(row.goal.target, row.goal.reached)), Kind.AMOUNT),
        Column(_("State"), lambda row: str(STANDINGS[row.standing][1])),
        Column(_("Days not known"), lambda row: listed_days(row.unknown), Kind.LONG),
        Column(_("Paper that sets it"), lambda row: row.goal.source, Kind.LONG),
    ]


def _unit(metric: str) -> str:
    return {Metric.ORDERS.value: _("orders"), Metric.WEIGHT.value: "kg"}.get(metric, "VND")


def _percent(part: int | None, whole: int) -> float | None:
    return None if part is None else round(part / whole * 100, 1)
