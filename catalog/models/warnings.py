"""What a product's page has to warn of, told by the floors above."""

from __future__ import annotations

from django.db import models

from catalog.models.products import Product


class ProductWarning(models.Model):
    """Lots of the product were recalled, the last time then; `path` is where that is told in full, in Vietnamese. It stays for ever."""

    product = models.OneToOneField(Product, models.CASCADE, related_name="warning")
    recalled_at = models.DateTimeField()
    path = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.product}: {self.recalled_at}"
