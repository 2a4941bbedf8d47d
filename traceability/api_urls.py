"""Addresses of this floor's API: without a language, under /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from traceability.recalls import api as recalls

urlpatterns: list[URLPattern | URLResolver] = [
    path("recalls/", recalls.recalls, name="api_recalls"),
    path("recalls/<int:number>/", recalls.recall, name="api_recall"),
]
