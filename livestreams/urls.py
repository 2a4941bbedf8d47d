"""Addresses of this floor's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from livestreams.analytics import views as analytics

urlpatterns: list[URLPattern | URLResolver] = [
    path("live-analytics/", analytics.live_files, name="live_files"),
    path("live-analytics/<int:pk>/", analytics.live_upload, name="live_upload"),
    path("live-analytics/<int:pk>/confirm/", analytics.live_confirm, name="live_confirm"),
]
