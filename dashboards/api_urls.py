"""Addresses of the API: without a language, under /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from dashboards import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("overview/", api.overview, name="api_overview"),
    path("schema/", api.schema, name="api_schema"),
]
