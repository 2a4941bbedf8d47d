"""Addresses of this floor's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from catalog import views
from catalog.registry import views as registry

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("registry/", registry.registry, name="registry"),
    path("registry/template.xlsx", registry.template, name="registry_template"),
    path("registry/<int:pk>/", registry.upload, name="registry_upload"),
    path("registry/<int:pk>/confirm/", registry.confirm, name="registry_confirm"),
    path("stars/", include("catalog.stars.urls")),
]
