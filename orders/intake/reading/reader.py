"""The one entry: a path to a stream of observations and rejections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

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
    TooManyRows,
    TooManyRowsForXlsx,
)
from .platform import Platform, clean_header
from .platforms import PLATFORMS, recognise
from .rejections import SHOWN, Rejection
from .source import Source
from .values import LOCAL
from .xlsx_source import XlsxSource

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

NOTICES: dict[str, _StrPromise] = {
    "unknown_columns": _("Columns we do not know were ignored: {names}."),
    "absent_columns": _("Columns the file lacks, which stay empty: {names}."),
}

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


class Notice(NamedTuple):
    """Something about the whole file that the person who uploads it should know, though nothing is wrong with it."""

    code: str
    names: tuple[str, ...]

    @property
    def message(self) -> str:
        """The sentence, lazily translated."""
        return cast("str", format_lazy(NOTICES[self.code], names=", ".join(self.names)))


@dataclass
class Reading:
    """A file being read. The counts hold for the chunks taken so far; `rows` = `accepted` + `rejected`, headers and blank rows aside."""

    platform: Platform
    file_name: str
    notices: list[Notice]
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


def read_observations(path: Path, *, file_name: str, platform: str = "tiktok", now: datetime | None = None) -> Reading:
    """Opens the file at `path` as an order file of `platform` (a key of PLATFORMS).

    `file_name` is the name the user knows it by, for messages. A time over a day after `now` (aware; by default the clock) rejects its
    row. The first rows are read at once, so that most faults of a whole file show here; all of them are an `UnreadableFile`.
    """
    expected = PLATFORMS[platform]
    source: Source = XlsxSource(path, file_name, sheet=expected.sheet) if is_workbook(path, file_name) else CsvSource(path, file_name)
    layout = _find_columns(source.head(), expected, file_name)
    latest = (now or datetime.now(LOCAL)) + timedelta(days=1)
    checker = Checker(expected, list(layout.positions), decode=source.decode, first_day=source.first_day, latest=latest)
    chunks = _chunks(source, layout, checker, expected, file_name)
    first = next(chunks, None)
    if first is None:
        raise NoDataRows(file_name)
    return Reading(expected, file_name, layout.notices, _chunks=chain([first], chunks))


class _Layout(NamedTuple):
    """Where a file's columns are: field → position, the number of headers, and the last row above the data."""

    positions: dict[str, int]
    width: int
    after: int
    notices: list[Notice]


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
    notices = []
    if unknown := tuple(header[:SHOWN] for header in headers if header and header not in platform.headers):
        notices.append(Notice("unknown_columns", unknown))
    if absent := tuple(column.header for column in platform.columns if column.header not in headers):
        notices.append(Notice("absent_columns", absent))
    return _Layout(positions, len(headers), after, notices)


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
