"""Addresses of this floor's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from catalog import views
from catalog.floors import views as floors
from catalog.history import views as history
from catalog.keeping import link_views, paper_views, photo_views
from catalog.listings import review_views as review
from catalog.listings import views as listings
from catalog.registry import views as registry
from catalog.stars.views import applications
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
    path("my/<owner_kind:kind>/<code:code>/photos/", photo_views.photos, name="kept_photos"),
    path("my/photos/<int:pk>/", photo_views.photo_change, name="photo_change"),
    path("my/photos/<int:pk>/move/", photo_views.photo_move, name="photo_move"),
    path("my/photos/<int:pk>/remove/", photo_views.photo_remove, name="photo_remove"),
    path("my/<owner_kind:kind>/<code:code>/papers/", paper_views.papers, name="kept_papers"),
    path("my/papers/<int:pk>/", paper_views.paper_change, name="paper_change"),
    path("my/papers/<int:pk>/remove/", paper_views.paper_remove, name="paper_remove"),
    path("papers/<int:pk>/file/", paper_views.paper_file, name="paper_file"),
    path("my/<owner_kind:kind>/<code:code>/links/", link_views.links, name="kept_links"),
    path("my/links/<int:pk>/", link_views.link_change, name="link_change"),
    path("my/links/<int:pk>/remove/", link_views.link_remove, name="link_remove"),
    path("sales-links/", floors.coverage, name="floor_coverage"),
    path("my/listings/", listings.my_listings, name="my_listings"),
    path("my/listings/new/", listings.listing_new, name="listing_new"),
    path("my/<owner_kind:kind>/<code:code>/", listings.listing, name="listing"),
    path("my/<owner_kind:kind>/<code:code>/steps/<slug:step>/", listings.listing_step, name="listing_step"),
    path("my/<owner_kind:kind>/<code:code>/submit/", listings.listing_submit, name="listing_submit"),
    path("my/<owner_kind:kind>/<code:code>/take-back/", listings.listing_take_back, name="listing_take_back"),
    path("my/<owner_kind:kind>/<code:code>/withdraw/", listings.listing_withdraw, name="listing_withdraw"),
    path("history/<owner_kind:kind>/<code:code>/", history.listing_history, name="listing_history"),
    path("review/", review.review_list, name="review_list"),
    path("review/<int:pk>/", review.review_revision, name="review_revision"),
    path("registry/", registry.registry, name="registry"),
    path("registry/template.xlsx", registry.template, name="registry_template"),
    path("registry/products.xlsx", registry.export, name="registry_export"),
    path("registry/<int:pk>/rejected.xlsx", registry.rejected, name="registry_rejected"),
    path("registry/<int:pk>/", registry.upload, name="registry_upload"),
    path("registry/<int:pk>/confirm/", registry.confirm, name="registry_confirm"),
    path("my/stars/", applications.my_stars, name="my_stars"),
    path("stars/", include("catalog.stars.urls")),
]
