"""`manage.py withdraw_month 52 2025-05 --reason "…"`"""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dashboards.open_data.publishing import MonthNotPublishedError, withdraw_month


class Command(BaseCommand):
    """For whoever keeps the portal: a published month is changed by nobody."""

    help = "Takes a published month of the open data back for good, because it proved wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which month, and why."""
        parser.add_argument("province", help="code, such as 52")
        parser.add_argument("month", help="YYYY-MM")
        parser.add_argument("--reason", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Withdraw it."""
        try:
            month = date.fromisoformat(f"{options['month']}-01")
        except ValueError:
            raise CommandError(f"{options['month']} is no month: write it as 2025-05.") from None
        if not options["reason"].strip():
            raise CommandError("Say why by --reason.")
        try:
            withdraw_month(province=options["province"], month=month, reason=options["reason"].strip()[:300], at=timezone.now())
        except MonthNotPublishedError:
            raise CommandError(f"No such month is published of province {options['province']}: {options['month']}.") from None
