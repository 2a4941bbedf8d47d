"""Addresses of recalled orders."""

from __future__ import annotations

from django.urls import URLPattern, path

from dashboards.recalls import views

urlpatterns: list[URLPattern] = [
    path("recalls/orders/", views.recall_tasks, name="recall_tasks"),
    path("recalls/<int:pk>/orders/<code:code>/", views.recall_shop, name="recall_shop"),
    path("recalls/<int:pk>/orders/<code:code>.csv", views.recall_shop_csv, name="recall_shop_csv"),
    path("recalls/orders/<int:pk>/reopen/", views.recall_task_reopen, name="recall_task_reopen"),
]
