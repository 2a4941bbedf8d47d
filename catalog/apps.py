"""Django's name for this floor."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Producers, products, their dated facts and star ratings."""

    name = "catalog"
