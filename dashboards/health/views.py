"""The page of data health, and the same as XLSX and CSV."""

from __future__ import annotations

from typing import cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import allowed
from accounts.models import User
from dashboards import formats
from dashboards.boards.audience import Audience, audience_of
from dashboards.exports.tables import csv_response, demand_sense, xlsx_response
from dashboards.health.board import Health, health
from dashboards.health.exports import ill_columns, ill_rows
from dashboards.health.forms import HealthForm
from dashboards.health.words import Ill, ills_of
from dashboards.listing import address_with, page_of
from dashboards.readings import Answer, Query, read
from dashboards.views.coverage import coverage_of, told_of

FIRST_ROWS = 10


@allowed("dashboards.view_sales")
@require_safe
def data_health(request: HttpRequest) -> HttpResponse:
    """What is amiss in the reader's figures, the first rows of each kind; `?show=` one kind with all its rows."""
    audience, form, answer, ills = _asked(request)
    only = next((ill for ill in ills if ill.key == form.kind), None)
    same = address_with(request.GET, reading=answer.reading.token)
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
            for ill in ills
        ],
        "coverage": coverage_of(audience, answer, None, None, 1),
        "reset": address_with(request.GET, show=None),
        "export": f"{reverse('data_health_xlsx')}{same}",
        "export_csv": f"{reverse('data_health_csv')}{same}",
    }
    return render(request, "dashboards/health/data_health.html", context)


@allowed("dashboards.view_sales")
@require_safe
def data_health_xlsx(request: HttpRequest) -> HttpResponse:
    """Everything that is amiss as XLSX, all rows of each kind; how many there are of each stands on its second sheet."""
    audience, form, answer, ills = _asked(request)
    notes = told_of(audience, coverage_of(audience, answer, None, None, 1))
    notes += [(ill.title, formats.number(len(ill.rows))) for ill in ills]
    rows = ill_rows(ills)
    return xlsx_response(
        "data-health", title=_("Data health"), columns=ill_columns(), rows=rows, reading=answer.reading, form=form, notes=notes
    )


@allowed("dashboards.view_sales")
@require_safe
def data_health_csv(request: HttpRequest) -> HttpResponseBase:
    """The same as CSV."""
    _audience, form, answer, ills = _asked(request)
    demand_sense(form)
    return csv_response("data-health", ill_columns(), ill_rows(ills), answer.reading)


def _asked(request: HttpRequest) -> tuple[Audience, HealthForm, Answer[Health], list[Ill]]:
    """The kinds asked for: all where the reader is told of none such."""
    user = cast(User, request.user)
    audience = audience_of(user, province=request.GET.get("province"))
    form = HealthForm(request.GET)
    query = Query.of("data_health", audience=audience)
    answer = read(query, lambda reading: health(audience, reading), token=request.GET.get("reading"))
    ills = ills_of(answer.rows, audience, user)
    return audience, form, answer, [ill for ill in ills if ill.key == form.kind] or ills
