"""The work list of stars: what ends when, what would be lost by a day, what was lost, which applications wait."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import allowed
from accounts.scopes import Scope
from catalog.models import Product, StarApplication
from catalog.stars.ending import AHEAD, Ending, by_month, by_stars, stars_gone_since, stars_lost_by
from catalog.stars.forms import XLSX, EndingForm
from catalog.stars.tables import endings_workbook
from catalog.stars.territory import followed_by
from catalog.stars.views.people import user_of

PER_PAGE = 50
GONE_FOR = timedelta(days=365)
_follows = allowed("catalog.follow_stars")
State = StarApplication.State


@_follows
@require_safe
def star_desk(request: HttpRequest) -> HttpResponse:
    """What an official of agriculture and environment, or of a commune, has to do about stars."""
    user, today = user_of(request), timezone.localdate()
    scope = followed_by(user)
    soon = stars_lost_by(today + timedelta(days=366), scope, today=today)
    form, endings = _chosen(request, scope, soon, today)
    waiting = State.SUBMITTED if scope.commune else State.FORWARDED
    applications = StarApplication.objects.visible_to(user).filter(product__in=_products(scope, today))
    months = by_month(soon, today=today)
    context = {
        "today": today,
        "form": form,
        "chips": _chips(request, form),
        "lost": by_stars(endings),
        "page": Paginator(endings, PER_PAGE).get_page(request.GET.get("page")),
        "held": _held(scope, today),
        "ahead": [(days, sum(ending.days_left <= days for ending in soon)) for days in sorted(AHEAD)],
        "months": months,
        "most": max(count for _first, count, _running in months),
        "gone": stars_gone_since(today - GONE_FOR, scope, today=today)[:PER_PAGE],
        "waiting": applications.filter(state=waiting).select_related("product__producer").order_by("submitted_at")[:PER_PAGE],
        "query": request.GET.urlencode(),
        "by": _by(form, today),
    }
    return render(request, "catalog/stars/desk.html", context)


@_follows
@require_safe
def star_desk_xlsx(request: HttpRequest) -> HttpResponse:
    """The list as it is narrowed, as .xlsx."""
    today = timezone.localdate()
    scope = followed_by(user_of(request))
    soon = stars_lost_by(today + timedelta(days=366), scope, today=today)
    _form, endings = _chosen(request, scope, soon, today)
    headers = {"Content-Disposition": f'attachment; filename="stars-ending-{today:%Y-%m-%d}.xlsx"'}
    return HttpResponse(endings_workbook(endings), content_type=XLSX, headers=headers)


def _products(scope: Scope, today: date) -> QuerySet[Product]:
    return Product.objects.within(scope, today)


def _held(scope: Scope, today: date) -> dict[str, int]:
    """How many products hold five, four and three stars today, and any."""
    starred: QuerySet[Any] = Product.objects.within(scope, today).single().with_star(today)
    found = dict(starred.filter(star__isnull=False).order_by().values_list("star").annotate(n=Count("pk")))
    return {"all": sum(found.values()), "five": found.get(5, 0), "four": found.get(4, 0), "three": found.get(3, 0)}


def _by(form: EndingForm, today: date) -> date:
    asked: date | None = form.cleaned_data.get("by") if form.is_valid() else None
    return asked or today + timedelta(days=max(AHEAD) + 1)


def _chosen(request: HttpRequest, scope: Scope, soon: list[Ending], today: date) -> tuple[EndingForm, list[Ending]]:
    """The filters, and the endings that they leave; with none, those within 180 days."""
    communes = sorted({ending.commune_code for ending in soon})
    form = EndingForm(request.GET or None, scope=scope, communes=communes, today=today)
    asked = form.cleaned_data if form.is_valid() else {}
    by = _by(form, today)
    rows = soon if by <= today + timedelta(days=366) else stars_lost_by(by, scope, today=today)
    commune = asked.get("commune")
    return form, [
        ending
        for ending in rows
        if ending.last_day < by
        and asked.get("star") in {None, ending.rating.stars}
        and (commune is None or ending.commune_code == commune.pk)
        and asked.get("state") in {None, "", "running" if ending.application else "none"}
    ]


def _chips(request: HttpRequest, form: EndingForm) -> list[tuple[str, str]]:
    """The filters in force, each with the address without it."""
    chips = []
    if form.is_valid():
        for name in form.fields:
            value = form.cleaned_data.get(name)
            if value in {None, ""}:
                continue
            kept = {other: given for other, given in request.GET.items() if other not in {name, "page"} and given}
            shown = f"{value:%d/%m/%Y}" if isinstance(value, date) else dict(getattr(form.fields[name], "choices", ())).get(value, value)
            chips.append((f"{form.fields[name].label}: {shown}", f"{reverse('star_desk')}?{urlencode(kept)}"))
    return chips
