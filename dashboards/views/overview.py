"""The overview of a department, as page, XLSX and charts; and where sign-in leads."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from accounts.access import allowed, signed_in
from accounts.models import User
from dashboards.exports.overview_xlsx import overview_workbook
from dashboards.exports.tables import XLSX_TYPE
from dashboards.filters.overview import Asked, OverviewForm, asked_by
from dashboards.listing import address_with
from dashboards.views.overview_page import chart_rows, overview_context
from dashboards.views.pictures import picture


@allowed("dashboards.view_boards")
def overview(request: HttpRequest) -> HttpResponse:
    """The figures of a province or commune over a period; the filter alone redraws the board, where htmx asks for it."""
    asked, form = _asked(request)
    if asked is None:
        return render(request, "dashboards/overview_none.html", {"form": form})
    answer = asked.rows(request.GET.get("reading"))
    wall = f"{reverse('overview_wall')}{address_with(request.GET, reading=None)}"
    context = {"form": form, "wall": wall, **overview_context(asked, answer)}
    # A page that htmx restores from its history is a whole one.
    fragment = request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    response = render(request, "dashboards/overview_board.html" if fragment else "dashboards/overview.html", context)
    patch_vary_headers(response, ("HX-Request", "HX-History-Restore-Request"))
    return response


@allowed("dashboards.view_boards")
def overview_xlsx(request: HttpRequest) -> HttpResponseBase:
    """The rows of the overview as an XLSX workbook; for days that make no period the page that says so, with 400."""
    asked, form = _asked(request)
    if asked is None:
        raise Http404
    if form.problem:
        page = overview(request)
        page.status_code = 400
        return page
    answer = asked.rows(request.GET.get("reading"))
    response = HttpResponse(overview_workbook(asked, answer), content_type=XLSX_TYPE)
    place = asked.territory.commune or asked.territory.province
    name = f"overview-{place}-{asked.period.first}-{asked.period.last}-{answer.reading.number}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Reading"] = answer.reading.token
    return response


@allowed("dashboards.view_boards")
def chart(request: HttpRequest, name: str) -> HttpResponse:
    """A chart of the overview as SVG, of the rows of the reading asked for (see `picture`)."""
    asked, form = _asked(request)
    if asked is None or form.problem:
        raise Http404
    answer = asked.rows(request.GET.get("reading"))
    try:
        rows = chart_rows(name, answer.rows)
    except KeyError:
        raise Http404 from None
    return picture(request, answer, name, rows)


@signed_in
def start(request: HttpRequest) -> HttpResponseRedirect:
    """Where sign-in leads: officials to the overview, members to their sales, others to the front page."""
    for name, permission in (("overview", "dashboards.view_boards"), ("my_sales", "dashboards.view_own_sales")):
        if request.user.has_perm(permission):
            return redirect(name)
    return redirect("home")


def _asked(request: HttpRequest) -> tuple[Asked | None, OverviewForm]:
    assert isinstance(request.user, User)
    return asked_by(request.user, request.GET.dict())
