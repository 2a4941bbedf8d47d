"""Addresses of this floor's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from catalog import views
from catalog.registry import views as registry
from catalog.window import views as window

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("catalogue/", window.catalogue, name="catalogue"),
    path("catalogue/products/<code:code>/", window.product, name="catalogue_product"),
    path("catalogue/products/<code:code>/card/", window.card, name="catalogue_card"),
    path("catalogue/producers/<code:code>/", window.producer, name="catalogue_producer"),
    path("catalogue/communes/<code:code>/", window.commune, name="catalogue_commune"),
    path("catalogue/groups/<code:code>/", window.group, name="catalogue_group"),
    path("", include("catalog.members.urls")),
    path("registry/", registry.registry, name="registry"),
    path("registry/template.xlsx", registry.template, name="registry_template"),
    path("registry/products.xlsx", registry.export, name="registry_export"),
    path("registry/<int:pk>/rejected.xlsx", registry.rejected, name="registry_rejected"),
    path("registry/<int:pk>/", registry.upload, name="registry_upload"),
    path("registry/<int:pk>/confirm/", registry.confirm, name="registry_confirm"),
    path("stars/", include("catalog.stars.urls")),
]
