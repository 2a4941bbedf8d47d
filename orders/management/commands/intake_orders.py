"""Take in an order file of a platform."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.waking import wake
from orders.intake.models import IntakeRun
from orders.intake.reading import UnreadableFile
from orders.intake.services import IntakeFailedError, take_in_file
from orders.intake.staging import ExportedInFutureError
from orders.leases.work import StoppedError
from orders.shops.models import Shop
from orders.tasks import fold_figures

SHOWN = 20


class Command(BaseCommand):
    """Reads FILE for a shop; counts what it would change, and with --commit changes it."""

    help = "Take in an order file. Without --commit it only counts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE --shop CODE [--exported-at ISO] [--commit] [--json]"""
        parser.add_argument("file", type=Path)
        parser.add_argument("--shop", required=True, help="the shop's code")
        parser.add_argument("--exported-at", help="ISO time of the export where the file's name has none; default now")
        parser.add_argument("--commit", action="store_true", help="change the ledger; else nothing is kept")
        parser.add_argument("--json", action="store_true", help="one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError with a sentence for the file, the shop or the time."""
        began = time.perf_counter()
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"{path}: no such file")
        shop = Shop.objects.filter(code=options["shop"]).first()
        if shop is None:
            raise CommandError(
                f"no shop has the code {options['shop']!r}; known: {', '.join(Shop.objects.values_list('code', flat=True)[:20])}"
            )
        try:
            run = take_in_file(
                path=path,
                shop=shop,
                file_name=path.name,
                exported_at=_moment(options["exported_at"]),
                commit=options["commit"],
            )
        except (UnreadableFile, IntakeFailedError) as error:
            raise CommandError(str(error)) from error
        except StoppedError as error:
            raise CommandError(f"{path.name}: somebody stopped it; nothing is kept") from error
        except ExportedInFutureError as error:
            raise CommandError(f"{path.name}: exported at {error}, which is in the future") from error
        if options["commit"]:
            wake(fold_figures)
        self._report(run, committed=options["commit"], seconds=time.perf_counter() - began, as_json=options["json"])

    def _report(self, run: IntakeRun, *, committed: bool, seconds: float, as_json: bool) -> None:
        for row in run.rejected_rows.all()[:SHOWN]:
            self.stderr.write(f"{run.file_name}, row {row.row}, {row.column or '-'}: {row.message}")
        names = ("rows", "orders_new", "orders_changed", "lines_new", "lines_changed", "unchanged", "rejected")
        counts = {name: getattr(run, name) for name in names}
        if as_json:
            self.stdout.write(json.dumps({**counts, "seconds": round(seconds, 3)}))
            return
        self.stdout.write(", ".join(f"{name.replace('_', ' ')} {value}" for name, value in counts.items()))
        if run.unmapped:
            self.stdout.write(f"{run.unmapped} lines are of SKUs no product is known for: kept, counted as unmapped")
        self.stdout.write("taken in" if committed else "nothing changed (give --commit to take it in)")


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"--exported-at {text!r} is not an ISO time like 2026-04-05T09:31") from error
    return found if timezone.is_aware(found) else timezone.make_aware(found)
