"""Addresses that programs read: without a language."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from livestreams.calendar.feed_views import calendar_feed

urlpatterns: list[URLPattern | URLResolver] = [path("calendar/<str:token>.ics", calendar_feed, name="calendar_feed")]
