"""`manage.py load_demo [--if-empty] [--reset [--yes-destroy]] [--sign-ins]`"""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from ocop_portal.demo.load import NoReferenceDataError, is_empty, load, was_interrupted
from ocop_portal.demo.people import ACCOUNTS, PASSWORD
from ocop_portal.demo.reset import empty_portal


class Command(BaseCommand):
    """Loads the demonstration. Its accounts have a password everybody knows, in development alone."""

    help = "Loads the demonstration: two provinces with products, stars, livestreams and orders."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What may be given."""
        parser.add_argument("--if-empty", action="store_true", help="do nothing where users or products exist")
        parser.add_argument(
            "--reset", action="store_true", help="empty the portal's own tables first: everything but reference data is lost"
        )
        parser.add_argument("--yes-destroy", action="store_true", help="allow --reset in production")
        parser.add_argument("--sign-ins", action="store_true", help="only print the demo accounts with their password")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what was asked."""
        if options["sign_ins"]:
            self._print_sign_ins()
            return
        if options["reset"] and settings.PRODUCTION and not options["yes_destroy"]:
            raise CommandError("OCOP_ENV is production: --reset would destroy what is there. --yes-destroy says that you mean it.")
        if options["reset"] or was_interrupted():
            empty_portal()
        elif options["if_empty"] and not is_empty():
            return
        elif not is_empty():
            raise CommandError("There are users or products already: --if-empty leaves them, --reset destroys them first.")
        began = time.monotonic()
        try:
            loaded = load(timezone.localdate(), with_passwords=not settings.PRODUCTION)
        except NoReferenceDataError as error:
            raise CommandError("Places and OCOP groups are missing: run manage.py load_reference first.") from error
        if options["verbosity"]:
            self.stdout.write(
                f"Demo: {loaded.products} products, {loaded.files} order files, {loaded.orders} orders in {time.monotonic() - began:.1f} s"
            )

    def _print_sign_ins(self) -> None:
        if settings.PRODUCTION:
            self.stdout.write("OCOP_ENV is production: nobody can sign in to demo accounts.")
            return
        there = set(User.objects.filter(is_demo=True).values_list("email", flat=True))
        for account in ACCOUNTS:
            if account.email in there:
                self.stdout.write(f"{account.email:<40} {PASSWORD}   {account.role}")
