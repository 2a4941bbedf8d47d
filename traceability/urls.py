"""Addresses of this floor's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from traceability.lots import views as lots
from traceability.page import views as page
from traceability.resolver import extra_views as links
from traceability.steps import views as steps

urlpatterns: list[URLPattern | URLResolver] = [
    path("trace/<path:key>", page.trace, name="trace"),
    path("lots/", lots.lot_list, name="lot_list"),
    path("lots/new/", lots.lot_new, name="lot_new"),
    path("lots/<int:pk>/", lots.lot_detail, name="lot_detail"),
    path("lots/<int:pk>/close/", lots.lot_close, name="lot_close"),
    path("lots/<int:pk>/steps/<slug:kind>/", steps.step_new, name="step_new"),
    path("lots/steps/<int:pk>/wrong/", steps.step_wrong, name="step_wrong"),
    path("lots/links/<str:code>/", links.extra_links, name="extra_links"),
    path("lots/links/<str:code>/<int:pk>/remove/", links.extra_link_remove, name="extra_link_remove"),
]
