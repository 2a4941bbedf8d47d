"""Pages of lots and orders."""

from __future__ import annotations

from collections import Counter
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allowed
from accounts.models import User
from accounts.waking import wake
from catalog.api.reading import plain_code
from dashboards.listing import page_of
from dashboards.lots.board import lots_of, lots_waiting, product_rows, products_with_lots, short_lines
from dashboards.lots.forms import LotForm
from orders.figures.sight import line_sight_of
from orders.looks.keeping import keep_look, looked
from orders.lots.services import OtherProductError, RecalledLotError, choose_lot, forget_choice
from orders.models import Contribution, LineLook, LotChoice
from orders.tasks import set_lots
from traceability.models import Lot


@allowed("orders.view_lines")
@require_safe
@looked
def lot_orders(request: HttpRequest) -> HttpResponse:
    """What of each product's lots went into orders, and the lines that no lot could serve; `?product=` one product with its lots."""
    user = cast(User, request.user)
    products: Any = products_with_lots(user)
    sight = line_sight_of(user)
    short: Any = short_lines(user, sight)
    asked = request.GET.get("product", "")
    product = products.filter(code=plain_code(asked)).first() if asked else None
    lots: Any = lots_of(product) if product else products.none()
    listed = page_of(request, lots if asked else products)
    if asked:
        short = short.filter(product=product) if product else short.none()
    page = None if not short.exists() else page_of(request, short, param="line")
    # Written down before it is shown.
    keep_look(request, LineLook.Purpose.LIST, sight, Counter((one.line.order.shop_id, one.product.producer_id) for one in page or ()))
    context = {
        "asked": product,
        "unknown": bool(asked and not product),
        "listed": listed,
        "rows": () if asked else product_rows(listed),
        "short": page,
        "waiting": lots_waiting(user),
        "chooses": user.has_perm("traceability.keep_lots"),
    }
    return render(request, "dashboards/lots/lot_orders.html", context)


@allowed("traceability.keep_lots")
@require_http_methods(["GET", "HEAD", "POST"])
@looked
def line_lot(request: HttpRequest, pk: int) -> HttpResponse:
    """Say from which lot an order line was packed; 404 where the reader keeps no lots of its product."""
    user = cast(User, request.user)
    kept = Lot.objects.kept_by(user)
    lines = Contribution.objects.visible_to(user).select_related("line__order__shop", "product")
    row = get_object_or_404(lines.filter(product__lots__in=kept.values("pk")).distinct(), pk=pk)
    line, choice = row.line, LotChoice.objects.filter(line=pk).select_related("lot").first()
    given = request.POST if request.method == "POST" else None
    form = LotForm(given, lots=kept.filter(product=row.product_id), chosen=choice.lot if choice else None)
    if request.method == "POST" and form.is_valid():
        lot = form.cleaned_data["lot"]
        try:
            if lot is None:
                forget_choice(line=line)
            else:
                choose_lot(line=line, lot=lot, by=user)
        except RecalledLotError:
            form.add_error("lot", _("This lot was recalled before the order was placed."))
        except OtherProductError:
            form.add_error("lot", _("The line is of another product by now. Look at its SKU in the shop."))
        else:
            wake(set_lots)
            messages.success(request, _("Saved. The lines of this product are set against its lots anew, which takes a moment."))
            return redirect("order_detail", line.order_id)
    keep_look(request, LineLook.Purpose.ORDER, line_sight_of(user), {(row.shop_id, row.producer_id): 1})
    context = {"form": form, "line": line, "row": row, "set": line.lot_allocations.select_related("lot").order_by("pk")}
    return render(request, "dashboards/lots/line_lot.html", context, status=422 if form.errors else 200)
