"""Django's name for this floor."""

from django.apps import AppConfig
from django.urls import register_converter


class CatalogConfig(AppConfig):
    """Producers, products, their dated facts and star ratings."""

    name = "catalog"

    def ready(self) -> None:
        """Make codes and kinds of owners known to addresses."""
        from catalog.converters import CodeConverter, OwnerKindConverter

        register_converter(CodeConverter, "code")
        register_converter(OwnerKindConverter, "owner_kind")
