"""Numbers that products had once: they stand on packs that are still about."""

from __future__ import annotations

from django.db import models

from catalog.models.products import Product


class FormerGtin(models.Model):
    """A GTIN that a product had until the local day `until`, as its row held it; written by a trigger whenever it changes.

    The same number may be another product's today: where a digit had been mistyped.
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="former_gtins")
    gtin = models.CharField(max_length=14, db_index=True)
    until = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "gtin"], name="former_gtin_once")]

    def __str__(self) -> str:
        return f"{self.gtin} ({self.product})"
