"""Addresses of the API: without a language, under /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from dashboards.api import boards, overview, reports
from dashboards.open_data import urls as open_data

urlpatterns: list[URLPattern | URLResolver] = [
    path("overview/", overview.overview, name="api_overview"),
    *(path(f"boards/{page.replace('_', '-')}/", view, name=f"api_{page}") for page, view in boards.VIEWS.items()),
    path("reports/", reports.report_list, name="api_reports"),
    path("reports/<int:pk>/", reports.report, name="api_report"),
    path("sessions/<code:code>/report/", reports.session_report, name="api_session_report"),
    path("", include(open_data.programs)),
    path("schema/", overview.schema, name="api_schema"),
]
