"""Reckons a period report's figures anew from the ledger as it was known at the report's reading."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboards.models import PeriodReport
from dashboards.reports.frozen import DamagedContentError
from dashboards.reports.periods.remaking import remake


class Command(BaseCommand):
    """`manage.py remake_report 12`: every figure twice, and whether they are equal to the đồng; fails where they are not."""

    help = "Compares a period report with the ledger as it was known at the report's reading"

    def add_arguments(self, parser: CommandParser) -> None:
        """The number of the report, as it stands in its address."""
        parser.add_argument("report", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints a line a figure."""
        report = PeriodReport.objects.filter(pk=options["report"]).first()
        if report is None:
            raise CommandError(f"there is no report {options['report']}")
        try:
            found = remake(report)
        except DamagedContentError:
            raise CommandError("what is kept of the report does not have its digest") from None
        for figure in found:
            sign = "=" if figure.is_equal else "≠"
            self.stdout.write(f"{figure.key}: {figure.kept if figure.kept is not None else '–'} {sign} {figure.again}")
        different = [figure.key for figure in found if not figure.is_equal]
        if different:
            facts = "a mapping, a seat, a session, a file that was undone"
            raise CommandError(f"different: {', '.join(different)}. A fact they rest on ({facts}) has changed since.")
        self.stdout.write("equal to the đồng")
