"""Pages of needs: a producer asks and sees what became of it; officials see what waits, the oldest first."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allowed
from accounts.models import User
from catalog.models import Producer, Product
from catalog.window.alphabet import Alphabetic, AlphabeticPlace
from livestreams.needs.forms import NeedFilter, NeedForm
from livestreams.needs.models import Need
from livestreams.needs.services import AlreadyAskedError, ask_need
from places.models import Commune

PER_PAGE = 50


@allowed("livestreams.ask_needs")
@require_safe
def my_needs(request: HttpRequest) -> HttpResponse:
    """A member's products, each a tap away from a wish, and what was wished for."""
    user = cast(User, request.user)
    products = Product.objects.kept_by(user).with_star(timezone.localdate()).select_related("producer")
    needs = Need.objects.kept_by(user).select_related("producer", "product").order_by("-asked_at", "-pk")
    own = list(Producer.objects.kept_by(user).order_by(Alphabetic("name"), "pk"))
    context = {
        "own": own,
        "products": products.order_by(Alphabetic("name_vi"), "pk"),
        "page": Paginator(needs, PER_PAGE).get_page(request.GET.get("page")),
        "today": timezone.localdate(),
    }
    return render(request, "livestreams/needs/mine.html", context)


@allowed("livestreams.ask_needs")
@require_http_methods(["GET", "HEAD", "POST"])
def need_new(request: HttpRequest) -> HttpResponse:
    """Wish and window on one screen, filled in with what most people mean; `?product=` and `?wish=` come from the first tap."""
    user = cast(User, request.user)
    form = NeedForm(request.POST if request.method == "POST" else None, user=user, initial=_initial(request, user))
    if request.method == "POST" and form.is_valid():
        try:
            need = ask_need(need=form.need, by=user)
        except AlreadyAskedError as error:
            messages.info(request, _("You have asked for this already. This is where it stands."))
            return redirect("need_detail", error.need.pk)
        messages.success(request, _("Sent. You will be told when there is an answer."))
        return redirect("need_detail", need.pk)
    days = {"window_from", "window_to", "quantity", "note"} & form.errors.keys() if form.is_bound else set()
    context = {"form": form, "open_days": bool(days)}
    return render(request, "livestreams/needs/new.html", context, status=422 if form.errors else 200)


def _initial(request: HttpRequest, user: User) -> dict[str, object]:
    """What the first tap said, as far as it is the member's to say."""
    found: dict[str, object] = {}
    product = Product.objects.kept_by(user).filter(code=_plain(request, "product")).first()
    if product is not None:
        found["product"] = product.pk
    producer = Producer.objects.kept_by(user).filter(code=_plain(request, "producer")).first()
    if producer is not None:
        found["producer"] = producer.pk
    if request.GET.get("wish") in Need.Wish.values:
        found["wish"] = request.GET["wish"]
    return found


def _plain(request: HttpRequest, name: str) -> str:
    # PostgreSQL takes no NUL.
    return request.GET.get(name, "").replace("\0", "")


@allowed("livestreams.view_plans")
@require_safe
def need_list(request: HttpRequest) -> HttpResponse:
    """Needs of the reader's territory: what waits longest stands first; filters in the address."""
    today = timezone.localdate()
    seen: QuerySet[Any] = Need.objects.visible_to(request.user).with_commune(today)
    communes = Commune.objects.filter(pk__in=seen.values("commune_code")).order_by(AlphabeticPlace("name"))
    form = NeedFilter(request.GET, communes=list(communes))
    needs = seen.filter(**form.lookups()).select_related("producer", "product").order_by("asked_at", "pk")
    # What is closed waits for nothing.
    oldest = None if form.cleaned_data.get("state") else needs.first()
    page = Paginator(needs, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "chips": _chips(request, form),
        "page": page,
        "rows": [(need, need.days_waiting(today)) for need in page],
        "by_wish": _by_wish(seen.filter(**form.lookups(without="wish")), request),
        "oldest": oldest.days_waiting(today) if oldest else None,
    }
    return render(request, "livestreams/needs/list.html", context)


def _by_wish(needs: QuerySet[Any], request: HttpRequest) -> list[tuple[str, str, int, str]]:
    """Each wish, in words, how many ask for it, and the address of these."""
    counts = dict(needs.order_by().values_list("wish").annotate(count=Count("pk")))
    return [(wish.value, str(wish.label), counts.get(wish.value, 0), _address(request, wish=wish.value)) for wish in Need.Wish]


def _chips(request: HttpRequest, form: forms.Form) -> list[tuple[str, str]]:
    """Each filter in force in words, with the address without it."""
    chips = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if value and isinstance(field, forms.ChoiceField):
            words = dict(cast(list[tuple[str, str]], field.choices))[value]
            chips.append((f"{field.label}: {words}", _address(request, **{name: ""})))
    return chips


def _address(request: HttpRequest, **changes: str) -> str:
    asked = {name: value for name, value in {**request.GET.dict(), "page": "", **changes}.items() if value}
    return f"?{urlencode(asked)}"
