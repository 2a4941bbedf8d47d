"""The page that shows every component in every state: where a change of the look is looked at."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.access import allowed
from dashboards import charts
from dashboards.style import CHART_ROWS, samples


@allowed("dashboards.view_style")
@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """All components, with made-up values."""
    return render(request, "style.html", samples())


@allowed("dashboards.view_style")
@require_safe
def style_chart(request: HttpRequest, name: str) -> HttpResponse:
    """One of the charts, with made-up rows; 404 for a name, size or theme there is not."""
    try:
        svg = charts.render(
            name,
            CHART_ROWS.get(name, []),
            language=(get_language() or "vi").split("-")[0],
            theme=request.GET.get("theme", "light"),
            size=request.GET.get("size", "wide"),
        )
    except charts.UnknownChart:
        raise Http404 from None
    except charts.ChartError:
        return HttpResponse(status=503)
    return HttpResponse(svg, content_type="image/svg+xml")
