"""Addresses of the pages of stars."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from catalog.stars.views import applications, decisions, desk, history

urlpatterns: list[URLPattern | URLResolver] = [
    path("", desk.star_desk, name="star_desk"),
    path("ending.xlsx", desk.star_desk_xlsx, name="star_desk_xlsx"),
    path("decisions/", decisions.decision_list, name="decision_list"),
    path("decisions/new/<slug:kind>/", decisions.decision_new, name="decision_new"),
    path("decisions/<int:pk>/", decisions.decision_detail, name="decision_detail"),
    path("decisions/<int:pk>/document/", decisions.decision_document, name="decision_document"),
    path("applications/", applications.application_list, name="application_list"),
    path("applications/new/<code:code>/", applications.application_new, name="application_new"),
    path("applications/<int:pk>/", applications.application_detail, name="application_detail"),
    path("applications/<int:pk>/papers/<slug:item>/", applications.application_paper, name="application_paper"),
    path("products/<code:code>/", history.product_stars, name="product_stars"),
    path("ratings/<int:pk>/certificate/", history.certificate, name="star_certificate"),
    path("ratings/<int:pk>/certificate/new/", history.certificate_new, name="star_certificate_new"),
]
