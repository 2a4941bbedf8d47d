"""One declaration per chart: rows in, an Altair chart out. Colours, type and size are put on by the worker.

Runs in the processes that draw and nowhere else: importing Altair takes half a second. Each declaration names the keys of its
rows; `usermeta.title` and `description` become the title and description of the SVG. Money is whole VND; `narrow` is a phone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import altair as alt
from altair.typing import ChartType
from django.utils.translation import gettext as _

from dashboards import formats
from dashboards.charts.bars import above, bars_of, by_place, data, from_zero, greatest, labelled, legend, scale_of, short
from dashboards.charts.effects import effects
from dashboards.charts.marks import upright

Rows = Sequence[Mapping[str, Any]]
Declaration = Callable[[Rows, str, bool], ChartType]


def daily_net(rows: Rows, language: str, narrow: bool = False) -> ChartType:
    """Net value by day, with the same days of the period before as a lighter line, and holidays as upright ones.

    Rows, one for each day in order: `day` (ISO), `net`, `before` (None where there is no earlier figure), and, where there are such,
    `holiday` (its name or "") and `words` (what the two lines are called). A None leaves a gap.
    """
    divisor, unit = scale_of(max((value for row in rows for value in (row["net"], row["before"]) if value is not None), default=0))
    this, earlier = _called(rows)
    series = [("net", this)]
    if any(row["before"] is not None for row in rows):
        series.append(("before", earlier))
    description = ""
    known = [row for row in rows if row["net"] is not None]
    if known:
        top = max(known, key=lambda row: row["net"])
        description = _("%(first)s to %(last)s, %(total)s in all; the highest day is %(day)s with %(value)s.") % {
            "first": formats.day(date.fromisoformat(rows[0]["day"])),
            "last": formats.day(date.fromisoformat(rows[-1]["day"])),
            "total": formats.vnd(sum(row["net"] for row in known), language=language),
            "day": formats.day(date.fromisoformat(top["day"])),
            "value": formats.vnd(top["net"], language=language),
        }
    lines, x = _daily(rows, series, divisor, narrow)
    marks = [(place, str(row["holiday"])) for place, row in enumerate(rows) if row.get("holiday")]
    chart: ChartType = alt.layer(lines, *upright(marks, x, len(rows), narrow)) if marks else lines
    return chart.properties(title=unit, description=description, usermeta={"title": _("Net value by day")})


def _called(rows: Rows) -> tuple[str, str]:
    """What the figures and those beside them are called: as the first row's `words` say, else this period and the days before."""
    this, earlier = (rows[0].get("words") if rows else None) or (_("This period"), _("Same days before"))
    return str(this), str(earlier)


def daily_scans(rows: Rows, language: str, narrow: bool = False) -> ChartType:
    """Scans and visits by day, a line each: two figures that are not added up. Rows, one for each day: `day` (ISO), `scans`, `visits`."""
    description = _("%(scans)s scans and %(visits)s visits in %(days)s days.") % {
        "scans": formats.number(sum(row["scans"] for row in rows), language=language),
        "visits": formats.number(sum(row["visits"] for row in rows), language=language),
        "days": formats.number(len(rows), language=language),
    }
    lines, _x = _daily(rows, [("scans", _("Scans")), ("visits", _("Visits"))], 1, narrow)
    chart: alt.Chart = lines.properties(title=_("times"), description=description, usermeta={"title": _("Scans and visits by day")})
    return chart


