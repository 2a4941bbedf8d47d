"""Addresses of what works."""

from __future__ import annotations

from django.urls import URLPattern, path

from dashboards.what_works import views

urlpatterns: list[URLPattern] = [
    path("what-works/", views.what_works_board, name="what_works"),
    path("what-works.xlsx", views.what_works_xlsx, name="what_works_xlsx"),
    path("what-works/<slug:question>.svg", views.what_works_chart, name="what_works_chart"),
]
