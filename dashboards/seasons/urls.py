"""Addresses of the seasons."""

from __future__ import annotations

from django.urls import URLPattern, path

from dashboards.seasons import views

urlpatterns: list[URLPattern] = [
    path("seasons/", views.seasons, name="seasons"),
    path("seasons.xlsx", views.seasons_xlsx, name="seasons_xlsx"),
    path("seasons/harvests.xlsx", views.harvests_xlsx, name="harvests_xlsx"),
    path("seasons/weeks.svg", views.season_weeks_chart, name="season_weeks_chart"),
    path("seasons/days.svg", views.season_days_chart, name="season_days_chart"),
]
