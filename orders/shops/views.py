"""Pages of shops: which there are, setting one up, and what its SKUs are."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allowed
from accounts.models import User
from accounts.waking import wake
from orders.intake.models import IntakeRun
from orders.shops.forms import ShopForm, SkuMappingForm
from orders.shops.models import Shop
from orders.shops.services import map_sku, unmapped_skus
from orders.tasks import fold_figures

PER_PAGE = 50


def _shop(request: HttpRequest, code: str) -> Shop:
    return get_object_or_404(Shop.objects.managed_by(request.user), code=code)


@allowed("orders.manage_shops")
@require_safe
def shop_list(request: HttpRequest) -> HttpResponse:
    """The shops of the user's province, and until when each one's orders are known."""
    merged = Q(intake_runs__state=IntakeRun.State.MERGED)
    shops = (
        Shop.objects.managed_by(request.user)
        .select_related("producer", "host", "partner")
        .annotate(complete_to=Max("intake_runs__exported_at", filter=merged))
        .order_by("name", "pk")
    )
    page = Paginator(shops, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "orders/shop_list.html", {"page": page})


@allowed("orders.manage_shops")
@require_http_methods(["GET", "HEAD", "POST"])
def shop_new(request: HttpRequest) -> HttpResponse:
    """Set up a shop."""
    form = ShopForm(request.POST or None, user=cast(User, request.user))
    if request.method == "POST" and form.is_valid():
        shop = form.save()
        messages.success(request, _("%(shop)s is set up. Its order files can come in.") % {"shop": shop})
        return redirect("shop_list")
    return render(request, "orders/shop_form.html", {"form": form}, status=422 if form.errors else 200)


@allowed("orders.manage_shops")
@require_http_methods(["GET", "HEAD", "POST"])
def shop_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a shop; where that moves orders, the next fold follows."""
    shop = _shop(request, code)
    form = ShopForm(request.POST or None, instance=shop, user=cast(User, request.user))
    if request.method == "POST" and form.is_valid():
        form.save()
        wake(fold_figures)
        messages.success(request, _("Saved."))
        return redirect("shop_list")
    return render(request, "orders/shop_form.html", {"form": form, "shop": shop}, status=422 if form.errors else 200)


@allowed("orders.manage_shops")
@require_safe
def shop_products(request: HttpRequest, code: str) -> HttpResponse:
    """What the shop's SKUs are, and which ones nobody has said yet."""
    shop = _shop(request, code)
    mappings = shop.sku_mappings.select_related("product").order_by("line_key", "since")
    page = Paginator(mappings, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "orders/shop_products.html", {"shop": shop, "unmapped": unmapped_skus(shop), "page": page})


@allowed("orders.manage_shops")
@require_http_methods(["GET", "HEAD", "POST"])
def shop_map(request: HttpRequest, code: str) -> HttpResponse:
    """Say what one SKU (`?sku=`) of the shop is."""
    shop = _shop(request, code)
    line_key = request.GET.get("sku", "")
    if not line_key or len(line_key) > 400:
        return redirect("shop_products", code=shop.code)
    form = SkuMappingForm(request.POST or None, user=cast(User, request.user))
    if request.method == "POST" and form.is_valid():
        map_sku(shop=shop, line_key=line_key, **{name: form.cleaned_data[name] for name in ("product", "units", "since")})
        wake(fold_figures)
        messages.success(request, _("Saved. The figures follow within moments."))
        return redirect("shop_products", code=shop.code)
    names = [sku for sku in unmapped_skus(shop, limit=1000) if sku.line_key == line_key]
    context = {"form": form, "shop": shop, "line_key": line_key, "sku": names[0] if names else None}
    return render(request, "orders/shop_map.html", context, status=422 if form.errors else 200)
