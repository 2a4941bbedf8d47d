"""Addresses of the wall."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from dashboards.wall import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("overview/wall/", views.overview_wall, name="overview_wall"),
    path("overview/wall/now/", views.overview_wall_now, name="overview_wall_now"),
]
