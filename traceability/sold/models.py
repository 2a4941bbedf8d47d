"""Lots sold in livestreams."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalog.models import in_language
from traceability.lots.models import Lot


class LotSale(models.Model):
    """That packs of a lot were sold in a livestream. The livestream is told by its code and name: it lives on a floor above.

    `units`: how many packs, where that is known.
    """

    lot = models.ForeignKey(Lot, models.CASCADE, related_name="sales")
    session_code = models.CharField(max_length=40)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    sold_on = models.DateField()
    units = models.PositiveIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-sold_on", "session_code"]
        constraints = [
            models.UniqueConstraint(fields=["lot", "session_code"], name="lot_sale_once_a_session"),
            models.CheckConstraint(name="lot_sale_is_told", condition=~Q(session_code="") & ~Q(name_vi="")),
            models.CheckConstraint(name="lot_sale_is_of_something", condition=Q(units__isnull=True) | Q(units__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.lot}: {self.session_code}"

    @property
    def name(self) -> str:
        """The livestream's name in the reader's language."""
        return in_language(self.name_vi, self.name_en)
