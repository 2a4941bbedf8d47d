"""The page of data health."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import allowed
from accounts.models import User
from dashboards.boards.audience import audience_of
from dashboards.health.board import health
from dashboards.health.words import ills_of
from dashboards.listing import address_with, page_of
from dashboards.readings import Query, read
from dashboards.views.coverage import coverage_of

FIRST_ROWS = 10


@allowed("dashboards.view_sales")
@require_safe
def data_health(request: HttpRequest) -> HttpResponse:
    """What is amiss in the reader's figures, the first rows of each kind; `?show=` one kind with all its rows."""
    assert isinstance(request.user, User)
    audience = audience_of(request.user, province=request.GET.get("province"))
    query = Query.of("data_health", audience=audience)
    answer = read(query, lambda reading: health(audience, reading), token=request.GET.get("reading"))
    ills = ills_of(answer.rows, audience, request.user)
    only = next((ill for ill in ills if ill.key == request.GET.get("show")), None)
    context = {
        "audience": audience,
        "answer": answer,
        "only": only,
        "ills": [
            (
                ill,
                page_of(request, ill.rows) if only else Paginator(ill.rows, FIRST_ROWS).page(1),
                address_with(request.GET, show=ill.key),
            )
            for ill in ([only] if only else ills)
        ],
        "coverage": coverage_of(audience, answer, None, None, 1),
        "reset": address_with(request.GET, show=None),
    }
    return render(request, "dashboards/health/data_health.html", context)
