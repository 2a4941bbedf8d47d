"""The wall's page, and its part that renews itself."""

from __future__ import annotations

from hashlib import sha256

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from accounts.access import allowed
from accounts.models import User
from dashboards.boards.audience import Audience
from dashboards.filters.overview import Asked, asked_by
from dashboards.listing import address_with
from dashboards.readings import Query, read
from dashboards.wall.board import wall_rows
from dashboards.wall.words import wall_context
from livestreams.models import Programme


@allowed("dashboards.view_boards")
@require_safe
def overview_wall(request: HttpRequest) -> HttpResponse:
    """Large figures of today and of a period, or of a programme (`?programme=`).

    Days that make no period lead to the overview, which says what is wrong with them.
    """
    assert isinstance(request.user, User)
    asked, form = asked_by(request.user, request.GET.dict())
    if asked is None:
        return render(request, "dashboards/overview_none.html", {"form": form})
    address = address_with(request.GET, reading=None)
    if form.problem:
        return redirect(f"{reverse('overview')}{address}")
    html = _drawn(request, asked)
    context = {"territory": asked.territory, "now": html, "etag": _etag(html), "address": address}
    return render(request, "dashboards/wall/page.html", context)


@allowed("dashboards.view_boards")
@require_safe
def overview_wall_now(request: HttpRequest) -> HttpResponse:
    """The wall's part that renews itself; 304 where the reader has it already, 400 for days that make no period."""
    assert isinstance(request.user, User)
    asked, form = asked_by(request.user, request.GET.dict())
    if asked is None or form.problem:
        return HttpResponseBadRequest()
    html = _drawn(request, asked)
    etag = quote_etag(_etag(html))
    response = get_conditional_response(request, etag=etag) or HttpResponse(html)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response


def _drawn(request: HttpRequest, asked: Asked) -> str:
    programme = None
    if code := request.GET.get("programme"):
        if "\0" in code:
            raise Http404
        programmes = Programme.objects.visible_to(request.user).filter(province=asked.territory.province)
        programme = get_object_or_404(programmes, code=code)
    overview = asked.rows(None)
    audience = Audience(territory=asked.territory)
    query = Query.of("overview_wall", audience=audience, programme=programme.pk if programme else None)
    # Of the overview's reading, so that today and the period are figures of one state.
    wall = read(query, lambda reading: wall_rows(audience, programme, reading), token=overview.reading.token)
    return render_to_string("dashboards/wall/now.html", wall_context(asked, overview.rows, wall.rows, programme, wall.reading))


def _etag(html: str) -> str:
    return sha256(html.encode()).hexdigest()[:24]
