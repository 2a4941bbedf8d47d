"""Pages of typed orders: the list, a new one, and what became of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allowed
from accounts.models import User
from accounts.waking import wake
from catalog.models import Platform, Product
from orders.figures.sight import line_sight_of
from orders.intake.reading import PLATFORMS
from orders.ledger.models import LineState, OrderLine
from orders.looks.keeping import keep_look, looked
from orders.looks.models import LineLook
from orders.shops.models import Shop
from orders.tasks import fold_figures
from orders.typed.forms import OutcomeForm, TypedOrderForm
from orders.typed.models import TypedOrder
from orders.typed.services import AlreadyTypedError, ToldMeanwhileError, TypedOrderRefusedError, tell_outcome, type_order

PER_PAGE = 50


@allowed("orders.take_in_orders")
@require_safe
@looked
def typed_list(request: HttpRequest) -> HttpResponse:
    """The typed orders of the user's shops, the newest first."""
    standing = Q(order__lines__withdrawn=False)
    found = (
        TypedOrder.objects.visible_to(request.user)
        .select_related("order__shop", "by")
        .annotate(
            value=Sum("order__lines__value", filter=standing),
            lines=Count("order__lines", filter=standing),
            returned=Sum("order__lines__returned_units", filter=standing),
            state=Max("order__lines__state", filter=standing),
        )
        .order_by("-created_at", "-pk")
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    _keep_look(request, LineLook.Purpose.LIST, [typed.order_id for typed in page])
    # None where all its runs were undone.
    rows = [(typed, dict(LineState.choices).get(getattr(typed, "state"))) for typed in page]  # noqa: B009 - annotated above
    return render(
        request,
        "orders/typed_list.html",
        {"page": page, "rows": rows, "may_type": _shops(request).exists(), "withheld": _withheld(request)},
    )


@allowed("orders.take_in_orders")
@require_http_methods(["GET", "HEAD", "POST"])
def typed_new(request: HttpRequest) -> HttpResponse:
    """Type an order of the shop named by `?shop=`; where the user has several and named none, they are offered first."""
    shops = list(_shops(request)[:200])
    code = request.GET.get("shop", "").replace("\0", "")
    if not code and len(shops) != 1:
        return render(request, "orders/typed_shop.html", {"shops": shops, "withheld": _withheld(request)})
    shop = get_object_or_404(_shops(request), code=code) if code else shops[0]
    form = TypedOrderForm(
        request.POST if request.method == "POST" else None,
        products=_products(request, shop),
        over_the_counter=shop.platform == Platform.BOOTH,
    )
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            typed = type_order(
                shop=shop,
                token=answers["token"],
                placed_at=answers["placed_at"],
                state=answers["state"],
                lines=answers["lines"],
                by=cast(User, request.user),
            )
        except AlreadyTypedError as error:
            # Somebody else's token would be a guess of 122 bits; whoever may not see its order learns nothing of it.
            found = get_object_or_404(TypedOrder.objects.visible_to(request.user), pk=error.typed.pk)
            messages.info(request, _("This form was saved before, as order %(number)s. Change it below.") % {"number": error.typed})
            return redirect("typed_order", pk=found.pk)
        except TypedOrderRefusedError as error:
            form.add_error(None, str(error))
        else:
            wake(fold_figures)
            messages.success(request, _("Saved as order %(number)s.") % {"number": typed})
            return redirect("typed_order", pk=typed.pk)
    context = {"form": form, "shop": shop, "several": len(shops) > 1}
    return render(request, "orders/typed_new.html", context, status=422 if form.errors else 200)


@allowed("orders.take_in_orders")
@require_http_methods(["GET", "HEAD", "POST"])
@looked
def typed_order(request: HttpRequest, pk: int) -> HttpResponse:
    """One typed order, and the form that tells what became of it."""
    typed = get_object_or_404(TypedOrder.objects.visible_to(request.user).select_related("order__shop", "by"), pk=pk)
    form = OutcomeForm(request.POST if request.method == "POST" else None, order=typed.order)
    if request.method == "POST" and form.is_valid():
        try:
            answers = {name: form.cleaned_data[name] for name in ("state", "returned", "seen")}
            tell_outcome(typed=typed, by=cast(User, request.user), **answers)
        except TypedOrderRefusedError as error:
            form.add_error(None, str(error))
        except ToldMeanwhileError:
            messages.warning(
                request, _("Somebody said meanwhile how this order stands. Look at it, then say it again where it is not right.")
            )
            return redirect("typed_order", pk=typed.pk)
        else:
            wake(fold_figures)
            messages.success(request, _("Saved. The figures follow within moments."))
            return redirect("typed_order", pk=typed.pk)
    _keep_look(request, LineLook.Purpose.ORDER, [typed.order_id])
    lines = list(typed.order.lines.filter(withdrawn=False).order_by("pk"))
    context = {"typed": typed, "order": typed.order, "lines": lines, "total": sum(line.value for line in lines), "form": form}
    return render(request, "orders/typed_order.html", context, status=422 if form.errors else 200)


def _keep_look(request: HttpRequest, purpose: str, orders: Iterable[int]) -> None:
    lines = OrderLine.objects.standing().filter(order__in=orders).values_list("order__shop", "contribution__producer").order_by()
    keep_look(request, purpose, line_sight_of(cast(User, request.user)), Counter(lines))


def _shops(request: HttpRequest) -> QuerySet[Shop]:
    """Shops whose orders come by hand: a platform's orders come by its file, and a typed one would make its day look complete."""
    return Shop.objects.for_intake(request.user).exclude(platform__in=PLATFORMS).order_by("name")


def _withheld(request: HttpRequest) -> QuerySet[Shop]:
    """Such shops in the office's reach whose owners do not share their orders with it."""
    shops = (
        Shop.objects.in_reach(request.user)
        .exclude(platform__in=PLATFORMS)
        .exclude(pk__in=Shop.objects.for_intake(request.user).values("pk"))
    )
    return shops.order_by("name")[:50]


def _products(request: HttpRequest, shop: Shop) -> QuerySet[Product]:
    """What the shop sells: its producer's products; of another owner's shop those that the user may see."""
    today = timezone.localdate()
    single = Product.objects.single().with_facts(today).order_by("name_vi")
    if shop.producer_id is not None:
        return single.filter(producer=shop.producer_id)
    return single.filter(pk__in=Product.objects.visible_to(request.user))
