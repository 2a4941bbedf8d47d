"""What is set against what, what somebody chose, and what has to be looked at anew."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from orders.ledger.models import OrderLine
from traceability.models import Lot


class LotStale(models.Model):
    """From `since` on, lines of the product are to be set against its lots anew. Always inserted; taken away by the worker that does it."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.product_id} from {self.since}"


class LotChoice(models.Model):
    """Somebody said from which lot a line was packed; as much of it as the lot has, the rest is set by the days."""

    line = models.OneToOneField(OrderLine, models.PROTECT, primary_key=True, related_name="lot_choice")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="choices", verbose_name=_("lot"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.line_id}: {self.lot_id}"


class LotAllocation(models.Model):
    """So many packs of a line are of that lot; without a lot: its product has lots, and none of them had these packs left.

    Written by `orders.lots.services` alone. A trigger holds that no lot is sold beyond what was made of it.
    """

    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="lot_allocations", db_index=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", db_index=False)
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="allocations")
    units = models.PositiveIntegerField()
    chosen = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "product", "lot"], name="lot_allocation_once", nulls_distinct=False),
            models.CheckConstraint(name="lot_allocation_of_something", condition=Q(units__gte=1)),
            models.CheckConstraint(name="nobody_chose_no_lot", condition=Q(lot__isnull=False) | Q(chosen=False)),
        ]
        indexes = [
            models.Index(fields=["product"], name="lot_allocation_product"),
            models.Index(fields=["product", "line"], name="lot_allocation_short", condition=Q(lot__isnull=True)),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="never_oversold",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="told"),  # type: ignore[no-untyped-call]
                func="""
                PERFORM 1 FROM traceability_lot lot
                WHERE lot.id IN (SELECT lot_id FROM told)
                    AND (SELECT sum(units) FROM orders_lotallocation a WHERE a.lot_id = lot.id) > coalesce(orders_lot_packs(lot), 0);
                IF FOUND THEN RAISE EXCEPTION 'a lot would be sold beyond what was made of it'; END IF;
                RETURN NULL;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.units} × {self.lot_id}"
