"""Charts of a report for files: the page's own declaration, as SVG for print and as PNG for programs that draw no SVG."""

from __future__ import annotations

import json
import logging
from functools import cache as once
from pathlib import Path
from typing import Literal

import font_roboto
import typst

from dashboards import charts
from dashboards.reports.document import Chart

log = logging.getLogger(__name__)

PIXELS_AN_INCH = 192.0
_PICTURE = b"""#let given = json(bytes(sys.inputs.data))
#set page(width: auto, height: auto, margin: 0pt, fill: white)
#set text(font: "Roboto")
#image(bytes(given.svg), format: "svg")"""


@once
def _fonts() -> typst.Fonts:
    """Roboto, and Liberation Serif for administrative papers, as they come with the portal: a report looks alike on every machine."""
    folders = [Path(font_roboto.__file__).parent / "files", Path(__file__).parent / "fonts"]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder) for folder in folders])


def svg_of(chart: Chart, language: str) -> str | None:
    """The chart as SVG; None where it cannot be drawn: the table with the same figures stands beside it."""
    try:
        return charts.render(chart.name, chart.rows, language=language, size="wide")
    except charts.ChartError as error:
        log.warning("%s is left out of a report: %s", chart.name, error)
        return None


def png_of(chart: Chart, language: str) -> bytes | None:
    """The chart as PNG at 192 dpi; None where it cannot be drawn."""
    svg = svg_of(chart, language)
    return None if svg is None else compiled(_PICTURE, {"svg": svg}, form="png")


def compiled(source: bytes, data: object, *, form: Literal["pdf", "png"]) -> bytes:
    """What typst makes of `source` with `data` as JSON in `sys.inputs.data`: `pdf`, or `png` of the first page.

    It has our own fonts and no file, package or network: what is not in `data` cannot get in.
    """
    made = typst.compile(
        source,
        font_paths=_fonts(),
        format=form,
        ppi=PIXELS_AN_INCH,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    return made if isinstance(made, bytes) else made[0]
