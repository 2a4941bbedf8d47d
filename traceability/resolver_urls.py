"""Addresses that are printed on packs, and the resolver's description: without a language, at the root of the host."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from traceability.resolver import views
from traceability.steps.views import step_photo

urlpatterns: list[URLPattern | URLResolver] = [
    path(".well-known/gs1resolver", views.description_file, name="gs1resolver"),
    re_path(r"^step-photos/(?P<digest>[0-9a-f]{64})\.webp$", step_photo, name="step_photo"),
    re_path(r"^t/(?P<code>[^/]+)/?$", views.resolve_code, name="resolve_code"),
    # Whatever begins like a Digital Link, so that a bad one is told why.
    re_path(r"^(?P<path>[0-9]{2,4}(?:/.*)?)$", views.resolve, name="resolve"),
]
