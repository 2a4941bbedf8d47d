"""The beginning of a spreadsheet whose columns nobody has explained yet: headers and some rows, in memory alone.

Nothing of it is stored or logged: it lives as long as the request that asks which column is what.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from orders.intake.mapping.words import fold, is_known
from orders.intake.reading.errors import EmptyFile, NoDataRows, NotASpreadsheet, OtherPlatform, UnreadableFile
from orders.intake.reading.platform import clean_header, plain
from orders.intake.reading.platforms import recognise
from orders.intake.reading.reader import open_source
from orders.intake.reading.source import Source
from orders.intake.reading.values import Cell

ROWS_LOOKED_AT = 200
MOST_COLUMNS = 200
LONGEST_HEADER = 100

_DATA = re.compile(r"\d{6}|@|\d[/.:-]\d\d?[/.:-]?\d|^[\d.,\s]*\d[\d.,\s₫đ]*$", re.IGNORECASE)


class NoHeaders(UnreadableFile):
    """The first rows are data: somebody's name may stand where a header should."""

    code = "no_headers"
    template = _("“%(file)s” has no row of column names. Write one above the orders and upload the file again.")


@dataclass(frozen=True)
class Table:
    """`headers` as they stand, "" where there is none (or none that could be remembered).

    `rows`: the first ones below, each with a `Cell` for each header.
    """

    headers: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    _source: Source
    _after: int

    def cells_of(self, index: int) -> list[Cell]:
        """The first cells of a column that are not empty."""
        return [row[index] for row in self.rows if row[index] not in (None, "")]

    @property
    def first_day(self) -> date:
        """Day 0 of the numbers by which a workbook counts days."""
        return self._source.first_day

    def words_of(self, header: str, *, most: int) -> list[str]:
        """Different words of a column of the whole file, as `plain` writes them, sorted; one more than `most` where they are too many."""
        index = self.headers.index(header)
        other = 0 if index else 1  # a source picks at least two columns
        found: set[str] = set()
        for block in self._source.blocks([index, other], width=len(self.headers), after=self._after):
            for raw in {row[0] for row in block.rows}:
                cell = self._source.decode(raw)
                if isinstance(cell, str) and (word := plain(cell.replace("\0", ""))):
                    found.add(word)
            if len(found) > most:
                break
        return sorted(found)[: most + 1]


def read_table(path: Path, *, file_name: str, expected: str) -> Table:
    """The table at `path`; `expected`: what the shop sells on, for messages.

    Raises an `UnreadableFile`: also for the file of a platform that we know, and where no row names columns.
    """
    source = open_source(path, file_name)
    head = [(number, [clean_header(text) for text in texts]) for number, texts in source.head()]
    if not head:
        raise EmptyFile(file_name)
    for _number, texts in head:
        if other := recognise(texts, expected=None):
            raise OtherPlatform(file_name, found=other, expected=expected)
    after, headers = max(head, key=lambda row: (sum(map(is_known, map(fold, row[1]))), len(list(filter(None, row[1]))), -row[0]))
    if not len(list(filter(None, headers))) >= 2 or len(headers) > MOST_COLUMNS:
        raise NotASpreadsheet(file_name)
    if any(_DATA.search(header) for header in headers):
        raise NoHeaders(file_name)
    names = tuple(header if len(header) <= LONGEST_HEADER and "\0" not in header else "" for header in headers)
    rows = list(islice(_rows(source, len(names), after), ROWS_LOOKED_AT))
    if not rows:
        raise NoDataRows(file_name)
    return Table(names, rows, source, after)


def _rows(source: Source, width: int, after: int) -> Iterator[tuple[Cell, ...]]:
    blocks = source.blocks(list(range(width)), width=width, after=after)
    for raws in chain.from_iterable(block.rows for block in blocks):
        cells = tuple(map(source.decode, raws))
        if any(cell not in (None, "") for cell in cells):
            yield cells
