"""Marks: the list of orders that the next fold reads."""

from __future__ import annotations

from django.db import models

from livestreams.models import Session
from orders.ledger.models import Order


class Mark(models.Model):
    """An order whose contribution may be stale. Always inserted, never updated; taken away by the fold that reads it."""

    class Reason(models.IntegerChoices):
        INTAKE = 1, "intake"
        FACT = 2, "fact corrected"
        MAPPING = 3, "mapping"
        SESSION = 4, "session moved"
        RULE = 5, "rule changed"

    # No constraint: an order with lines never goes, and a mark of none would be taken away by the next fold.
    order = models.ForeignKey(Order, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    reason = models.PositiveSmallIntegerField(choices=Reason.choices)

    def __str__(self) -> str:
        return f"{self.order_id} ({self.get_reason_display()})"


class Recount(models.Model):
    """Orders that were marked together because a session or a rule changed; gone once all of them were folded.

    Written by the triggers that insert the marks, in the same transaction: their marks have `reason` and ids from `first_mark` to
    `last_mark`, so those that are left can be counted. Without constraints: what it names may be taken away meanwhile.
    """

    session = models.ForeignKey(Session, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    rule = models.ForeignKey("AttributionRule", models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False)
    reason = models.PositiveSmallIntegerField(choices=Mark.Reason.choices)
    orders = models.PositiveIntegerField()
    first_mark = models.BigIntegerField()
    last_mark = models.BigIntegerField()
    begun_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.orders} since {self.begun_at}"
