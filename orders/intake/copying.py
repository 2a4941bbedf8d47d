"""Bulk rows into staging: one COPY, in the order of STAGED_COLUMNS."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from django.db import connection

from orders.intake.models import StagedRow

STAGED_COLUMNS = (
    "run_id", "row", "number", "line_key", "sku_id", "seller_sku", "product_name", "variation", "state", "units", "gross",
    "seller_discount", "platform_discount", "cancelled_units", "returned_units", "delivered_units", "placed_at", "shipped_at",
    "delivered_at", "cancelled_at", "order_amount", "order_refund", "shipping_provider", "delivery_province", "delivery_commune",
)  # fmt: skip


class CopyStream(io.RawIOBase):
    """What `COPY … FROM STDIN` reads: chunks of tuples as csv text, made as the server asks for them."""

    def __init__(self, chunks: Iterator[list[tuple[object, ...]]]) -> None:
        self._chunks = chunks
        self._left = memoryview(b"")

    def readable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes; empty at the end."""
        if not self._left:
            text = io.StringIO()
            for chunk in self._chunks:
                csv.writer(text, lineterminator="\n").writerows(chunk)
                if text.tell():
                    break
            self._left = memoryview(text.getvalue().encode())
        taken, self._left = self._left[:size], self._left[size:]
        return bytes(taken)


def copy_rows(chunks: Iterator[list[tuple[object, ...]]]) -> None:
    """COPY tuples in the order of STAGED_COLUMNS into staging. None is NULL; text is never NULL, empty at most."""
    text_columns = "line_key, sku_id, seller_sku, product_name, variation, shipping_provider"
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(
            f"COPY {StagedRow._meta.db_table} ({', '.join(STAGED_COLUMNS)}) FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL ({text_columns}))",
            CopyStream(chunks),
            size=1 << 18,
        )
