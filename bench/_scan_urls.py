"""The portal's addresses, and that of an empty view."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from accounts.access import public
from ocop_portal.urls import urlpatterns as portal


@public
def empty(request: HttpRequest) -> HttpResponse:
    """Nothing at all."""
    return HttpResponse()


urlpatterns = [path("empty", empty), *portal]
