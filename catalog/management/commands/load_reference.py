"""`manage.py load_reference`: places and OCOP groups, from the files that come with the portal."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from catalog.services import load_ocop_groups
from places.services import load_places


class Command(BaseCommand):
    """Loads what every installation needs; run after each migration, it changes only what the files changed."""

    help = "Load provinces, communes, their names before July 2025, and the OCOP groups and sets."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load both; at verbosity 0 without a word."""
        with transaction.atomic():
            counts = {**load_places(), **load_ocop_groups()}
        if options["verbosity"]:
            self.stdout.write(", ".join(f"{name} {count}" for name, count in counts.items()))
