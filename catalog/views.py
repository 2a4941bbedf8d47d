"""The public front page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.access import public
from catalog.front import front_page, highlights
from catalog.window.brand import brand_of
from catalog.window.cards import cards
from catalog.window.links import links_of


@public
def home(request: HttpRequest) -> HttpResponse:
    """The way into the catalogue: search, groups, the products with most stars, and how many hold one today."""
    today = timezone.localdate()
    front = front_page(today)
    context = {
        "front": front,
        "best": cards(highlights(today), today),
        "brand": brand_of(None),
        "links": links_of(request, "home"),
    }
    return render(request, "catalog/home.html", context)
