"""Tables as files: XLSX with a sheet that says what the figures are and when they were read, and CSV for any number of rows.

Text stays text in both: a product called `=1+1` must neither be computed nor open anything when an official opens the file.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import StringIO
from typing import Any, Generic, TypeVar

from django import forms
from django.core.exceptions import BadRequest
from django.http import HttpResponse, StreamingHttpResponse
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext, override

from dashboards import formats
from dashboards.exports.workbook import Cell, Kind, workbook
from dashboards.listing import told_filters
from dashboards.periods import Period
from dashboards.readings import Reading

Row = TypeVar("Row")

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a spreadsheet would take for a formula at the beginning of a CSV cell.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Column(Generic[Row]):
    """A column: its heading, how to read its value from a row (None: not known, an empty cell), and how to write it.

    `sold`: it is counted from order files, so that where none reaches into the days, nothing is not 0.
    """

    label: str
    value: Callable[[Row], Cell]
    kind: Kind = Kind.TEXT
    sold: bool = False

    def where(self, known: Callable[[Row], bool]) -> Column[Row]:
        """The column with an empty cell in each row of which its figure is not known."""
        return replace(self, value=lambda row: self.value(row) if known(row) else None)

    def without_zeros(self) -> Column[Row]:
        """The column with an empty cell for 0."""
        return replace(self, value=lambda row: self.value(row) or None)


@dataclass(frozen=True)
class Listed(Generic[Row]):
    """A table of a reading with what says which rows it has: its days and those they are compared with, and the form of its filters."""

    title: str
    columns: Sequence[Column[Row]]
    rows: Sequence[Row]
    reading: Reading
    period: Period | None = None
    form: forms.Form | None = None
    before: Period | None = None


class XlsxResponse(SimpleTemplateResponse):
    """A table as an attachment, which is written when it is sent: whoever wants its rows in another form takes `listed` instead.

    Filters that make no sense get a bad request: an empty table would be taken for the answer.
    """

    def __init__(self, listed: Listed[Any], about: Sequence[tuple[str, str]]) -> None:
        super().__init__("", content_type=XLSX_TYPE)
        self.listed = listed
        self._about = about

    @property
    def rendered_content(self) -> bytes:  # type: ignore[override]
        """The workbook. Raises BadRequest."""
        demand_sense(self.listed.form)
        return _workbook(self.listed.title, self.listed.columns, self.listed.rows, len(self.listed.rows), self._about)


def xlsx_response(
    name: str,
    *,
    title: str,
    columns: Sequence[Column[Row]],
    rows: Iterable[Row],
    reading: Reading,
    count: int | None = None,
    period: Period | None = None,
    before: Period | None = None,
    form: forms.Form | None = None,
    notes: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    """The rows as an attachment `name-<reading>.xlsx`; its second sheet says what they are, as of when, and of which days.

    It names the filters of `form` too: nobody must take some rows for all. `count` is the number of rows, for those that are no sequence:
    these are written at once. `notes` are further things to say of them.
    """
    about = [*about_reading(title, reading), *([(gettext("Days"), formats.days(period.first, period.last))] if period else []), *notes]
    # The days stand above, whichever way they were asked for.
    filters = [text for name, text in told_filters(form) if not (period and name in {"period", "from", "to"})] if form else []
    about += [(gettext("Filters"), "; ".join(filters))] if filters else []
    file = f"{name}-{reading.number}.xlsx"
    if count is not None:
        return named(HttpResponse(_workbook(title, columns, rows, count, about), content_type=XLSX_TYPE), file, reading)
    return named(XlsxResponse(Listed(title, columns, list(rows), reading, period, form, before), about), file, reading)


def demand_sense(form: forms.Form | None) -> None:
    """Raises BadRequest where an address has filters that its page would refuse."""
    if form is not None and not form.is_valid():
        raise BadRequest(", ".join(form.errors))


def _workbook(title: str, columns: Sequence[Column[Row]], rows: Iterable[Row], count: int, about: Sequence[tuple[str, str]]) -> bytes:
    cells = ([plain_cell(column.value(row), column.kind) for column in columns] for row in rows)
    return workbook(title, [(column.label, column.kind) for column in columns], cells, count, about)


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
                writer.writerow([_text(plain_cell(column.value(row), column.kind)) for column in columns])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def plain_cell(value: Cell, kind: Kind) -> Cell:
    """A value as a spreadsheet holds it: kilograms for grams, Vietnam's clock without a zone."""
    if kind is Kind.KILOGRAMS and isinstance(value, int):
        return value / 1000
    if isinstance(value, datetime):
        # A spreadsheet knows no time zones: Vietnam's clock.
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
    return value


def csv_cell(value: Cell) -> str:
    """A value as it stands in a CSV file: Vietnam's clock, and text that no spreadsheet computes."""
    return _text(plain_cell(value, Kind.TEXT))


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