def _daily(rows: Rows, series: Sequence[tuple[str, str]], divisor: int, narrow: bool) -> tuple[Any, alt.X]:
    """A line for each of `series` (key of the rows, words), the first one on top, and where days stand; None leaves a gap."""
    values = [
        {"place": place, "series": name, "value": None if row[key] is None else row[key] / divisor}
        # What comes last lies on top: the line that counts.
        for key, name in reversed(series)
        for place, row in enumerate(rows)
    ]
    written = [f"{row['day'][8:10]}/{row['day'][5:7]}" for row in rows]
    step = max(1, -(-len(rows) // (5 if narrow else 10)))
    days = alt.Axis(values=list(range(0, len(rows), step)), labelExpr=by_place(written), labelAngle=0, labelOverlap=False)
    x = alt.X("place:O", title=None, axis=days, scale=alt.Scale(type="point", padding=0.2))
    lines = (
        alt.Chart(data(values))
        .mark_line(strokeJoin="round", invalid="break-paths-show-domains")
        .encode(
            x=x,
            y=_amounts((row["value"] for row in values), divisor),
            color=alt.Color(
                "series:N",
                scale=alt.Scale(domain=[name for _key, name in series], range="category"),
                legend=alt.Legend(symbolType="stroke") if len(series) > 1 else None,
            ),
        )
    )
    return lines, x


def _amounts(values: Iterable[Any], divisor: int) -> alt.Y:
    """Amounts from 0 up, without halves where the unit has none. Lines that are 0 throughout lie at the foot."""
    most = max((value for value in values if value is not None), default=0)
    # Vega would draw lines of nothing at mid-height.
    scale = alt.Scale(zero=True, nice=True) if most else alt.Scale(domain=[0, 1], nice=False)
    ticks = 4 if divisor > 1 else min(4, max(1, int(most)))
    axis = alt.Axis(tickCount=ticks, domain=False, ticks=False, grid=True, format=",~f", values=alt.Undefined if most else [0])
    return alt.Y("value:Q", title=None, axis=axis, scale=scale)


def season_weeks(rows: Rows, language: str, narrow: bool = False) -> ChartType:
    """Net value by week from Tết, a line for each year. Rows: `week` (from −9; 0 begins with Tết), `year`, `net` (None leaves a gap).

    Rows stand in order of years, the newest first (at most 4 are drawn), then of weeks.
    """
    years = list(dict.fromkeys(str(row["year"]) for row in rows))[:4]
    drawn = [row for row in rows if str(row["year"]) in years]
    divisor, unit = scale_of(max((row["net"] for row in drawn if row["net"] is not None), default=0))
    weeks = sorted({row["week"] for row in drawn})
    written = [_("Tết") if week == 0 else f"{week:+d}".replace("-", "−") for week in weeks]
    values = [
        {"place": weeks.index(row["week"]), "series": str(row["year"]), "value": None if row["net"] is None else row["net"] / divisor}
        for row in reversed(drawn)
    ]
    axis = alt.Axis(labelExpr=by_place(written), labelAngle=0, labelOverlap=False)
    base = alt.Chart(data(values)).encode(
        x=alt.X("place:O", title=_("weeks from Tết"), axis=axis, scale=alt.Scale(type="point", padding=0.2)),
        y=_amounts((row["value"] for row in values), divisor),
        color=alt.Color("series:N", scale=alt.Scale(domain=years, range="category"), legend=alt.Legend(symbolType="stroke")),
    )
    description = ""
    known = [row for row in drawn if row["net"] is not None]
    if known:
        best = max(known, key=lambda row: row["net"])
        description = _("%(years)s; the highest week is week %(week)s of %(year)s with %(value)s.") % {
            "years": ", ".join(years),
            "week": written[weeks.index(best["week"])],
            "year": best["year"],
            "value": formats.vnd(best["net"], language=language),
        }
    # Points, too: a week between two of which nothing is known would have no line.
    lines = alt.layer(base.mark_line(strokeJoin="round", invalid="break-paths-show-domains"), base.mark_point(filled=True, size=36))
    return lines.properties(title=unit, description=description, usermeta={"title": _("Net value by week from Tết")})


def ranked(rows: Rows, language: str, narrow: bool = False) -> ChartType:
    """The greatest first, in VND. Rows in the order to draw: `label`, `value`; at most 20 are drawn."""
    pairs = [(str(row["label"]), row["value"]) for row in rows[:20]]
    divisor, unit = scale_of(max((value for _label, value in pairs), default=0))
    chart = bars_of(pairs, unit, divisor, language, narrow)
    return chart.properties(
        usermeta={"title": _("Ranking by value")}, description=greatest(pairs, lambda value: formats.vnd(value, language=language))
    )


def ranked_count(rows: Rows, language: str, narrow: bool = False) -> ChartType:
    """The greatest first, in pieces: orders, units, products. Rows: `label`, `value`; `unit` of the first row stands above."""
    pairs = [(str(row["label"]), row["value"]) for row in rows[:20]]
    chart = bars_of(pairs, str(rows[0].get("unit", "")) if rows else "", 1, language, narrow)
    return chart.properties(
        usermeta={"title": _("Ranking by number")}, description=greatest(pairs, lambda value: formats.number(value, language=language))
    )


def slot_sales(rows: Rows, language: str, narrow: bool = False) -> ChartType:
    """Sales of a session by slot, in the order of the run-of-show. Rows: `slot` (position, None for "no slot"), `product`, `value`."""
    pairs = [(f"{row['slot']}. {row['product']}" if row["slot"] is not None else _("No slot"), row["value"]) for row in rows[:60]]
    divisor, unit = scale_of(max((value for _label, value in pairs), default=0))
    chart = bars_of(pairs, unit, divisor, language, narrow)
    return chart.properties(
        usermeta={"title": _("Sales by slot")}, description=greatest(pairs, lambda value: formats.vnd(value, language=language))
    )


def minute_sales(rows: Rows, language: str, narrow: bool = False) -> ChartType:
    """Value of orders by the minute of a broadcast, over bands for the turns of its slots.

    Rows by `kind`: one `zero` (`clock`, hh:mm: minute 0), `slot` (`slot`, `from`, `to`, in minutes), `minute` (`from`, `value` in VND).
    """
    hours, past = map(int, next((row["clock"] for row in rows if row["kind"] == "zero"), "00:00").split(":"))
    turns = [row for row in rows if row["kind"] == "slot"]
    minutes = [row for row in rows if row["kind"] == "minute"]
    divisor, unit = scale_of(max((row["value"] for row in minutes), default=0))
    most = max((row["value"] / divisor for row in minutes), default=0) or 1
    last = max([row["from"] + 1 for row in minutes] + [row["to"] for row in turns], default=1)
    step = next((size for size in (1, 2, 5, 10, 15, 30, 60, 120, 240) if last / size <= (5 if narrow else 12)), 480)
    ticks = list(range(0, int(last) + 1, step))
    written = {tick: f"{(hours + (past + tick) // 60) % 24:02d}:{(past + tick) % 60:02d}" for tick in ticks}
    clock = alt.Axis(values=ticks, labelExpr=f"({json.dumps(written)})[datum.value]", grid=False, labelOverlap=False)
    amounts = alt.Axis(tickCount=4, domain=False, ticks=False, grid=True, format=",~f")
    span, heights = alt.Scale(domain=[0, last], nice=False), alt.Scale(domain=[0, most * 1.12], nice=False)

    def x(name: str) -> alt.X:
        return alt.X(f"{name}:Q", title=None, axis=clock, scale=span)

    def y(name: str) -> alt.Y:
        return alt.Y(f"{name}:Q", title=None, axis=amounts, scale=heights)

    bands = [
        {"from": row["from"], "to": row["to"], "top": most * 1.12, "text": str(row["slot"]), "middle": (row["from"] + row["to"]) / 2}
        for row in turns
    ]
    sold = [{"from": row["from"] + 0.1, "to": row["from"] + 0.9, "value": row["value"] / divisor} for row in minutes]
    # Every second turn is shaded: the gaps between them are bands too. A number stands where there is room for one.
    shade = alt.Chart(data(bands[::2])).mark_rect(style="band").encode(x=x("from"), x2="to:Q", y=y("top"), y2=alt.datum(0))
    wide = [band for band in bands if band["to"] - band["from"] >= last * (0.05 if narrow else 0.018)]
    numbers = alt.Chart(data(wide)).mark_text(style="remark", baseline="top", dy=3).encode(x=x("middle"), y=y("top"), text="text:N")
    bars = alt.Chart(data(sold)).mark_rect(style="sold").encode(x=x("from"), x2="to:Q", y=y("value"), y2=alt.datum(0))
    description = ""
    if minutes:
        best = max(minutes, key=lambda row: row["value"])
        description = _("%(count)s minutes, %(total)s in all; the greatest is %(time)s with %(value)s.") % {
            "count": formats.number(len(minutes), language=language),
            "total": formats.vnd(sum(row["value"] for row in minutes), language=language),
            "time": f"{(hours + (past + int(best['from'])) // 60) % 24:02d}:{(past + int(best['from'])) % 60:02d}",
            "value": formats.vnd(best["value"], language=language),
        }
    return alt.layer(shade, bars, numbers).properties(title=unit, description=description, usermeta={"title": _("Sales by the minute")})


def stars_by_group(rows: Rows, language: str, narrow: bool = False) -> ChartType:
    """Products by OCOP group, stacked by star. Rows: `group`, `stars` (3, 4, 5), `products`; the largest group comes first."""
    totals: dict[str, int] = {}
    by_star = {3: 0, 4: 0, 5: 0}
    for row in rows:
        totals[row["group"]] = totals.get(row["group"], 0) + row["products"]
        by_star[row["stars"]] += row["products"]
    groups = sorted(totals, key=lambda group: (-totals[group], group))
    names = {
        star: _("%(stars)d stars: %(count)s") % {"stars": star, "count": formats.number(count, language=language)}
        for star, count in by_star.items()
    }
    values = [
        {"place": groups.index(row["group"]), "star": names[row["stars"]], "order": row["stars"], "value": row["products"]}
        for row in rows
        if row["products"]
    ]
    ends = [
        {"place": place, "value": totals[group], "text": formats.number(totals[group], language=language)}
        for place, group in enumerate(groups)
    ]
    axis, padding = labelled(groups, narrow)
    y = alt.Y("place:O", title=None, axis=axis)
    scale = from_zero(totals.values())
    bars = (
        alt.Chart(data(values))
        .mark_bar(height={"band": 0.64})
        .encode(
            y=y,
            x=alt.X("value:Q", title=None, axis=None, scale=scale, stack="zero"),
            color=alt.Color("star:N", scale=alt.Scale(domain=list(names.values()), range="ordinal"), legend=legend(padding)),
            order=alt.Order("order:Q"),
        )
    )
    texts = (
        alt.Chart(data(ends))
        .mark_text(align="left", dx=6, baseline="middle")
        .encode(y=y, x=alt.X("value:Q", axis=None, scale=scale), text="text:N")
    )
    description = _("%(all)s products in %(groups)s groups. %(stars)s.") % {
        "all": formats.number(sum(totals.values()), language=language),
        "groups": formats.number(len(groups), language=language),
        "stars": "; ".join(names.values()),
    }
    return alt.layer(bars, texts).properties(
        padding=padding, autosize="none", usermeta={"title": _("Products by group and star")}, description=description
    )


def placed_net_delivered(rows: Rows, language: str, narrow: bool = False) -> ChartType:
    """What was placed, what is left of it, what was delivered. Rows: `state` (placed, net, delivered), `value`, `before` (or None)."""
    words = {"placed": _("Placed"), "net": _("Net"), "delivered": _("Delivered")}
    description = "; ".join(f"{words[row['state']]}: {formats.vnd(row['value'], language=language)}" for row in rows)
    bars: alt.LayerChart = _beside_before(rows, [words[row["state"]] for row in rows], language, narrow)
    return bars.properties(usermeta={"title": _("Placed, net and delivered value")}, description=description)


def net_by_part(rows: Rows, language: str, narrow: bool = False) -> ChartType:
    """Net value of each part of a period beside last year's, in the order of time. Rows: `label`, `value`, `before` (VND, None: a gap)."""
    known = [(str(row["label"]), row["value"]) for row in rows if row["value"] is not None]
    description = greatest(known, lambda value: formats.vnd(value, language=language))
    # Also of a report that was kept before its rows could say so: its parts have always stood beside last year's.
    called = [{**row, "words": [_("This period"), _("Same days of last year")]} for row in rows]
    bars: alt.LayerChart = _beside_before(called, [row["label"] for row in rows], language, narrow)
    return bars.properties(usermeta={"title": _("Net value by part of the period")}, description=description)


def ranked_beside(rows: Rows, language: str, narrow: bool = False) -> ChartType:
    """The greatest first, in VND, each beside the period before. Rows in the order to draw: `label`, `value`, `before` (or None).

    `words` of the first row, where it has them: what the two are called.
    """
    bars: alt.LayerChart = _beside_before(rows, [str(row["label"]) for row in rows], language, narrow)
    description = greatest([(str(row["label"]), row["value"]) for row in rows], lambda value: formats.vnd(value, language=language))
    return bars.properties(usermeta={"title": _("Ranking by value")}, description=description)


def _beside_before(rows: Rows, labels: Sequence[str], language: str, narrow: bool) -> Any:
    """Bars of `value`, each with the one of `before` below it where any is known; a row without either leaves its place free."""
    amounts = [value for row in rows for value in (row["value"], row["before"]) if value is not None]
    divisor, unit = scale_of(max(amounts, default=0))
    this, earlier = _called(rows)
    series = [("value", this)] + ([("before", earlier)] if any(row["before"] is not None for row in rows) else [])
    values = [
        {"place": place, "series": name, "line": line, "value": row[key], "text": short(row[key], divisor, language)}
        for place, row in enumerate(rows)
        for line, (key, name) in enumerate(series)
        if row[key] is not None
    ]
    axis, padding = labelled(labels, narrow)
    base = alt.Chart(data(values)).encode(
        y=alt.Y("place:O", title=None, axis=axis, scale=alt.Scale(domain=list(range(len(rows))))),
        yOffset=alt.YOffset("line:O", scale=alt.Scale(paddingInner=0.15)),
        x=alt.X("value:Q", title=None, axis=None, scale=from_zero(amounts)),
    )
    names = [name for _key, name in series]
    if len(series) > 1:
        # The unit on the first line, the legend on the second.
        padding["top"] += 22
    color = alt.Color("series:N", scale=alt.Scale(domain=names, range="category"), legend=legend(padding) if len(series) > 1 else None)
    bars = base.mark_bar().encode(color=color)
    texts = base.mark_text(align="left", dx=6, baseline="middle").encode(text="text:N")
    return alt.layer(bars, texts).properties(title=above(unit, padding), padding=padding, autosize="none")


DECLARATIONS: dict[str, Declaration] = {
    declaration.__name__: declaration
    for declaration in (
        *(daily_net, season_weeks, daily_scans, ranked, ranked_count, ranked_beside, slot_sales, minute_sales, stars_by_group),
        *(placed_net_delivered, net_by_part, effects),
    )
}
