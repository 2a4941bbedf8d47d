"""Addresses of this floor's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from orders.agreements import views as agreements
from orders.attribution import views as attribution
from orders.doubles.views import product_merge
from orders.feeds import views as feeds
from orders.intake import views as intake
from orders.intake.history import intake_list, intake_stop
from orders.intake.mapping.views import shop_columns
from orders.intake.undoing import intake_undo
from orders.looks.views import look_list
from orders.shops import views as shops
from orders.shops.hands import shop_owner
from orders.shops.sessions import session_shops
from orders.typed import views as typed

urlpatterns: list[URLPattern | URLResolver] = [
    path("attribution/", attribution.rule_list, name="rule_list"),
    path("attribution/new/", attribution.rule_new, name="rule_new"),
    path("attribution/progress/", attribution.rule_progress, name="rule_progress"),
    path("intake/", intake_list, name="intake_list"),
    path("intake/new/", intake.intake_new, name="intake_new"),
    path("intake/<int:pk>/", intake.intake_run, name="intake_run"),
    path("intake/<int:pk>/progress/", intake.intake_progress, name="intake_progress"),
    path("intake/<int:pk>/confirm/", intake.intake_confirm, name="intake_confirm"),
    path("intake/<int:pk>/cancel/", intake.intake_cancel, name="intake_cancel"),
    path("intake/<int:pk>/stop/", intake_stop, name="intake_stop"),
    path("intake/<int:pk>/undo/", intake_undo, name="intake_undo"),
    path("intake/<int:pk>/rejected.csv", intake.intake_rejected, {"kind": "csv"}, name="intake_rejected_csv"),
    path("intake/<int:pk>/rejected.xlsx", intake.intake_rejected, {"kind": "xlsx"}, name="intake_rejected_xlsx"),
    path("orders/typed/", typed.typed_list, name="typed_list"),
    path("orders/typed/new/", typed.typed_new, name="typed_new"),
    path("orders/typed/<int:pk>/", typed.typed_order, name="typed_order"),
    path("shops/", shops.shop_list, name="shop_list"),
    path("shops/new/", shops.shop_new, name="shop_new"),
    path("shops/<code:code>/", shops.shop_edit, name="shop_edit"),
    path("shops/<code:code>/columns/", shop_columns, name="shop_columns"),
    path("shops/<code:code>/owner/", shop_owner, name="shop_owner"),
    path("sharing/", agreements.sharing_list, name="sharing_list"),
    path("sharing/<code:code>/", agreements.sharing, name="sharing"),
    path("sharing/papers/<int:pk>/", agreements.sharing_paper, name="sharing_paper"),
    path("looks/", look_list, name="look_list"),
    path("products/<code:code>/merge/", product_merge, name="product_merge"),
    path("sessions/<code:code>/shops/", session_shops, name="session_shops"),
    path("shops/<code:code>/keys/", feeds.shop_keys, name="shop_keys"),
    path("shops/<code:code>/keys/<int:pk>/replace/", feeds.shop_key_replace, name="shop_key_replace"),
    path("shops/<code:code>/keys/<int:pk>/revoke/", feeds.shop_key_revoke, name="shop_key_revoke"),
    path("shops/<code:code>/products/", shops.shop_products, name="shop_products"),
    path("shops/<code:code>/products/accept/", shops.shop_accept, name="shop_accept"),
    path("shops/<code:code>/products/map/", shops.shop_map, name="shop_map"),
]
