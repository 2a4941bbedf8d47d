"""Communes by what was sold of the products made in them."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.access import allowed
from dashboards.boards.audience import Audience
from dashboards.boards.lines import lines_address
from dashboards.boards.rankings import Ranking, commune_ranking
from dashboards.exports.products import ranked_columns
from dashboards.exports.tables import xlsx_response
from dashboards.filters.products import RankingForm
from dashboards.readings import Answer
from dashboards.views.coverage import coverage_of
from dashboards.views.rankings import arranged, ask, listed


@allowed("dashboards.view_boards")
def commune_list(request: HttpRequest) -> HttpResponse:
    """Communes (the producer's, not the buyer's) by what was sold in a period."""
    audience, form, answer = _list(request)
    rows = arranged(request, form, answer.rows.rows)
    context = {"audience": audience, **listed(request, "commune_list", form, answer, rows)}
    links = partial(lines_address, form.span, audience.territory)
    context["rows"] = [(row, links(commune=row.name.code if row.name else "absent")) for row in context["page"]]
    context["most"] = max((max(row.now.value.net, row.before.value.net) for row in rows), default=0)
    context["all_url"] = links()
    context["coverage"] = coverage_of(audience, answer, form.span.first, form.span.last, answer.rows.total.lines)
    return render(request, "dashboards/commune_list.html", context)


@allowed("dashboards.view_boards")
def commune_list_xlsx(request: HttpRequest) -> HttpResponse:
    """The rows of the list as it stands, as XLSX."""
    _audience, form, answer = _list(request)
    rows = arranged(request, form, answer.rows.rows)
    columns = ranked_columns(_("Commune"))
    return xlsx_response("communes", title=_("Communes"), columns=columns, rows=rows, reading=answer.reading, period=form.span)


def _list(request: HttpRequest) -> tuple[Audience, RankingForm, Answer[Ranking]]:
    return ask(request, "commune_list", lambda audience, now, before, reading: commune_ranking(audience, now, before, reading.day))
