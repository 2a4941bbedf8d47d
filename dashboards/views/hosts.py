"""Hosts by what their livestreams sold."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.access import allowed
from dashboards.boards.audience import Audience
from dashboards.boards.lines import lines_address
from dashboards.boards.rankings import HostRow, host_ranking
from dashboards.exports.products import host_columns
from dashboards.exports.tables import xlsx_response
from dashboards.filters.products import RankingForm
from dashboards.listing import in_alphabet
from dashboards.readings import Answer
from dashboards.views.coverage import coverage_of
from dashboards.views.rankings import arranged, ask, listed

SORTS: dict[str, Any] = {
    "name": lambda row: in_alphabet(str(row.host)),
    "sessions": lambda row: row.sessions,
    "orders": lambda row: row.live.orders.placed if row.live.orders else None,
    "placed": lambda row: row.live.value.placed,
    "net": lambda row: (row.live.value.net, row.after.value.net, row.host.code),
    "delivered": lambda row: row.live.value.delivered,
    "after": lambda row: row.after.value.placed,
}


@allowed("dashboards.view_boards")
def host_list(request: HttpRequest) -> HttpResponse:
    """Hosts by what was sold on air in a period, with what followed."""
    audience, form, answer = _list(request)
    rows = arranged(request, form, answer.rows, SORTS)
    context = {"audience": audience, **listed(request, "host_list", form, answer, rows)}
    links = partial(lines_address, form.span, audience.territory)
    context["rows"] = [
        (row, links(host=row.host.code, bucket="live"), links(host=row.host.code, bucket="after")) for row in context["page"]
    ]
    context["most"] = max((max(row.live.value.net, row.live_before.value.net) for row in rows), default=0)
    lines = sum(row.live.lines + row.after.lines for row in answer.rows)
    context["coverage"] = coverage_of(audience, answer, form.span.first, form.span.last, lines)
    return render(request, "dashboards/host_list.html", context)


@allowed("dashboards.view_boards")
def host_list_xlsx(request: HttpRequest) -> HttpResponse:
    """The rows of the list as it stands, as XLSX."""
    _audience, form, answer = _list(request)
    rows = arranged(request, form, answer.rows, SORTS)
    return xlsx_response("hosts", title=_("Hosts"), columns=host_columns(), rows=rows, reading=answer.reading, period=form.span)


def _list(request: HttpRequest) -> tuple[Audience, RankingForm, Answer[tuple[HostRow, ...]]]:
    return ask(request, "host_list", lambda audience, now, before, _reading: host_ranking(audience, now, before))
