"""The public front page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.access import public
from catalog.front import front_page


@public
def home(request: HttpRequest) -> HttpResponse:
    """What the portal is, and how many products hold a star today."""
    front = front_page(timezone.localdate())
    most = max((group.total for group in front.groups), default=0)
    return render(request, "catalog/home.html", {"front": front, "most": most})
