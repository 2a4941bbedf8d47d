"""What the charts of horizontal bars have in common: labels by position, figures at the ends, a scale that starts at 0."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import altair as alt
from altair.typing import ChartType
from django.utils.translation import gettext as _

from dashboards import formats

# Labels are cut here and the room for them is reckoned here: Vega's own measuring of text takes 3 ms a label.
LABEL_LETTERS = {False: 38, True: 19}
LETTER_WIDTH = 7.4
LEAST = 0.01  # of a chart's unit, that a label writes


def scale_of(most: float) -> tuple[int, str]:
    """Return the divisor and the words of the unit in which amounts up to `most` VND read best."""
    if most >= 10**9:
        return 10**9, _("billion ₫")
    if most >= 10**6:
        return 10**6, _("million ₫")
    if most >= 10**3:
        return 10**3, _("thousand ₫")
    return 1, "₫"


def data(rows: Sequence[Mapping[str, Any]]) -> alt.InlineData:
    return alt.InlineData(values=[dict(row) for row in rows])


def _decimals(value: float) -> int:
    return 0 if value == 0 or abs(value) >= 100 else 1 if abs(value) >= 10 else 2


def short(value: float | None, divisor: int, language: str) -> str:
    """The label at the end of a bar: three significant figures of the chart's unit; what is too little for that is not 0."""
    if value is None:
        return formats.UNKNOWN
    scaled = value / divisor
    if 0 < scaled < LEAST:
        return f"< {formats.number(LEAST, 2, language=language)}"
    return formats.number(scaled, 0 if divisor == 1 else _decimals(scaled), trim=True, language=language)


def by_place(words: Iterable[str]) -> str:
    """An axis expression that writes `words` by position: an array of Vega's language. JSON quotes them, so they stay data."""
    return f"{json.dumps(list(words))}[datum.value]"


def above(words: str, padding: Mapping[str, int]) -> alt.TitleParams:
    """The unit, on the first line at the left edge of the picture."""
    return alt.TitleParams(words, orient="none", anchor="start", baseline="top", dx=-padding["left"], dy=-padding["top"] + 2)


def legend(padding: Mapping[str, int]) -> alt.Legend:
    """A legend on the line right above the bars, from the left edge of the picture: three entries fit a phone."""
    return alt.Legend(symbolType="square", orient="none", direction="horizontal", legendX=-padding["left"], legendY=-24)


def labelled(labels: Iterable[str], narrow: bool) -> tuple[alt.Axis, dict[str, int]]:
    """Return the axis that writes `labels` by position, and the padding of a chart of bars beside them."""
    most = LABEL_LETTERS[narrow]
    cut = [label if len(label) <= most else f"{label[: most - 1].rstrip()}…" for label in labels]
    axis = alt.Axis(domain=False, ticks=False, labelExpr=by_place(cut), labelLimit=0, labelOverlap=False)
    left = round(max(map(len, cut), default=0) * LETTER_WIDTH) + 12
    # At the right there is room for the figure behind the longest bar, at the top for the unit or the legend.
    return axis, {"left": left, "right": 60, "top": 28, "bottom": 4}


def bars_of(rows: Sequence[tuple[str, float]], unit: str, divisor: int, language: str, narrow: bool) -> ChartType:
    """Horizontal bars of (label, value) in the order given, the figure written at the end of each."""
    values = [{"place": place, "value": value, "text": short(value, divisor, language)} for place, (_label, value) in enumerate(rows)]
    axis, padding = labelled((label for label, _value in rows), narrow)
    base = alt.Chart(data(values)).encode(
        # The place, not the label, is the key: two products may bear one name.
        y=alt.Y("place:O", title=None, axis=axis),
        x=alt.X("value:Q", title=None, axis=None, scale=from_zero(value for _label, value in rows)),
    )
    bars = base.mark_bar(height={"band": 0.64})
    texts = base.mark_text(align="left", dx=6, baseline="middle").encode(text="text:N")
    return alt.layer(bars, texts).properties(title=above(unit, padding), padding=padding, autosize="none")


def from_zero(values: Iterable[float]) -> alt.Scale:
    # Without a domain of its own an all-zero chart would draw full bars.
    return alt.Scale(domain=[0, max([*values, 0]) or 1], nice=False)


def greatest(rows: Sequence[tuple[str, float]], write: Callable[[float], str]) -> str:
    """The sentence for those who do not see the bars: how many, and the greatest."""
    if not rows:
        return ""
    label, value = max(rows, key=lambda row: row[1])
    return _("The greatest of %(count)s is %(label)s with %(value)s.") % {"count": len(rows), "label": label, "value": write(value)}
