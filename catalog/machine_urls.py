"""Addresses that are the same in every language."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, re_path

from catalog.media import serving

urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^pictures/(?P<digest>[0-9a-f]{64})\.webp$", serving.picture, name="picture"),
]
