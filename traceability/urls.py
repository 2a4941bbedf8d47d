"""Addresses of this floor's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from traceability.page import views as page

urlpatterns: list[URLPattern | URLResolver] = [
    path("trace/<path:key>", page.trace, name="trace"),
]
