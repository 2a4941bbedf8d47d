"""Addresses of the year's targets."""

from __future__ import annotations

from django.urls import URLPattern, path

from dashboards.targets import views

urlpatterns: list[URLPattern] = [
    path("targets/", views.year_targets, name="year_targets"),
    path("targets/<int:pk>/take-back/", views.year_target_take_back, name="year_target_take_back"),
    path("targets/new/", views.year_target_new, name="year_target_new"),
]
