"""Addresses of lots and orders."""

from __future__ import annotations

from django.urls import URLPattern, path

from dashboards.lots import views

urlpatterns: list[URLPattern] = [
    path("lots/orders/", views.lot_orders, name="lot_orders"),
    path("order-lines/<int:pk>/lot/", views.line_lot, name="line_lot"),
]
