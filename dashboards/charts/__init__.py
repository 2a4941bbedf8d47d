"""Charts, declared once and drawn as SVG on the server; pages, PDF and DOCX use the same ones.

`render(name, rows, language=…)` returns SVG text; `size(name, len(rows))` its width and height beforehand. The charts and the
keys of their rows are in `declarations`. Drawing happens in processes of its own: neither Altair nor V8 is ever loaded here.
"""

from dashboards.charts.errors import ChartError, ChartRejected, RendererFailed, UnknownChart
from dashboards.charts.rendering import render
from dashboards.charts.sizes import NAMES, size

__all__ = ["NAMES", "ChartError", "ChartRejected", "RendererFailed", "UnknownChart", "render", "size"]
