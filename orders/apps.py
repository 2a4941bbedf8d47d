"""Django's name for this floor."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Shops, intake, the sales ledger, attribution and the figures."""

    name = "orders"
