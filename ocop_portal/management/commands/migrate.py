"""`manage.py migrate`: Django's own, that makes all tables from nothing in less than half the time."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate

from ocop_portal.migrating import quick_from_nothing


class Command(migrate.Command):
    """The same arguments and words; see `ocop_portal.migrating`."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring the tables up to date."""
        with quick_from_nothing():
            super().handle(*args, **options)
