"""The officials' page of sales channels."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import allowed
from accounts.scopes import scope_of
from catalog.floors.coverage import NOWHERE, coverage_of, sold_on
from catalog.keeping.owners import member
from catalog.models import LINKED, Platform, Product
from places.models import Commune, Province

PER_PAGE = 50


@allowed("catalog.view_floor_coverage")
@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """On which floors the territory's products are sold; below, the products of one floor (`?floor=`) or, at first, those on none."""
    user = member(request)
    products = Product.objects.visible_to(user).single()
    counted = coverage_of(products)
    asked = request.GET.get("floor", "")
    floor = asked if asked in LINKED else NOWHERE
    rows = sold_on(products, floor).select_related("producer").order_by("name_vi", "pk")
    scope = scope_of(user)
    context = {
        "coverage": counted,
        "most": max((row.products for row in counted.floors), default=0),
        "floor": None if floor == NOWHERE else Platform(floor),
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "province": Province.objects.filter(pk=scope.province).first() if scope else None,
        "commune": Commune.objects.filter(pk=scope.commune).first() if scope else None,
    }
    return render(request, "catalog/floor_coverage.html", context)
