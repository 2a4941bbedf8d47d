"""Why a chart could not be drawn. A page that meets one shows its table alone."""

from __future__ import annotations


class ChartError(Exception):
    """No chart: catch this one."""


class UnknownChart(ChartError):  # noqa: N818
    """There is no chart, theme, size or language of this name."""


class ChartRejected(ChartError):  # noqa: N818
    """The declaration could not make a chart of these rows: a missing key, a value that is no number."""


class RendererFailed(ChartError):  # noqa: N818
    """The process that draws did not answer in time, or died, and so did the one started in its place."""
