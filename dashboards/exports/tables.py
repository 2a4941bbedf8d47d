"""Tables as files: XLSX with a sheet that says what the figures are and when they were read, and CSV for any number of rows.

Text stays text in both: a product called `=1+1` must neither be computed nor open anything when an official opens the file.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from io import BytesIO, StringIO
from typing import Generic, TypeVar

import xlsxwriter
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext, override

from dashboards import formats
from dashboards.periods import Period
from dashboards.readings import Reading

Row = TypeVar("Row")
Cell = str | int | float | date | datetime | None

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a spreadsheet would take for a formula at the beginning of a CSV cell.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Kind(Enum):
    """How a column's values are written: the number format, and the width in characters."""

    TEXT = ("", 24)
    LONG = ("", 40)
    NUMBER = ("#,##0", 10)
    VND = ("#,##0", 16)
    KILOGRAMS = ("#,##0.###", 14)
    DAY = ("dd/mm/yyyy", 12)
    MOMENT = ("dd/mm/yyyy hh:mm", 17)


@dataclass(frozen=True)
class Column(Generic[Row]):
    """A column: its heading, how to read its value from a row (None: not known, an empty cell), and how to write it."""

    label: str
    value: Callable[[Row], Cell]
    kind: Kind = Kind.TEXT


def xlsx_response(
    name: str, *, title: str, columns: Sequence[Column[Row]], rows: Iterable[Row], reading: Reading, period: Period | None = None
) -> HttpResponse:
    """The rows as an attachment `name-<reading>.xlsx`; its second sheet says what they are, as of when, and of which days."""
    about = [(gettext("Days"), formats.days(period.first, period.last))] if period else []
    response = HttpResponse(xlsx(title, columns, rows, reading, about), content_type=XLSX_TYPE)
    return _named(response, f"{name}-{reading.number}.xlsx", reading)


def xlsx(title: str, columns: Sequence[Column[Row]], rows: Iterable[Row], reading: Reading, about: Sequence[tuple[str, str]] = ()) -> bytes:
    """The workbook: the rows on its first sheet under frozen headings that filter, what they are on its second."""
    target = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        formats_by_kind = {kind: book.add_format({"num_format": kind.value[0]}) if kind.value[0] else None for kind in Kind}
        sheet = book.add_worksheet(title[:31])
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.kind.value[1])
            sheet.write_string(0, place, column.label, bold)
        last = 0
        for last, row in enumerate(rows, start=1):
            for place, column in enumerate(columns):
                value = _plain(column.value(row), column.kind)
                if value is None:
                    continue
                style = formats_by_kind[column.kind]
                if isinstance(value, str):
                    sheet.write_string(last, place, value, style)
                elif isinstance(value, date):
                    sheet.write_datetime(last, place, value, style)
                else:
                    sheet.write_number(last, place, value, style)
        sheet.autofilter(0, 0, last, len(columns) - 1)
        notes = book.add_worksheet(gettext("About"))
        notes.set_column(0, 0, 28)
        notes.set_column(1, 1, 80)
        for place, (label, value) in enumerate([*about_reading(title, reading), *about]):
            notes.write_string(place, 0, label, bold)
            notes.write_string(place, 1, value)
    return target.getvalue()


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
    return _named(response, f"{name}-{reading.number}.csv", reading)


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


def _named(response: Response, file_name: str, reading: Reading) -> Response:
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response["X-Reading"] = reading.token
    return response
