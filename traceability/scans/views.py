"""The page of scans: how often codes are scanned, by product, lot and day, and which packs unusually often."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import allowed
from accounts.models import User
from catalog.models import Product
from traceability.scans.forms import ClearForm, ScanFilter
from traceability.scans.models import OftenScanned, ScanCount
from traceability.scans.often import clear_often_scanned
from traceability.scans.writing import MOST_A_DAY, MOST_IN_ALL

PER_PAGE = 50
SHOWN_CLEARED = 20


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
    packs = OftenScanned.objects.visible_to(request.user).select_related("unit__lot__product")
    often = packs.standing().with_visits().order_by("-flagged_at", "pk")
    cleared = packs.cleared().select_related("cleared_by").order_by("-cleared_at", "pk")
    product = _product(request, form)
    if product is not None:
        counts, often = counts.filter(product=product), often.filter(unit__lot__product=product)
        cleared = cleared.filter(unit__lot__product=product)
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
        "may_clear": request.user.has_perm("traceability.clear_often_scanned"),
        "clear": ClearForm(auto_id=False),
        "cleared": cleared[:SHOWN_CLEARED],
        "limits": {"day": MOST_A_DAY, "all": MOST_IN_ALL},
    }
    return render(request, "traceability/scan_counts.html", context, status=422 if form.errors else 200)


@allowed("traceability.clear_often_scanned")
@require_POST
def often_clear(request: HttpRequest, serial: str) -> HttpResponse:
    """Say that the pack has no copies; the page of scans says how it went."""
    packs = OftenScanned.objects.visible_to(request.user).select_related("unit")
    pack = get_object_or_404(packs, unit__serial=serial)
    form = ClearForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Pack %(serial)s: say in at most 500 characters what you found.") % {"serial": serial})
    elif clear_often_scanned(pack=pack, found=form.cleaned_data["found"], by=cast(User, request.user)):
        messages.success(request, _("Pack %(serial)s is cleared. Visits of the days to come are counted anew.") % {"serial": serial})
    else:
        messages.info(request, _("Pack %(serial)s was cleared before.") % {"serial": serial})
    return redirect("scan_counts")


def _product(request: HttpRequest, form: ScanFilter) -> Product | None:
    """The product asked for. Raises Http404 for one that the reader may not see, or that there is not."""
    code = request.GET.get("product", "").strip()
    if not code:
        return None
    product = Product.objects.visible_to(request.user).filter(code=code).first() if "product" not in form.errors else None
    if product is None:
        raise Http404
    return product
