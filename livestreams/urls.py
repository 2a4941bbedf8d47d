"""Addresses of this floor's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from livestreams.analytics import views as analytics
from livestreams.sessions import answer_views as answers
from livestreams.sessions import plan_views as plans
from livestreams.sessions import slot_views as slots
from livestreams.sessions import views as sessions

urlpatterns: list[URLPattern | URLResolver] = [
    path("plans/", sessions.plan_list, name="plan_list"),
    path("plans/new/", sessions.session_new, name="session_new"),
    path("plans/<code:code>/", plans.session_plan, name="session_plan"),
    path("plans/<code:code>/edit/", sessions.session_edit, name="session_edit"),
    path("plans/<code:code>/cancel/", sessions.session_cancel, name="session_cancel"),
    path("plans/<code:code>/print/", plans.session_print, name="session_print"),
    path("plans/<code:code>/slots/", plans.slot_add, name="slot_add"),
    path("plans/<code:code>/slots/copy/", plans.slots_copy, name="slots_copy"),
    path("plans/<code:code>/slots/ask/", plans.slots_ask, name="slots_ask"),
    path("slots/<int:pk>/", slots.slot_edit, name="slot_edit"),
    path("slots/<int:pk>/move/", plans.slot_move, name="slot_move"),
    path("slots/<int:pk>/minutes/", plans.slot_minutes, name="slot_minutes"),
    path("slots/<int:pk>/remove/", plans.slot_remove, name="slot_remove"),
    path("my/slots/", answers.my_slots, name="my_slots"),
    path("my/slots/<int:pk>/answer/", answers.slot_answer, name="slot_answer"),
    path("live-analytics/", analytics.live_files, name="live_files"),
    path("live-analytics/<int:pk>/", analytics.live_upload, name="live_upload"),
    path("live-analytics/<int:pk>/confirm/", analytics.live_confirm, name="live_confirm"),
]
