"""Addresses of this floor's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from traceability.epcis import views as events
from traceability.feedback import public_views as feedback_public
from traceability.feedback import views as feedback
from traceability.labels import views as labels
from traceability.lots import views as lots
from traceability.page import views as page
from traceability.passport import views as passports
from traceability.recalls import views as recalls
from traceability.resolver import extra_views as links
from traceability.scans import views as scans
from traceability.steps import views as steps

urlpatterns: list[URLPattern | URLResolver] = [
    path("trace/<path:key>", page.trace, name="trace"),
    path("lots/", lots.lot_list, name="lot_list"),
    path("lots/scans/", scans.scan_counts, name="scan_counts"),
    path("lots/scans/often/<str:serial>/clear/", scans.often_clear, name="often_clear"),
    path("lots/new/", lots.lot_new, name="lot_new"),
    path("lots/<int:pk>/", lots.lot_detail, name="lot_detail"),
    path("lots/<int:pk>/change/", lots.lot_change, name="lot_change"),
    path("lots/events/", events.event_list, name="event_list"),
    path("lots/events/<int:pk>/public/", events.event_public, name="event_public"),
    path("lots/<int:pk>/close/", lots.lot_close, name="lot_close"),
    path("lots/<int:pk>/steps/<slug:kind>/", steps.step_new, name="step_new"),
    path("lots/steps/<int:pk>/wrong/", steps.step_wrong, name="step_wrong"),
    path("passports/", passports.passport_list, name="passport_list"),
    path("passports/<code:code>/", passports.passport_producer, name="passport_producer"),
    path("passports/<code:code>/send/", passports.passport_send, name="passport_send"),
    path("passports/<code:code>.json", passports.passport_json, name="passport_json"),
    path("passports/<code:code>.csv", passports.passport_csv, name="passport_csv"),
    path("lots/links/<code:code>/", links.extra_links, name="extra_links"),
    path("lots/links/<code:code>/<int:pk>/remove/", links.extra_link_remove, name="extra_link_remove"),
    path("lots/<int:pk>/labels/", labels.lot_labels, name="lot_labels"),
    path("my/products/<code:code>/labels/", labels.product_labels, name="product_labels"),
    path("labels/<int:pk>/", labels.label_run, name="label_run"),
    path("labels/<int:pk>/progress/", labels.label_progress, name="label_progress"),
    path("labels/<int:pk>/cancel/", labels.label_cancel, name="label_cancel"),
    path("labels/<int:pk>/again/", labels.label_again, name="label_again"),
    path("labels/<int:pk>/void/", labels.label_void, name="label_void"),
    path("labels/<int:pk>/<int:first>/", labels.label_file, name="label_file"),
    path("labels/<int:pk>/codes.csv", labels.label_codes, name="label_codes"),
    path("feedback/", feedback_public.feedback_new, name="feedback_new"),
    path("feedback/ticket/<str:code>/", feedback_public.feedback_ticket, name="feedback_ticket"),
    path("feedback/inbox/", feedback.feedback_list, name="feedback_list"),
    path("feedback/inbox/<int:pk>/", feedback.feedback_detail, name="feedback_detail"),
    path("feedback/inbox/<int:pk>/photo/", feedback.feedback_photo, name="feedback_photo"),
    path("lots/<int:pk>/recall/", recalls.recall_new, name="recall_new"),
    path("recalls/", recalls.recall_list, name="recall_list"),
    path("recalls/<int:pk>/", recalls.recall_page, name="recall_page"),
    path("recalls/<int:pk>/end/", recalls.recall_end, name="recall_end"),
]
