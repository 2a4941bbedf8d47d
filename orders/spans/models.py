"""Stretches of days of which a shop's orders tell."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from orders.shops.models import Shop


class ShopSpan(models.Model):
    """From the day of one order of the shop to that of another one, without more than `orders.spans.rule.QUIET` between two of them.

    Made of what its runs showed, in the transaction that takes a run in or undoes it. A shop has a row for each time it was quiet for
    so long, and one more: few, however many orders it has.
    """

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="spans", db_index=False)
    first = models.DateField()
    last = models.DateField()
    told_to = models.DateField(help_text="the last day of which a file (or batch) tells that showed one of these orders")

    class Meta:
        ordering = ["shop", "first"]
        constraints = [
            models.UniqueConstraint(fields=["shop", "first"], name="one_span_from_a_day"),
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="span_has_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.first} – {self.last}"
