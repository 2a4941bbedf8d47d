"""Tables as files: XLSX with a sheet that says what the figures are and when they were read, and CSV for any number of rows.

Text stays text in both: a product called `=1+1` must neither be computed nor open anything when an official opens the file.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Generic, TypeVar

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext, override

from dashboards import formats
from dashboards.exports.workbook import Cell, Kind, workbook
from dashboards.periods import Period
from dashboards.readings import Reading

Row = TypeVar("Row")

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a spreadsheet would take for a formula at the beginning of a CSV cell.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Column(Generic[Row]):
    """A column: its heading, how to read its value from a row (None: not known, an empty cell), and how to write it."""

    label: str
    value: Callable[[Row], Cell]
    kind: Kind = Kind.TEXT


def xlsx_response(
    name: str,
    *,
    title: str,
    columns: Sequence[Column[Row]],
    rows: Iterable[Row],
    reading: Reading,
    count: int | None = None,
    period: Period | None = None,
) -> HttpResponse:
    """The rows as an attachment `name-<reading>.xlsx`; its second sheet says what they are, as of when, and of which days.

    `count` is the number of rows, for those that are no sequence.
    """
    if count is None:
        rows = list(rows)
        count = len(rows)
    about = [*about_reading(title, reading), *([(gettext("Days"), formats.days(period.first, period.last))] if period else [])]
    cells = ([_plain(column.value(row), column.kind) for column in columns] for row in rows)
    content = workbook(title, [(column.label, column.kind) for column in columns], cells, count, about)
    return named(HttpResponse(content, content_type=XLSX_TYPE), f"{name}-{reading.number}.xlsx", reading)


def about_reading(title: str, reading: Reading) -> list[tuple[str, str]]:
    """What every export says of itself."""
    return [
        (gettext("Table"), title),
        (gettext("Figures of"), formats.moment(reading.at)),
        (gettext("Reading"), formats.number(reading.number)),
        (gettext("Money"), gettext("whole VND; the day is the local day on which the order was placed")),
    ]


def csv_response(name: str, columns: Sequence[Column[Row]], rows: Iterable[Row], reading: Reading) -> StreamingHttpResponse:
    """The rows as an attachment `name-<reading>.csv` that is written while it is read: UTF-8 with a mark, so that Excel knows."""
    response = StreamingHttpResponse(_csv(columns, rows, get_language() or "vi"), content_type="text/csv; charset=utf-8")
    return named(response, f"{name}-{reading.number}.csv", reading)


def _csv(columns: Sequence[Column[Row]], rows: Iterable[Row], language: str) -> Iterator[bytes]:
    buffer = StringIO()
    writer = csv.writer(buffer)
    writer.writerow([column.label for column in columns])
    yield b"\xef\xbb\xbf"
    iterator = iter(rows)
    more = True
    while more:
        # The language of the request is over by the time this runs; it holds for words read from rows.
        with override(language):
            for _count in range(500):
                row = next(iterator, None)
                if row is None:
                    more = False
                    break
                writer.writerow([_text(_plain(column.value(row), column.kind)) for column in columns])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def _plain(value: Cell, kind: Kind) -> Cell:
    if kind is Kind.KILOGRAMS and isinstance(value, int):
        return value / 1000
    if isinstance(value, datetime):
        # A spreadsheet knows no time zones: Vietnam's clock.
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
    return value


def _text(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)


Response = TypeVar("Response", HttpResponse, StreamingHttpResponse)


def named(response: Response, file_name: str, reading: Reading) -> Response:
    """The response as an attachment of that name, with its reading in a header."""
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response["X-Reading"] = reading.token
    return response
