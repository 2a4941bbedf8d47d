"""`manage.py check_translations`: fail where the portal would show a reader words of the other language."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ocop_portal.translation.checks import problems


class Command(BaseCommand):
    """Part of `make check`."""

    help = "Check that every message has good Vietnamese, that the catalogue is compiled, and that no template has words outside gettext."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Name every problem; exit 1 where there is one."""
        found = problems()
        for problem in found:
            self.stderr.write(problem)
        if found:
            raise CommandError(f"{len(found)} problem(s) with translations")
        self.stdout.write("translations are complete in Vietnamese and English")
