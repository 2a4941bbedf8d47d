"""Charts as pictures: the rows of a page, drawn in the size and theme that the address asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dashboards import charts
from dashboards.periods import Period
from dashboards.readings import Answer, Reading
from livestreams.calendar.holidays import holidays_between

KEPT = 24 * 60 * 60


def beside_words(period: Period | None, before: Period | None) -> dict[str, list[str]]:
    """What a chart calls its two series, for its rows, where the earlier days are those of last year; else nothing."""
    if period is None or before is None or before != period.last_year():
        return {}
    return {"words": [_("This period"), _("Same days of last year")]}


def picture(request: HttpRequest, answer: Answer[Any], name: str, rows: Sequence[Mapping[str, Any]]) -> HttpResponse:
    """The chart `name` over rows of `answer` as SVG; 404 for a size or theme that there is not, 503 where nothing can be drawn.

    Where the figures have moved since the reading that the address names there is none (410): a picture beside figures of another
    reading would be wrong, and the page's table says the same in numbers.
    """
    token = request.GET.get("reading", "")
    wanted = Reading.parse(token) if token else answer.reading
    if wanted is None or wanted.number != answer.reading.number:
        return HttpResponse(status=410)
    # An address with a reading means the same picture for ever; but it is for its reader alone.
    return drawn(request, name, rows, kept=KEPT if token and not answer.replaced else 0)


def drawn(request: HttpRequest, name: str, rows: Sequence[Mapping[str, Any]], *, kept: int) -> HttpResponse:
    """The chart `name` over the rows as SVG, in the size and theme that the address asks for; its reader keeps it for `kept` seconds.

    404 for a size or theme that there is not, 503 where nothing can be drawn.
    """
    try:
        svg = charts.render(
            name,
            rows,
            language=(get_language() or "vi").split("-")[0],
            theme=request.GET.get("theme", "light"),
            size=request.GET.get("size", "wide"),
        )
    except charts.UnknownChart:
        raise Http404 from None
    except charts.ChartError:
        return HttpResponse(status=503)
    response = HttpResponse(svg, content_type="image/svg+xml")
    response["Cache-Control"] = f"private, max-age={kept}"
    return response


def daily_chart(
    request: HttpRequest, answer: Answer[Any], days: Iterable[tuple[date, int | None, int | None]], words: Sequence[str] = ()
) -> HttpResponse:
    """Net value by day (VND), with the earlier days as a lighter line and holidays marked; a gap where a day is not known.

    `words` call the two lines, where they are not this period and the one before.
    """
    known = list(days)
    marked = holidays_between(known[0][0], known[-1][0]) if known else {}
    called = {"words": list(words)} if words else {}
    rows = [{"day": day.isoformat(), "net": net, "before": before, "holiday": marked.get(day, ""), **called} for day, net, before in known]
    return picture(request, answer, "daily_net", rows)
