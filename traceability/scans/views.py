"""The page of scans: how often codes are scanned, by product, lot and day, and which packs unusually often."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import allowed
from catalog.models import Product
from traceability.scans.forms import ScanFilter
from traceability.scans.models import OftenScanned, ScanCount
from traceability.scans.writing import MOST_A_DAY, MOST_IN_ALL

PER_PAGE = 50


@allowed("traceability.view_lots")
@require_safe
def scan_counts(request: HttpRequest) -> HttpResponse:
    """Scans of the producers that the reader may see: by product, or (`?product=`) of one product by lot; and by day."""
    asked: dict[str, Any] = {name: request.GET.get(name, "") for name in ScanFilter.base_fields}
    form = ScanFilter(asked)
    since, until = form.span
    if not form.errors:  # the usual days stand in the fields as well
        form = ScanFilter(asked | {"since": since, "until": until})
    counts = ScanCount.objects.visible_to(request.user).between(since, until)
    often = OftenScanned.objects.visible_to(request.user).select_related("unit__lot__product").with_visits().order_by("-flagged_at", "pk")
    product = _product(request, form)
    if product is not None:
        counts, often = counts.filter(product=product), often.filter(unit__lot__product=product)
    rows = counts.by_lot() if product else counts.by_product()
    days = counts.by_day()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    scans, visits = counts.total()
    context = {
        "form": form,
        "since": since,
        "until": until,
        "product": product,
        "page": page,
        "most": max((row["total"] for row in page), default=0),
        "days": days,
        "most_a_day": max((row["total"] for row in days), default=0),
        "scans": scans,
        "visits": visits,
        "often": Paginator(often, PER_PAGE).get_page(request.GET.get("often")),
        "limits": {"day": MOST_A_DAY, "all": MOST_IN_ALL},
    }
    return render(request, "traceability/scan_counts.html", context, status=422 if form.errors else 200)


def _product(request: HttpRequest, form: ScanFilter) -> Product | None:
    """The product asked for. Raises Http404 for one that the reader may not see, or that there is not."""
    code = request.GET.get("product", "").strip()
    if not code:
        return None
    product = Product.objects.visible_to(request.user).filter(code=code).first() if "product" not in form.errors else None
    if product is None:
        raise Http404
    return product
