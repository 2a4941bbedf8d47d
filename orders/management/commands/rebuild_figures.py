"""Make the figures anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from orders.figures.verify import rebuild_figures


class Command(BaseCommand):
    """Contributions, attributions and figures from orders, ledger and facts."""

    help = "Make all figures anew from the ledger, in one transaction."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints how many orders were read."""
        self.stdout.write(f"{rebuild_figures()} orders read")
