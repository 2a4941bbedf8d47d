"""The chart of differences with their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
from altair.typing import ChartType
from django.utils.translation import gettext as _

from dashboards import formats
from dashboards.charts.bars import above, data, labelled, scale_of


def effects(rows: Sequence[Mapping[str, Any]], language: str, narrow: bool = False) -> ChartType:
    """Differences as points, their intervals as bars, and a line at 0. Rows: `label`, `value`, `low`, `high` in VND."""
    divisor, unit = scale_of(max((abs(row[key]) for row in rows for key in ("low", "high")), default=0))
    values = [{"place": place, **{key: row[key] / divisor for key in ("low", "value", "high")}} for place, row in enumerate(rows)]
    axis, padding = labelled([row["label"] for row in rows], narrow)
    padding["bottom"], padding["right"] = 28, 16
    amounts = [amount for value in values for amount in (value["low"], value["high"])]
    ends = alt.Scale(domain=[min([*amounts, 0]), max([*amounts, 0]) or 1], nice=True)
    grid = alt.Axis(tickCount=4, domain=False, ticks=False, grid=True, format=",~f")

    def x(name: str) -> alt.X:
        return alt.X(f"{name}:Q", title=None, axis=grid, scale=ends)

    base = alt.Chart(data(values)).encode(y=alt.Y("place:O", title=None, axis=axis))
    intervals = base.mark_bar(style="before", height=6).encode(x=x("low"), x2="high:Q")
    points = base.mark_point(style="total", filled=True, size=90, opacity=1).encode(x=x("value"))
    zero = alt.Chart(data([{"zero": 0}])).mark_rule(style="total").encode(x=x("zero"))
    told = sum(1 for row in rows if row["low"] > 0 or row["high"] < 0)
    description = _("%(count)s differences, of which %(told)s have an interval without 0.") % {
        "count": formats.number(len(rows), language=language),
        "told": formats.number(told, language=language),
    }
    return alt.layer(zero, intervals, points).properties(
        title=above(unit, padding),
        padding=padding,
        autosize="none",
        description=description,
        usermeta={"title": _("Differences with intervals")},
    )
