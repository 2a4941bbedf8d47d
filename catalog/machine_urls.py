"""Addresses that are the same in every language."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from catalog.api import open_data
from catalog.media import serving
from catalog.window import maps

urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^pictures/(?P<digest>[0-9a-f]{64})\.webp$", serving.picture, name="picture"),
    path("open-data/catalogue.csv", open_data.catalogue_csv, name="open_data_csv"),
    path("open-data/catalogue.json", open_data.catalogue_json, name="open_data_json"),
    path("robots.txt", maps.robots, name="robots"),
    path("sitemap.xml", maps.sitemap, name="sitemap"),
    path("sitemap-<str:section>.xml", maps.sitemap_section, name="sitemap_section"),
]
