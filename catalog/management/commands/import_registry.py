"""`manage.py import_registry FILE`: check a registry file, and with --commit apply it."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.scopes import Scope
from catalog.registry.outcomes import State, counts
from catalog.registry.reading import read_registry
from catalog.registry.services import import_rows
from catalog.spreadsheets import UnreadableFileError
from places.models import Province


class Command(BaseCommand):
    """Good rows are applied and the others named; without --commit nothing is changed."""

    help = "Check an .xlsx file of OCOP products (template: the page /registry/), and with --commit apply it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """File, territory, whether to apply, and in which form to report."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--province", metavar="CODE", help="take in products of this province alone, such as 52")
        parser.add_argument("--commit", action="store_true", help="apply the good rows")
        parser.add_argument("--json", action="store_true", help="end with one line of JSON: created, updated, unchanged, rejected")

    def handle(self, *args: Any, **options: Any) -> None:
        """Report rejected rows on stderr and the counts on stdout."""
        path: Path = options["file"]
        province: str | None = options["province"]
        if province and not Province.objects.filter(pk=province).exists():
            raise CommandError(f"there is no province with the code {province}")
        try:
            outcomes = import_rows(rows=read_registry(path, path.name), scope=Scope(province=province), commit=options["commit"])
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except UnreadableFileError as error:
            raise CommandError(str(error)) from error
        for outcome in outcomes:
            for problem in outcome.problems:
                self.stderr.write(f"row {outcome.row}, {problem.title}: {problem.text}")
        found = counts(outcomes)
        if options["json"]:
            self.stdout.write(json.dumps(found))
            return
        self.stdout.write(", ".join(f"{found[state]} {state}" for state in State))
        if not options["commit"]:
            self.stdout.write("Nothing was changed; --commit applies the good rows.")
