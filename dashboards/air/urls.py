"""Addresses of control rooms."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from dashboards.air import link_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("sessions/<code:code>/air/", views.control_room, name="control_room"),
    path("sessions/<code:code>/air/now/", views.control_now, name="control_now"),
    path("sessions/<code:code>/air/sales/", views.control_sales, name="control_sales"),
    path("sessions/<code:code>/air/sales.svg", views.control_sales_chart, name="control_sales_chart"),
    path("sessions/<code:code>/air/write/", views.control_write, name="control_write"),
    path("sessions/<code:code>/air/sync/", views.control_sync, name="control_sync"),
    path("sessions/<code:code>/air/links/", link_views.control_links, name="control_links"),
    path("sessions/<code:code>/air/links/<int:pk>/withdraw/", link_views.control_link_withdraw, name="control_link_withdraw"),
    path("sessions/<code:code>/wall/", views.control_wall, name="control_wall"),
    path("sessions/<code:code>/wall/now/", views.control_wall_now, name="control_wall_now"),
    path("air/<str:token>/", views.assistant_room, name="assistant_room"),
    path("air/<str:token>/now/", views.assistant_now, name="assistant_now"),
    path("air/<str:token>/sales/", views.assistant_sales, name="assistant_sales"),
    path("air/<str:token>/sales.svg", views.assistant_sales_chart, name="assistant_sales_chart"),
    path("air/<str:token>/write/", views.assistant_write, name="assistant_write"),
    path("air/<str:token>/sync/", views.assistant_sync, name="assistant_sync"),
]
