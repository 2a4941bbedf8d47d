"""Addresses of this floor's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from dashboards.views import claims, communes, hosts, lines, my, orders, overview, producers, products, session_report, sessions, style

urlpatterns: list[URLPattern | URLResolver] = [
    path("start/", overview.start, name="start"),
    path("overview/", overview.overview, name="overview"),
    path("overview.xlsx", overview.overview_xlsx, name="overview_xlsx"),
    path("charts/<str:name>.svg", overview.chart, name="chart"),
    path("sessions/", sessions.session_list, name="session_list"),
    path("sessions.xlsx", sessions.session_list_xlsx, name="session_list_xlsx"),
    path("sessions/<code:code>/", sessions.session_detail, name="session_detail"),
    path("sessions/<code:code>/chart.svg", sessions.session_chart, name="session_chart"),
    path("sessions/<code:code>/report/", session_report.session_report_page, name="session_report"),
    path("sessions/<code:code>/report.svg", session_report.session_report_chart, name="session_report_chart"),
    path("sessions/<code:code>/report.xlsx", session_report.session_report_xlsx, name="session_report_xlsx"),
    path("sessions/<code:code>/report.docx", session_report.session_report_docx, name="session_report_docx"),
    path("sessions/<code:code>/report.pdf", session_report.session_report_pdf, name="session_report_pdf"),
    path("products/", products.product_list, name="product_list"),
    path("products.xlsx", products.product_list_xlsx, name="product_list_xlsx"),
    path("products/<code:code>/", products.product_detail, name="product_detail"),
    path("products/<code:code>/chart.svg", products.product_chart, name="product_chart"),
    path("producers/", producers.producer_list, name="producer_list"),
    path("producers.xlsx", producers.producer_list_xlsx, name="producer_list_xlsx"),
    path("producers/<code:code>/", producers.producer_detail, name="producer_detail"),
    path("producers/<code:code>/chart.svg", producers.producer_chart, name="producer_chart"),
    path("hosts/", hosts.host_list, name="host_list"),
    path("hosts.xlsx", hosts.host_list_xlsx, name="host_list_xlsx"),
    path("communes/", communes.commune_list, name="commune_list"),
    path("communes.xlsx", communes.commune_list_xlsx, name="commune_list_xlsx"),
    path("claims/", claims.claim_list, name="claim_list"),
    path("my/", my.my_sales, name="my_sales"),
    path("order-lines/", lines.line_list, name="line_list"),
    path("order-lines.xlsx", lines.line_list_xlsx, name="line_list_xlsx"),
    path("order-lines.csv", lines.line_list_csv, name="line_list_csv"),
    path("orders/<int:pk>/", orders.order_detail, name="order_detail"),
    path("style/", style.style, name="style"),
    path("style/<str:name>.svg", style.style_chart, name="style_chart"),
]
