"""One order, as far as its reader may see it."""

from __future__ import annotations

from collections import Counter

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import allowed
from accounts.models import User
from dashboards.boards.order import order_page, withheld
from dashboards.readings import Query, read
from orders.figures.sight import line_sight_of
from orders.looks.keeping import keep_look, looked
from orders.models import LineLook


@allowed("orders.view_lines")
@looked
def order_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The order's lines, ledger and attribution; 404 where no line is the reader's to see, 403 where its shop does not share them."""
    assert isinstance(request.user, User)
    sight = line_sight_of(request.user)
    answer = read(Query.of("order", pk=pk, sight=sight), lambda _reading: order_page(pk, sight), token=request.GET.get("reading"))
    order = answer.rows
    if order is None:
        shop = withheld(pk, sight) if sight.official else ""
        if not shop:
            raise Http404
        return render(request, "dashboards/order_withheld.html", {"shop": shop}, status=403)
    keep_look(request, LineLook.Purpose.ORDER, sight, Counter((order.shop_id, line.producer_id) for line in order.lines))
    return render(request, "dashboards/order_detail.html", {"order": order, "reading": answer.reading})
