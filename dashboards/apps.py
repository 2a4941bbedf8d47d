"""Django's name for this floor."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """Every page that shows sales figures."""

    name = "dashboards"
