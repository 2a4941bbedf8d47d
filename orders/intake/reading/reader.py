"""The one entry: a path to a stream of observations and rejections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from .checker import OBSERVATION_FIELDS, Checker, Observation
from .container import is_workbook
from .csv_source import CsvSource
from .errors import (
    DuplicateColumn,
    EmptyFile,
    LostDigits,
    MissingColumns,
    NoDataRows,
    NotASpreadsheet,
    OtherPlatform,
    SeveralShops,
    TooManyRows,
    TooManyRowsForXlsx,
)
from .platform import Platform, clean_header
from .platforms import PLATFORMS, recognise
from .rejections import SHOWN, Rejection
from .source import Source
from .values import LOCAL
from .xlsx_source import XlsxSource

CHUNK_ROWS = 1_000

_ORDER_NUMBER = OBSERVATION_FIELDS.index("order_number")
_LONG_NUMBER = re.compile(r"\d{6}")
_ROUNDED = re.compile(r"\d{15}0+")
ENOUGH_IDS = 8
"""This many different order ids that all end in zeros after the 15th digit are no chance (1 in 10^24 for 18 digits)."""


class Chunk(NamedTuple):
    """Some consecutive rows of a file, each list in the order of rows. An observation has the values of OBSERVATION_FIELDS."""

    accepted: list[Observation]
    rejected: list[Rejection]


@dataclass
class Reading:
    """A file being read. The counts hold for the chunks taken so far; `rows` = `accepted` + `rejected`, headers and blank rows aside.

    `absent`: headers of the platform that the file lacks, whose fields stay empty.
    """

    platform: Platform
    file_name: str
    absent: tuple[str, ...]
    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    _chunks: Iterator[Chunk] = field(default_factory=lambda: iter(()), repr=False)

    def chunks(self) -> Iterator[Chunk]:
        """The file's rows, once, as a stream.

        Raises an `UnreadableFile` where the file turns out to be damaged or too long; nothing that came before it may be kept then.
        """
        for chunk in self._chunks:
            self.accepted += len(chunk.accepted)
            self.rejected += len(chunk.rejected)
            self.rows = self.accepted + self.rejected
            yield chunk


def open_source(path: Path, file_name: str, *, sheet: str = "") -> Source:
    """The file at `path` as rows of raw cells; of a workbook the sheet of that name, else the first. Raises an `UnreadableFile`."""
    return XlsxSource(path, file_name, sheet=sheet) if is_workbook(path, file_name) else CsvSource(path, file_name)


def read_observations(
    path: Path, *, file_name: str, platform: Platform | str = "tiktok", now: datetime | None = None, written_times: bool = False
) -> Reading:
    """Opens the file at `path` as an order file of `platform` (or of the one with that key of PLATFORMS).

    `file_name` is the name the user knows it by, for messages. With `written_times` the observations hold times as ISO 8601 text: who only
    hands them on saves making datetimes of them. A time over a day after `now` (aware; by default the clock) rejects its
    row. The first rows are read at once, so that most faults of a whole file show here; all of them are an `UnreadableFile`.
    """
    expected = PLATFORMS[platform] if isinstance(platform, str) else platform
    source = open_source(path, file_name, sheet=expected.sheet)
    layout = _find_columns(source.head(), expected, file_name)
    latest = (now or datetime.now(LOCAL)) + timedelta(days=1)
    checker = Checker(
        expected,
        list(layout.positions),
        decode=source.decode,
        first_day=source.first_day,
        latest=latest,
        written_times=written_times,
    )
    chunks = _chunks(source, layout, checker, expected, file_name)
    first = next(chunks, None)
    if first is None:
        raise NoDataRows(file_name)
    return Reading(expected, file_name, layout.absent, _chunks=chain([first], chunks))


class _Layout(NamedTuple):
    """Where a file's columns are: field → position, the number of headers, the last row above the data; headers that it lacks."""

    positions: dict[str, int]
    width: int
    after: int
    absent: tuple[str, ...]


def _find_columns(head: list[tuple[int, list[str]]], platform: Platform, file_name: str) -> _Layout:
    if not head:
        raise EmptyFile(file_name)
    rows = [(number, [clean_header(text) for text in texts]) for number, texts in head]
    known = {column.header for column in platform.columns}
    # Mostly the first row; but somebody may have written a title above it.
    index = max(range(len(rows)), key=lambda index: len(known.intersection(rows[index][1])))
    number, headers = rows[index]
    missing = [column.header for column in platform.columns if column.needed and column.header not in headers]
    if missing:
        for _number, texts in rows:
            if other := recognise(texts, expected=platform):
                raise OtherPlatform(file_name, found=other, expected=platform.name)
        if all(len(list(filter(None, texts))) < 2 for _number, texts in rows):
            raise NotASpreadsheet(file_name)
        raise MissingColumns(file_name, columns=missing, platform=platform.name)
    for column in platform.columns:
        if headers.count(column.header) > 1:
            raise DuplicateColumn(file_name, column=column.header)
    positions = {column.field: headers.index(column.header) for column in platform.columns if column.header in headers}
    after = number
    if platform.has_descriptions and index + 1 < len(head) and _describes(head[index + 1][1], positions):
        after = head[index + 1][0]
    absent = tuple(column.header for column in platform.columns if column.header not in headers)
    return _Layout(positions, len(headers), after, absent)


def _describes(texts: list[str], positions: dict[str, int]) -> bool:
    """Whether the row below the headers describes them: no order id, and no number where quantity or time should be."""
    order, units, placed = (
        texts[positions[name]] if positions[name] < len(texts) else "" for name in ("order_number", "units", "placed_at")
    )
    if _LONG_NUMBER.search(order):
        return False
    return not any(map(str.isdigit, units)) or not any(map(str.isdigit, placed))


def _chunks(source: Source, layout: _Layout, checker: Checker, platform: Platform, file_name: str) -> Iterator[Chunk]:
    chunk = Chunk([], [])
    rows = 0
    long_ids: set[str] = set()
    for block in source.blocks(list(layout.positions.values()), width=layout.width, after=layout.after):
        accepted, rejected = checker.check(block)
        rows += len(accepted) + len(rejected)
        if len(checker.shops) > 1:
            raise SeveralShops(file_name, shops=", ".join(f"“{name[:SHOWN]}”" for name in sorted(checker.shops)[:4]))
        if rows > source.row_limit:
            too_many = TooManyRowsForXlsx if isinstance(source, XlsxSource) else TooManyRows
            raise too_many(file_name, limit=f"{source.row_limit:,}".replace(",", "."))
        if len(long_ids) < ENOUGH_IDS:
            long_ids.update(observation[_ORDER_NUMBER] for observation in accepted if len(observation[_ORDER_NUMBER]) > 15)
            if len(long_ids) >= ENOUGH_IDS and all(map(_ROUNDED.fullmatch, long_ids)):
                raise LostDigits(file_name, column=platform.header_of("order_number") or "")
        chunk.accepted.extend(accepted)
        chunk.rejected.extend(rejected)
        if len(chunk.accepted) + len(chunk.rejected) >= CHUNK_ROWS:
            yield chunk
            chunk = Chunk([], [])
    if chunk.accepted or chunk.rejected:
        yield chunk
