"""Addresses of what is sent by e-mail."""

from __future__ import annotations

from django.urls import URLPattern, path

from dashboards.mailing import views

urlpatterns: list[URLPattern] = [
    path("mailings/", views.mailing_list, name="mailing_list"),
    path("mailings/new/", views.mailing_new, name="mailing_new"),
    path("mailings/<int:pk>/", views.mailing_detail, name="mailing_detail"),
    path("mailings/<int:pk>/edit/", views.mailing_edit, name="mailing_edit"),
    path("mailings/<int:pk>/step/", views.mailing_step, name="mailing_step"),
    path("mailings/sendings/<int:pk>/again/", views.mailing_again, name="mailing_again"),
]
