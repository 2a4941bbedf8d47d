"""Addresses of this floor's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from orders.doubles.views import product_merge
from orders.intake import views as intake
from orders.shops import views as shops
from orders.shops.hands import shop_owner
from orders.shops.sessions import session_shops

urlpatterns: list[URLPattern | URLResolver] = [
    path("intake/", intake.intake_list, name="intake_list"),
    path("intake/new/", intake.intake_new, name="intake_new"),
    path("intake/<int:pk>/", intake.intake_run, name="intake_run"),
    path("intake/<int:pk>/progress/", intake.intake_progress, name="intake_progress"),
    path("intake/<int:pk>/confirm/", intake.intake_confirm, name="intake_confirm"),
    path("intake/<int:pk>/cancel/", intake.intake_cancel, name="intake_cancel"),
    path("intake/<int:pk>/rejected.csv", intake.intake_rejected, name="intake_rejected"),
    path("shops/", shops.shop_list, name="shop_list"),
    path("shops/new/", shops.shop_new, name="shop_new"),
    path("shops/<str:code>/", shops.shop_edit, name="shop_edit"),
    path("shops/<code:code>/owner/", shop_owner, name="shop_owner"),
    path("products/<code:code>/merge/", product_merge, name="product_merge"),
    path("sessions/<code:code>/shops/", session_shops, name="session_shops"),
    path("shops/<str:code>/products/", shops.shop_products, name="shop_products"),
    path("shops/<str:code>/products/map/", shops.shop_map, name="shop_map"),
]
