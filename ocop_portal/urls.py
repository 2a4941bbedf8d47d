"""Addresses: Vietnamese at `/…`, English at `/en/…`, the API and machine addresses without a language."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

import catalog.api_urls
import dashboards.open_data.urls
from accounts.messages.views import message_list
from ocop_portal.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    # What is printed on packs first: nothing is asked for so often, nor waited for so impatiently.
    path("", include("traceability.resolver_urls")),
    path("api/v1/", include("catalog.api_urls")),
    path("api/v1/", include("traceability.api_urls")),
    path("api/v1/", include("orders.api_urls")),
    path("api/v1/", include("dashboards.api_urls")),
    path("api/v1/", include(catalog.api_urls.last)),
    path("", include("catalog.machine_urls")),
    path("", include("livestreams.machine_urls")),
    path("", include(dashboards.open_data.urls.machines)),
    path("epcis/", include("traceability.epcis.rest.urls")),
]
urlpatterns += i18n_patterns(
    path("", include("catalog.urls")),
    path("", include("traceability.urls")),
    path("", include("livestreams.urls")),
    path("", include("orders.urls")),
    path("", include("dashboards.urls")),
    path("account/", include("accounts.urls")),
    path("messages/", message_list, name="message_list"),
    prefix_default_language=False,
)
