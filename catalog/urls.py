"""Addresses of this floor's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from catalog import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
]
