"""Addresses of this floor's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from livestreams.analytics import views as analytics
from livestreams.calendar import feed_views
from livestreams.calendar import views as calendar
from livestreams.events import views as events
from livestreams.needs import views as needs
from livestreams.partners import views as partners
from livestreams.people.views import erasing, guests, hosts
from livestreams.programmes import views as programmes
from livestreams.sessions import answer_views as answers
from livestreams.sessions import plan_views as plans
from livestreams.sessions import slot_views as slots
from livestreams.sessions import views as sessions
from livestreams.training import views as training

urlpatterns: list[URLPattern | URLResolver] = [
    path("needs/", needs.need_list, name="need_list"),
    path("needs/mine/", needs.my_needs, name="my_needs"),
    path("needs/new/", needs.need_new, name="need_new"),
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
    path("people/hosts/", hosts.host_register, name="host_register"),
    path("people/hosts/new/", hosts.host_new, name="host_new"),
    path("people/hosts/<code:code>/", hosts.host_page, name="host_page"),
    path("people/hosts/<code:code>/edit/", hosts.host_edit, name="host_edit"),
    path("people/hosts/<code:code>/erase/", erasing.host_erase, name="host_erase"),
    path("people/guests/", guests.guest_register, name="guest_register"),
    path("people/guests/new/", guests.guest_new, name="guest_new"),
    path("people/guests/<code:code>/", guests.guest_page, name="guest_page"),
    path("people/guests/<code:code>/edit/", guests.guest_edit, name="guest_edit"),
    path("people/guests/<code:code>/erase/", erasing.guest_erase, name="guest_erase"),
    path("people/partners/", partners.partner_list, name="partner_list"),
    path("people/partners/new/", partners.partner_new, name="partner_new"),
    path("people/partners/<code:code>/", partners.partner_edit, name="partner_edit"),
    path("programmes/new/", programmes.programme_new, name="programme_new"),
    path("programmes/<code:code>/change/", programmes.programme_change, name="programme_change"),
    path("events/new/", events.event_new, name="event_new"),
    path("events/<code:code>/change/", events.event_change, name="event_change"),
    path("events/<code:code>/cancel/", events.event_cancel, name="event_cancel"),
    path("training/new/", training.course_new, name="course_new"),
    path("training/<code:code>/", training.course_detail, name="course_detail"),
    path("training/<code:code>/change/", training.course_change, name="course_change"),
    path("training/<code:code>/cancel/", training.course_cancel, name="course_cancel"),
    path("training/<code:code>/attendance/<int:pk>/remove/", training.attendance_remove, name="attendance_remove"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/feeds/", feed_views.feed_links, name="feed_links"),
    path("calendar/feeds/<int:pk>/revoke/", feed_views.feed_revoke, name="feed_revoke"),
]
