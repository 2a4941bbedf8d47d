"""One order, as far as its reader may see it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import allowed
from accounts.models import User
from dashboards.boards.order import order_page
from dashboards.readings import Query, read
from orders.figures.sight import sight_of


@allowed("orders.view_lines")
def order_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The order's lines, ledger and attribution; 404 where none of its lines is the reader's to see."""
    assert isinstance(request.user, User)
    sight = sight_of(request.user)
    answer = read(Query.of("order", pk=pk, sight=sight), lambda _reading: order_page(pk, sight), token=request.GET.get("reading"))
    if answer.rows is None:
        raise Http404
    return render(request, "dashboards/order_detail.html", {"order": answer.rows, "reading": answer.reading})
