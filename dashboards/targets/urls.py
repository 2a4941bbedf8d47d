"""Addresses of the year's targets."""

from __future__ import annotations

from django.urls import URLPattern, path

from dashboards.targets import views

urlpatterns: list[URLPattern] = [
    path("targets/", views.year_targets, name="year_targets"),
    path("targets.xlsx", views.year_targets_xlsx, name="year_targets_xlsx"),
    path("targets.csv", views.year_targets_csv, name="year_targets_csv"),
    path("targets/<int:pk>/take-back/", views.year_target_take_back, name="year_target_take_back"),
    path("targets/new/", views.year_target_new, name="year_target_new"),
]
