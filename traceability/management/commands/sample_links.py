"""Prints three paths that resolve: of a product with a GTIN, of a lot of it, of a unit of that lot; a line each."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from traceability.codes.paths import code_path, gtin14, lot_path, product_path
from traceability.models import UnitCode


class Command(BaseCommand):
    """Takes the first unit, of the demo where there is one, whose pack is in date and whose code is not void."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Print them. Fails where no code of a product with a GTIN was issued yet."""
        codes = (
            UnitCode.objects.filter(voided_at=None, lot__product__gtin__isnull=False)
            .exclude(lot__best_before__lt=timezone.localdate())
            .select_related("lot__product")
            .order_by("-lot__is_demo", "pk")
        )
        code = next((code for code in codes[:1000] if gtin14(code.lot.product)), None)
        if code is None:
            raise CommandError("No code of a product with a GTIN has been issued: load the demo (manage.py load_demo) or issue one.")
        for path in (product_path(code.lot.product), lot_path(code.lot), code_path(code)):
            self.stdout.write(path)
