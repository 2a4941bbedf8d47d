"""Addresses of data health: page and files."""

from __future__ import annotations

from django.urls import URLPattern, path

from dashboards.health import views

urlpatterns: list[URLPattern] = [
    path("data-health/", views.data_health, name="data_health"),
    path("data-health.xlsx", views.data_health_xlsx, name="data_health_xlsx"),
    path("data-health.csv", views.data_health_csv, name="data_health_csv"),
]
