"""Addresses of scans and feedback."""

from __future__ import annotations

from django.urls import URLPattern

from dashboards.scanned.views import BOARD

urlpatterns: list[URLPattern] = BOARD.addresses
