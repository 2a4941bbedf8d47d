"""What the checker needs of an opened file, whatever its format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol

from .rejections import Rejection
from .values import Cell

HEAD_ROWS = 10
"""The headers are looked for in this many first rows."""


class Block(NamedTuple):
    """Some consecutive rows: their numbers, and of each the raw cells of the columns asked for, in that order.

    A raw cell is whatever the source reads fastest, hashable, equal only where the cell is; `Source.decode` makes a `Cell` of it. So a
    value that repeats is decoded and checked once. `rejected` are rows that could not even be taken apart.
    """

    numbers: Sequence[int]
    rows: Sequence[tuple[Any, ...]]
    rejected: Sequence[Rejection] = ()


class Source(Protocol):
    """An opened file."""

    row_limit: int
    first_day: date

    def head(self) -> list[tuple[int, list[str]]]:
        """The first rows that are not blank, as (row number, texts): to find the headers in."""
        ...

    def blocks(self, columns: Sequence[int], *, width: int, after: int) -> Iterator[Block]:
        """All rows below row `after`; of each the cells at `columns` (0 is the first). `width` is the number of headers."""
        ...

    def decode(self, raw: Any) -> Cell:
        """A raw cell's content."""
        ...
