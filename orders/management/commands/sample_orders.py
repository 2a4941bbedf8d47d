"""`manage.py sample_orders --rows N --seed S --out FILE`: a made-up order file of TikTok Shop, or `--platform shopee`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orders.sampling import write_sample


class Command(BaseCommand):
    help = "Writes a made-up order file of TikTok Shop or Shopee with the quirks of real ones. The same arguments give the same file."
    requires_system_checks: list[str] = []  # touches no database

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rows", type=int, required=True, help="data rows; an order has about 1.35")
        parser.add_argument("--seed", type=int, required=True)
        parser.add_argument("--out", type=Path, required=True, metavar="FILE")
        parser.add_argument("--platform", choices=["tiktok", "shopee"], default="tiktok")
        parser.add_argument("--format", choices=["xlsx", "csv"], help="by default the file name's ending")
        parser.add_argument("--start", type=date.fromisoformat, metavar="YYYY-MM-DD", help="first day of the orders")
        parser.add_argument("--days", type=int, default=90, help="length of the period; by default 90 days before 1 November 2026")
        parser.add_argument("--language", choices=["vi", "en"], help="of the statuses; by default an even seed gives vi")

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        try:
            sample = write_sample(
                out,
                options["rows"],
                options["seed"],
                options["format"],
                platform=options["platform"],
                start=options["start"],
                days=options["days"],
                language=options["language"],
            )
        except (ValueError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{sample.rows} rows in {out}, as at {sample.observed_at:%d/%m/%Y %H:%M}")
