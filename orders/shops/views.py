"""Pages of shops: which there are, setting one up, and what its SKUs are."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed
from accounts.models import User
from accounts.waking import wake
from orders.shops.booths import claims_beside
from orders.shops.forms import AcceptForm, ShopForm, SkuMappingForm
from orders.shops.likeness import suggestions
from orders.shops.models import Shop, SkuMapping
from orders.shops.services import map_sku, map_skus, unmapped_skus, unmapped_total
from orders.shops.silence import silence_of
from orders.tasks import fold_figures

PER_PAGE = 50
SKUS_PER_PAGE = 50


def _shop(request: HttpRequest, code: str) -> Shop:
    return get_object_or_404(Shop.objects.managed_by(request.user), code=code)


def _mapped_shop(request: HttpRequest, code: str) -> Shop:
    return get_object_or_404(Shop.objects.mapped_by(request.user), code=code)


@allowed("orders.manage_shops")
@require_safe
def shop_list(request: HttpRequest) -> HttpResponse:
    """The shops of the user's province, and until when each one's orders are known."""
    shops: Any = Shop.objects.managed_by(request.user).with_last_export().select_related("producer", "host", "partner", "event")
    page = Paginator(shops.order_by("name", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    rows = [(shop, shop.last_export, silence_of(shop, shop.last_export, now)) for shop in page.object_list]
    return render(request, "orders/shop_list.html", {"page": page, "rows": rows})


@allowed("orders.manage_shops")
@require_http_methods(["GET", "HEAD", "POST"])
def shop_new(request: HttpRequest) -> HttpResponse:
    """Set up a shop."""
    form = ShopForm(request.POST or None, user=cast(User, request.user))
    if request.method == "POST" and form.is_valid():
        shop = form.save()
        messages.success(request, _("%(shop)s is set up. Its order files can come in.") % {"shop": shop})
        if not Shop.objects.for_intake(request.user).filter(pk=shop.pk).exists():
            messages.info(
                request, _("Its owner sends them. For your office to do it, propose an agreement under “Sharing of order lines”.")
            )
        _tell_of_claims(request, shop)
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
        if "event" in form.changed_data:
            _tell_of_claims(request, shop)
        return redirect("shop_list")
    return render(request, "orders/shop_form.html", {"form": form, "shop": shop}, status=422 if form.errors else 200)


def _tell_of_claims(request: HttpRequest, shop: Shop) -> None:
    for claim in claims_beside(shop)[:1]:
        words = _(
            "What was sold at %(event)s has been reported already (%(source)s). The orders of this booth count in the ledger; the reported "
            "figure stands beside it and is never added to it."
        )
        messages.warning(request, words % {"event": shop.event, "source": claim.source_name})


@allowed("orders.map_skus")
@require_safe
def shop_products(request: HttpRequest, code: str) -> HttpResponse:
    """What the shop's SKUs are, and which ones nobody has said yet."""
    shop = _mapped_shop(request, code)
    owned, mapped = shop.owned_since, shop.mapped_since(cast(User, request.user))
    total = unmapped_total(shop, since=mapped)
    shown = Paginator(range(total.skus), SKUS_PER_PAGE).get_page(request.GET.get("skus"))
    skus = unmapped_skus(shop, first=shown.start_index() - 1 if shown.paginator.count else 0, limit=SKUS_PER_PAGE, since=mapped)
    # A suggestion is accepted from today on: that says nothing of what sold for another owner alone.
    alike = suggestions(shop, [sku for sku in skus if sku.last_day >= owned])
    changed = SkuMapping.objects.changed_by(request.user).filter(pk=OuterRef("pk"))
    mappings = shop.sku_mappings.annotate(changeable=Exists(changed)).select_related("product").order_by("line_key", "since")
    page = Paginator(mappings, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "shop": shop,
        "total": total,
        "unmapped": [(sku, alike.get(sku.line_key)) for sku in skus],
        "shown": shown,
        "page": page,
    }
    return render(request, "orders/shop_products.html", context)


@allowed("orders.map_skus")
@require_POST
def shop_accept(request: HttpRequest, code: str) -> HttpResponse:
    """Accept the suggestions that were ticked."""
    shop = _mapped_shop(request, code)
    form = AcceptForm(request.POST, user=cast(User, request.user), shop=shop)
    if form.is_valid():
        count = map_skus(shop=shop, said=form.cleaned_data["accept"], since=timezone.localdate())
        wake(fold_figures)
        words = ngettext(
            "%(count)d SKU is mapped. The figures follow within moments.",
            "%(count)d SKUs are mapped. The figures follow within moments.",
            count,
        )
        messages.success(request, words % {"count": count})
    else:
        for problem in form.errors["accept"]:
            messages.error(request, str(problem))
    return redirect("shop_products", code=shop.code)


@allowed("orders.map_skus")
@require_http_methods(["GET", "HEAD", "POST"])
def shop_map(request: HttpRequest, code: str) -> HttpResponse:
    """Say what one SKU (`?sku=`) of the shop is; 404 for one that is another producer's product, which the reader may not change."""
    shop = _mapped_shop(request, code)
    line_key = request.GET.get("sku", "")
    if not line_key or len(line_key) > 400 or "\0" in line_key:
        return redirect("shop_products", code=shop.code)
    if shop.sku_mappings.filter(line_key=line_key).exclude(pk__in=SkuMapping.objects.changed_by(request.user).values("pk")).exists():
        raise Http404
    user = cast(User, request.user)
    sku = next(iter(unmapped_skus(shop, keys=[line_key], since=shop.mapped_since(user))), None)
    likely: dict[str, Any] = {name: request.GET.get(name) for name in ("product", "units") if request.GET.get(name, "").isdecimal()}
    if sku and sku.last_day < shop.owned_since:
        likely["since"] = sku.last_day
    form = SkuMappingForm(request.POST or None, user=user, shop=shop, initial=likely)
    if request.method == "POST" and form.is_valid():
        map_sku(shop=shop, line_key=line_key, **{name: form.cleaned_data[name] for name in ("product", "units", "since")})
        wake(fold_figures)
        messages.success(request, _("Saved. The figures follow within moments."))
        return redirect("shop_products", code=shop.code)
    context = {"form": form, "shop": shop, "line_key": line_key, "sku": sku}
    return render(request, "orders/shop_map.html", context, status=422 if form.errors else 200)
