"""The page of a product's or a producer's history."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import allowed
from catalog.converters import PROFILE
from catalog.history.entries import history
from catalog.models import Owner, Producer, Product

PER_PAGE = 50


@allowed("catalog.view_history")
@require_safe
def listing_history(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Who changed what, the newest first. What the reader may not see does not exist."""
    owner: Owner
    if kind == PROFILE:
        owner = get_object_or_404(Producer.objects.visible_to(request.user), code=code)
    else:
        owner = get_object_or_404(Product.objects.visible_to(request.user), code=code)
    page = Paginator(history(owner), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "catalog/history.html", {"owner": owner, "page": page, "is_product": isinstance(owner, Product)})
