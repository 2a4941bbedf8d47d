"""The board of what works, its charts, and the same as XLSX."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import allowed
from accounts.models import User
from dashboards.boards.audience import Audience, audience_of
from dashboards.exports.tables import Column, xlsx_response
from dashboards.exports.workbook import Kind
from dashboards.filters.periods import PeriodForm
from dashboards.listing import address_with, chips_of, cleared
from dashboards.readings import Answer, Query, read_and_reckon
from dashboards.views.coverage import coverage_of, told_of
from dashboards.views.pictures import picture
from dashboards.what_works.board import WhatWorks, facts_of, what_works
from dashboards.what_works.wording import Section, Shown, sections_of, threshold

LONG = "12m"  # in a month there is too little of anything


@allowed("dashboards.view_boards")
@require_safe
def what_works_board(request: HttpRequest) -> HttpResponse:
    """Differences with their intervals, of livestreams and stars of a period; a year where none is asked for."""
    audience, form, answer = _asked(request)
    query = address_with(request.GET, reading=answer.reading.token)
    coverage = coverage_of(audience, answer, form.span.first, form.span.last, 1)
    context = {
        "audience": audience,
        "form": form,
        "period": form.span,
        "answer": answer,
        "coverage": coverage,
        "chips": chips_of(form, request.GET),
        "reset": cleared(reverse("what_works"), request.GET),
        "sections": [(section, f"{reverse('what_works_chart', args=[section.key])}{query}") for section in sections_of(answer.rows)],
        "threshold": threshold(),
        "xlsx": f"{reverse('what_works_xlsx')}{query}",
    }
    return render(request, "dashboards/what_works/what_works.html", context)


@allowed("dashboards.view_boards")
@require_safe
def what_works_chart(request: HttpRequest, question: str) -> HttpResponse:
    """The differences of a question as SVG. 404 for a question that is not asked."""
    _audience, _form, answer = _asked(request)
    found = next((section for section in sections_of(answer.rows) if section.key == question), None)
    if found is None:
        raise Http404
    return picture(request, answer, "effects", found.chart)


@allowed("dashboards.view_boards")
@require_safe
def what_works_xlsx(request: HttpRequest) -> HttpResponse:
    """The rows of the page as XLSX, with the words that belong to them."""
    audience, form, answer = _asked(request)
    coverage = coverage_of(audience, answer, form.span.first, form.span.last, 1)
    sections = sections_of(answer.rows)
    return xlsx_response(
        "what-works",
        title=_("What works"),
        columns=_columns(),
        rows=[(section, row) for section in sections for row in section.rows],
        reading=answer.reading,
        period=form.span,
        form=form,
        notes=[
            *told_of(audience, coverage),
            (_("When nothing is said"), threshold()),
            *((section.title, f"{section.meaning} {section.silence}".strip()) for section in sections),
        ],
    )


def _asked(request: HttpRequest) -> tuple[Audience, PeriodForm, Answer[WhatWorks]]:
    audience = audience_of(cast(User, request.user), province=request.GET.get("province"))
    asked = request.GET.dict()
    if not any(asked.get(name) for name in ("period", "from", "to")):
        asked["period"] = LONG
    form = PeriodForm(asked)
    del form.fields["compare"]
    query = Query.of("what_works", audience=audience, period=form.span)
    # Outside of the transaction: the draws take seconds, and no row is held back for them.
    answer = read_and_reckon(query, lambda reading: facts_of(audience, form.span, reading), what_works, token=request.GET.get("reading"))
    return audience, form, answer


def _columns() -> list[Column[tuple[Section, Shown]]]:
    return [
        Column(_("Question"), lambda row: row[0].title, Kind.LONG),
        Column(_("Level"), lambda row: row[1].label, Kind.LONG),
        Column(_("Counted"), lambda row: row[0].counted),
        Column(_("Number"), lambda row: row[1].level.count, Kind.NUMBER),
        Column(_("Of so many livestreams or producers"), lambda row: row[1].level.together, Kind.NUMBER),
        Column(_("What is measured"), lambda row: row[0].rate, Kind.LONG),
        Column(_("Value"), lambda row: _whole(row[1].level.rate), Kind.VND),
        Column(_("Number of the others"), lambda row: row[1].others.count if row[1].others else None, Kind.NUMBER),
        Column(_("Value of the others"), lambda row: _whole(row[1].others.rate) if row[1].others else None, Kind.VND),
        Column(_("Difference (VND)"), lambda row: row[1].effect.value, Kind.VND),
        Column(_("95% interval from"), lambda row: row[1].effect.low, Kind.VND),
        Column(_("95% interval to"), lambda row: row[1].effect.high, Kind.VND),
        Column(_("Association found"), lambda row: row[1].words, Kind.LONG),
    ]


def _whole(rate: float | None) -> int | None:
    return None if rate is None else round(rate)
