"""Addresses of the catalogue's API: without a language, under /api/v1/; each ends in a slash."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from catalog.api import reading, writing

# A code is taken as it comes: what none can be is answered as any other that is not known.
urlpatterns: list[URLPattern | URLResolver] = [
    path("products/", reading.products, name="api_products"),
    path("products/<str:code>/", reading.product, name="api_product"),
    path("producers/", reading.producers, name="api_producers"),
    path("producers/<str:code>/", reading.producer, name="api_producer"),
    path("groups/", reading.groups, name="api_groups"),
    path("listings/", writing.listings, name="api_listings"),
    path("listings/<str:code>/", writing.listing, name="api_listing"),
    path("listings/<str:code>/submit/", writing.listing_submit, name="api_listing_submit"),
]
last: list[URLPattern | URLResolver] = [re_path(r"^(?P<path>(?s:.+))$", reading.nothing, name="api_nothing")]
"""To be included behind all other addresses of the API."""
