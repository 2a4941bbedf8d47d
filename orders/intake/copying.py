"""Bulk rows into staging: one COPY, in the order of STAGED_COLUMNS."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from orders.intake.models import StagedRow

STAGED_COLUMNS = (
    "run_id", "row", "number", "line_key", "sku_id", "seller_sku", "product_name", "variation", "state", "units", "gross",
    "seller_discount", "platform_discount", "cancelled_units", "returned_units", "delivered_units", "placed_at", "shipped_at",
    "delivered_at", "cancelled_at", "order_amount", "order_refund", "shipping_provider", "delivery_province", "delivery_commune",
)  # fmt: skip
PIECE = 1 << 20
"""Bytes handed to the server at a time."""


class _Texts(dict[object, str]):
    """Value → how COPY's text format writes it (NULL, tab, line end and backslash escaped), remembered: most values repeat."""

    AT_MOST = 50_000

    def __missing__(self, value: object) -> str:
        if len(self) > self.AT_MOST:
            self.clear()
        text = self[value] = "\\N" if value is None else _escaped(value) if isinstance(value, str) else str(value)
        return text

    def of(self, column: tuple[object, ...]) -> list[str]:
        """The texts of a column's values."""
        return list(map(self.__getitem__, column))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


# What hardly repeats is written quicker than looked for.


def _moments(column: tuple[Any, ...]) -> list[str]:
    """Times, or what the reading wrote of them."""
    return ["\\N" if moment is None else moment if type(moment) is str else moment.isoformat() for moment in column]


def _numbers(column: tuple[Any, ...]) -> list[str]:
    """Numbers of rows."""
    return list(map(str, column))


def _names(column: tuple[Any, ...]) -> Sequence[str]:
    """Order numbers: hardly a column of them has anything to escape."""
    text = "\t".join(column)
    plain = text.count("\t") < len(column) and not ("\\" in text or "\n" in text or "\r" in text)
    return column if plain else list(map(_escaped, column))


_UNLIKE = {"row": _numbers, "number": _names, **dict.fromkeys((name for name in STAGED_COLUMNS if name.endswith("_at")), _moments)}


class CopyTexts:
    """Tuples of STAGED_COLUMNS to what COPY's text format makes of them; None is NULL. One for each file: it remembers values."""

    def __init__(self) -> None:
        self._write = [_UNLIKE.get(name) or _Texts().of for name in STAGED_COLUMNS]

    def of(self, rows: Sequence[tuple[object, ...]]) -> bytes:
        """The rows' lines, each with its end."""
        if not rows:
            return b""
        columns = [write(column) for write, column in zip(self._write, zip(*rows, strict=True), strict=True)]
        return "\n".join([*map("\t".join, zip(*columns, strict=True)), ""]).encode()


class _CopyStream(io.RawIOBase):
    """What `COPY … FROM STDIN` reads: texts, taken as the server asks for them."""

    def __init__(self, texts: Iterator[bytes]) -> None:
        self._texts = texts
        self._left = memoryview(b"")

    def readable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes; empty at the end."""
        while not self._left:
            text = next(self._texts, None)
            if text is None:
                return b""
            self._left = memoryview(text)
        taken, self._left = self._left[:size], self._left[size:]
        return bytes(taken)


def copy_texts(texts: Iterator[bytes]) -> None:
    """COPY what CopyTexts made into staging, as one statement."""
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(
            f"COPY {StagedRow._meta.db_table} ({', '.join(STAGED_COLUMNS)}) FROM STDIN", _CopyStream(texts), size=PIECE
        )


def copy_rows(chunks: Iterator[list[tuple[object, ...]]]) -> None:
    """COPY tuples in the order of STAGED_COLUMNS into staging. None is NULL."""
    copy_texts(map(CopyTexts().of, chunks))
