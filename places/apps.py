"""Django's name for this floor."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Provinces, communes and the names they had before July 2025."""

    name = "places"
