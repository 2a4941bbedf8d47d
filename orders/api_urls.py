"""Addresses of this floor's API: without a language, under /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from orders.feeds import api as feeds

# A code is taken as it comes: one that no shop has is answered as a signature that is wrong.
urlpatterns: list[URLPattern | URLResolver] = [
    path("orders", feeds.send, name="api_orders"),
    path("orders/runs/<int:pk>", feeds.run, name="api_orders_run"),
    path("orders/webhook/<str:code>", feeds.webhook, name="api_orders_webhook"),
]
