"""Compare the figures with the ledger."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from orders.figures.verify import verify_figures


class Command(BaseCommand):
    """Exit code 1 and the differences' names, or 0."""

    help = "Compare figures + pending marks with the ledger; exit 1 on any difference."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """[--json]"""
        parser.add_argument("--json", action="store_true", help="one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints each difference: check, where, stored, expected."""
        verdict = verify_figures()
        if options["json"]:
            self.stdout.write(json.dumps(asdict(verdict), ensure_ascii=False))
        else:
            for found in verdict.differences:
                self.stdout.write(f"{found.check}: {found.where}\n  stored   {found.stored}\n  expected {found.expected}")
            self.stdout.write(
                f"{verdict.orders} orders, {verdict.pending} pending, snapshot {verdict.snapshot}: "
                + (f"{len(verdict.differences)} differences" if verdict.differences else "no difference")
            )
        if verdict.differences:
            sys.exit(1)
