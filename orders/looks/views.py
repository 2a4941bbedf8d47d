"""Who looked: the page of those whose order lines they are."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.access import allowed
from orders.looks.models import YEARS_KEPT, LineLook

PER_PAGE = 50


@allowed("orders.see_looks")
@require_safe
def look_list(request: HttpRequest) -> HttpResponse:
    """Who looked at the reader's order lines, day by day."""
    page = Paginator(LineLook.objects.visible_to(request.user).by_day(), PER_PAGE).get_page(request.GET.get("page"))
    english = get_language() == "en"
    rows = [
        {
            **row,
            "agency": (row["agency__name_en"] if english else "") or row["agency__name_vi"],
            "purpose": LineLook.Purpose(row["purpose"]).label,
        }
        for row in page.object_list
    ]
    days = [(day, list(looks)) for day, looks in groupby(rows, key=itemgetter("day"))]
    return render(request, "orders/look_list.html", {"page": page, "days": days, "years": YEARS_KEPT})
