"""Writes the search documents anew: what they hold of dated facts (seat, set, price) changes with the day, without anybody's doing."""

from __future__ import annotations

from django.db import connection

from catalog.models import Product

_BATCH = 1000  # locks so many documents at once


def refresh_documents() -> int:
    """Write every product's document as of today in Vietnam; how many there are. Other changes are followed by triggers at once."""
    ids = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(ids), _BATCH):
        with connection.cursor() as cursor:
            cursor.execute("SELECT catalog_index_products(%s)", [ids[first : first + _BATCH]])
    return len(ids)
