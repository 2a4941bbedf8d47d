"""Colours, type and number signs of the charts. Colours come from the design tokens, so a chart is never off the page's palette."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from dashboards.formats import SEPARATORS

TOKENS = Path(__file__).resolve().parent.parent.parent / "static/css/tokens.css"
FONT = "system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, Liberation Sans, Arial, sans-serif"


@cache
def palette(theme: str) -> dict[str, str]:
    """Return token name → colour (`#rrggbb`) for light or dark, read from tokens.css."""
    light, dark = TOKENS.read_text(encoding="utf-8").split("(prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", light))
    if theme == "dark":
        found |= dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", dark))
    return found


def config(theme: str) -> dict[str, Any]:
    """Return the Vega-Lite config: hairlines instead of boxes, text from 12 px up, the tokens' colours.

    Declarations name no colour: series take `range: category`, stars `range: ordinal`, the period before `style: before`.
    """
    token = palette(theme)
    return {
        "background": "transparent",
        "font": FONT,
        "aria": False,
        "padding": {"left": 2, "right": 4, "top": 4, "bottom": 2},
        "view": {"stroke": None},
        "title": {
            "anchor": "start", "frame": "group", "fontSize": 13, "fontWeight": "normal", "color": token["ink-2"], "offset": 8,
        },
        "axis": {
            "labelColor": token["ink-2"], "labelFontSize": 13, "labelPadding": 6,
            "titleColor": token["ink-2"], "titleFontSize": 13, "titleFontWeight": "normal",
            "gridColor": token["line"], "domainColor": token["line-strong"], "tickColor": token["line-strong"],
            "labelLimit": 0,
        },
        "legend": {
            "orient": "top", "direction": "horizontal", "title": None, "labelColor": token["ink"], "labelFontSize": 13, "labelLimit": 0,
            "symbolSize": 120, "offset": 4, "columnPadding": 14,
        },
        "text": {"color": token["ink"], "fontSize": 13},
        "bar": {"color": token["chart-1"]},
        "line": {"color": token["chart-1"], "strokeWidth": 2.5},
        "style": {
            "before": {"color": token["chart-2"]}, "total": {"color": token["ink"]},
            "band": {"color": token["accent-soft"]}, "sold": {"color": token["chart-1"]}, "remark": {"color": token["ink-2"]},
        },
        "range": {
            "category": [token["chart-1"], token["chart-2"], token["chart-3"], token["chart-4"]],
            "ordinal": [token["star-3"], token["star-4"], token["star-5"]],
        },
    }  # fmt: skip


def number_locale(language: str) -> dict[str, Any]:
    """Return the d3 number locale of vi or en, the same signs that `dashboards.formats` writes."""
    thousands, point = SEPARATORS[language]
    return {"decimal": point, "thousands": thousands, "grouping": [3], "currency": ["", "\N{NO-BREAK SPACE}₫"], "minus": "−"}
