"""Address of the page of data health."""

from __future__ import annotations

from django.urls import URLPattern, path

from dashboards.health import views

urlpatterns: list[URLPattern] = [path("data-health/", views.data_health, name="data_health")]
