"""Addresses of shipping partners."""

from __future__ import annotations

from django.urls import URLPattern

from dashboards.delivery.views import BOARD

urlpatterns: list[URLPattern] = BOARD.addresses
