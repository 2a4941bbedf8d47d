"""Upright lines over a chart by day, with words at their heads as far as there is room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from dashboards.charts.bars import LETTER_WIDTH, data

# What is left of the picture for the days, on a phone and in the smaller of the two sizes of a desk.
ROOM = {True: 270, False: 530}


def upright(marks: Sequence[tuple[int, str]], x: alt.X, days: int, narrow: bool) -> list[alt.Chart]:
    """The layers of (place, words) over `days` places: a line for each, and the words that do not run into those before them.

    What has no words here has them in the table below the chart.
    """
    lines = alt.Chart(data([{"place": place} for place, _words in marks])).mark_rule(style="remark", strokeDash=[3, 3]).encode(x=x)
    after: list[dict[str, Any]] = []
    ahead: list[dict[str, Any]] = []
    free = 0.0
    for place, words in marks:
        head, length = ROOM[narrow] * place / max(days - 1, 1), len(words) * LETTER_WIDTH + 8
        fits = head + length <= ROOM[narrow]
        start = head if fits else head - length
        if start >= free:
            (after if fits else ahead).append({"place": place, "text": words})
            free = start + length
    return [
        lines,
        *(
            alt.Chart(data(shown))
            .mark_text(style="remark", align="left" if shown is after else "right", dx=4 if shown is after else -4, baseline="top")
            .encode(x=x, y=alt.value(0), text="text:N")
            for shown in (after, ahead)
            if shown
        ),
    ]
