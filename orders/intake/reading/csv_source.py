"""Rows of a csv file, as a stream.

UTF-8 with or without BOM, or UTF-16 with one; separated by comma, semicolon or tab. Text is taken in blocks that the csv module parses
whole; only where it stumbles is the block gone through record by record, so that a stray quotation mark costs its own row and no other.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import Any

from .errors import DamagedFile, EmptyFile, NotASpreadsheet, UnknownEncoding
from .rejections import Rejection
from .source import HEAD_ROWS, Block
from .values import Cell

ROW_LIMIT = 1_000_000
BLOCK_CHARACTERS = 1 << 16
LONGEST_RECORD = 4 << 20
"""A record of more characters than this is none: not a csv file, or a quotation mark that swallows the rest."""
DELIMITERS = ",;\t"


class CsvSource:
    """See `Source`. Raw cells are strings."""

    row_limit = ROW_LIMIT
    first_day = date(1899, 12, 30)

    def __init__(self, path: Path, file_name: str) -> None:
        self.path = path
        self.file_name = file_name
        with path.open("rb") as stream:
            start = stream.read(4096)
        self.encoding = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        if self.encoding == "utf-8-sig" and (b"\0" in start.split(b"\n")[0] or start.count(0) > len(start) // 100):
            raise NotASpreadsheet(file_name)  # a stray NUL costs its row, many are no text
        self._check_line_lengths()
        lines = [line for line in next(self._lines(), []) if not line.isspace()][:HEAD_ROWS]
        if not lines:
            raise EmptyFile(file_name)
        if lines[0].lstrip()[0] in "<{%":
            raise NotASpreadsheet(file_name)  # HTML, JSON or PDF under another name
        # No header holds a delimiter, so in the header line, wherever it is, the right one is the most frequent.
        self.delimiter = max(DELIMITERS, key=lambda mark: max(line.count(mark) for line in lines))

    def head(self) -> list[tuple[int, list[str]]]:
        lines: list[str] = []
        rows: list[tuple[int, list[str]]] = []
        for block in self._lines():
            lines += block
            records = self._parse_slowly(lines, None, last=False)[0]
            rows = [(number, record) for number, record in enumerate(records, 1) if record and any(record)]
            if len(rows) >= HEAD_ROWS:
                break
        return rows[:HEAD_ROWS]

    def decode(self, raw: str) -> Cell:
        return raw

    def blocks(self, columns: Sequence[int], *, width: int, after: int) -> Iterator[Block]:
        pick = itemgetter(*columns)
        number = 1
        rest: list[str] = []
        for new_lines in self._lines():
            lines = rest + new_lines if rest else new_lines
            rows = self._pick_rows(lines, pick, width)
            if rows is None:
                records, rest = self._parse_slowly(lines, width, last=False)
                block = _uneven(records, number, pick, width)
                number += len(records)
            else:
                rest = []
                block = Block(range(number, number + len(rows)), rows)
                number += len(rows)
            yield block if block.numbers and block.numbers[0] > after else _below(block, after)
        if rest:
            yield _below(_uneven(self._parse_slowly(rest, width, last=True)[0], number, pick, width), after)

    def _pick_rows(self, lines: list[str], pick: itemgetter[Any], width: int) -> list[Any] | None:
        """The picked cells of the records in `lines`; None where there is anything about them that needs a closer look."""
        rows: list[Any] = []
        taken = 0
        try:
            reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
            for record in reader:
                # Picked at once, so that the other fields are gone before they leave the processor's cache.
                rows.append(pick(record))
                if len(record) != width or (reader.line_num != taken + 1 and self._swallows(record, width)):
                    return None
                taken = reader.line_num
        except (csv.Error, IndexError):
            return None
        return rows

    def _swallows(self, record: list[str], width: int | None) -> bool:
        """Whether a record of several lines is none: a quotation mark out of place holds the rows below it in a field."""
        if width is None:
            return False
        return len(record) != width or any("\n" in field and field.count(self.delimiter) >= width - 1 for field in record)

    def _parse_slowly(self, lines: list[str], width: int | None, *, last: bool) -> tuple[list[Any], list[str]]:
        """Record by record. After a record that fails, reading goes on at the line below its first one."""
        records: list[Any] = []
        start = 0
        while start < len(lines):
            position = start

            def feed() -> Iterator[str]:
                nonlocal position
                while position < len(lines):
                    position += 1
                    yield lines[position - 1]

            try:
                for record in csv.reader(feed(), delimiter=self.delimiter, strict=True):
                    if position - start > 1 and self._swallows(record, width):
                        raise csv.Error("swallowed")
                    records.append(record)
                    start = position
            except csv.Error:
                may_go_on = position == len(lines) and not last
                if may_go_on and sum(map(len, lines[start:])) < LONGEST_RECORD:
                    return records, lines[start:]
                records.append(None)
                start += 1
        return records, []

    def _lines(self) -> Iterator[list[str]]:
        """Lines with their ends, in blocks."""
        read = 0
        try:
            # newline=None makes every kind of line end "\n".
            with self.path.open(encoding=self.encoding, newline=None) as stream:
                # A small block stays in the processor's cache until its fields are picked.
                while lines := stream.readlines(BLOCK_CHARACTERS):
                    yield lines
                    read += len(lines)
        except UnicodeDecodeError as error:
            if self.encoding == "utf-16":
                raise DamagedFile(self.file_name) from error
            raise UnknownEncoding(self.file_name, row=read + 1) from error

    def _check_line_lengths(self) -> None:
        """NotASpreadsheet where a line is longer than any record, before a line is ever taken into memory."""
        with self.path.open("rb") as stream:
            while block := stream.read(LONGEST_RECORD):
                if len(block) == LONGEST_RECORD and b"\n" not in block and b"\r" not in block:
                    raise NotASpreadsheet(self.file_name)


def _uneven(records: list[Any], first: int, pick: itemgetter[Any], width: int) -> Block:
    """A block in which some rows have another number of columns, are blank, or could not be taken apart."""
    numbers: list[int] = []
    rows: list[tuple[Any, ...]] = []
    rejected: list[Rejection] = []
    for number, record in enumerate(records, first):
        if record is None:
            rejected.append(Rejection(number, "", "", "bad_quotes"))
        elif not any(map(str.strip, record)):
            continue
        elif len(record) == width or (len(record) > width and not any(record[width:])):
            numbers.append(number)
            rows.append(pick(record))
        else:
            rejected.append(Rejection(number, "", str(len(record)), "columns_differ", width))
    return Block(numbers, rows, rejected)


def _below(block: Block, after: int) -> Block:
    """The block without the rows down to `after`."""
    skipped = sum(number <= after for number in block.numbers)
    return Block(block.numbers[skipped:], block.rows[skipped:], [refused for refused in block.rejected if refused.row > after])
