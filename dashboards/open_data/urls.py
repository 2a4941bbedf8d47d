"""Addresses of open data: pages by language, files and API without one."""

from __future__ import annotations

from django.urls import URLPattern, path

from dashboards.open_data import api, views

urlpatterns: list[URLPattern] = [
    path("open-data/", views.open_data, name="open_data"),
    path("open-data/<str:code>/", views.open_data_province, name="open_data_province"),
]
machines: list[URLPattern] = [path("open-data/<str:code>/<str:table>.csv", views.open_data_table, name="open_data_table")]
programs: list[URLPattern] = [
    path("statistics/", api.provinces, name="api_statistics"),
    path("statistics/<str:code>/registry/", api.registry, name="api_statistics_registry"),
    path("statistics/<str:code>/livestreams/", api.livestreams, name="api_statistics_livestreams"),
    path("statistics/<str:code>/months/", api.months, name="api_statistics_months"),
    path("statistics/<str:code>/groups/", api.groups, name="api_statistics_groups"),
]
