"""Marks: the list of orders that the next fold reads."""

from __future__ import annotations

from django.db import models

from orders.ledger.models import Order


class Mark(models.Model):
    """An order whose contribution may be stale. Always inserted, never updated; taken away by the fold that reads it."""

    class Reason(models.IntegerChoices):
        INTAKE = 1, "intake"
        FACT = 2, "fact corrected"
        MAPPING = 3, "mapping"
        SESSION = 4, "session moved"
        RULE = 5, "rule changed"

    order = models.ForeignKey(Order, models.PROTECT, related_name="+", db_index=False)
    reason = models.PositiveSmallIntegerField(choices=Reason.choices)

    def __str__(self) -> str:
        return f"{self.order_id} ({self.get_reason_display()})"
