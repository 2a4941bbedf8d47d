"""`manage.py make_messages`: bring the Vietnamese catalogue in step with the sources, and compile it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from ocop_portal.translation.catalogue import catalogue_path, update_catalogue
from ocop_portal.translation.checks import wanted_messages


class Command(BaseCommand):
    """Needs no GNU gettext."""

    help = "Collect messages from Python files and templates into locale/vi, keep what is translated, drop what is unused, compile."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the catalogue and say what came and went."""
        update = update_catalogue(catalogue_path(), wanted_messages())
        for mark, texts in (("+", update.added), ("-", update.dropped)):
            for text in texts:
                self.stdout.write(f"{mark} {text!r}")
        counts = f"{len(update.added)} added, {len(update.dropped)} dropped, {len(update.untranslated)} without Vietnamese"
        self.stdout.write(f"{update.total} messages, {counts}")
