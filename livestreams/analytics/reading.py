"""Reads a LIVE analytics file: the days it covers, and each broadcast with what the file says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from catalog.spreadsheets import Cell, Row, UnreadableFileError, spreadsheet_rows
from livestreams.analytics.columns import BY_HEADER, COLUMNS, NEEDED, Column, Kind, same
from livestreams.analytics.values import UnreadableCellError, Value, read

ROWS_LIMIT = 5_000
# Headers stand in row 3; a file that somebody touched may have lost or won a row above them.
_HEADERS_WITHIN = 10
_ROOM = re.compile(r"\d{5,25}")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})|(\d{2})/(\d{2})/(\d{4})")
_BY_FIELD = {column.field: column for column in COLUMNS}


@dataclass(frozen=True)
class Broadcast:
    """A row of the file: which broadcast, and its figures as far as the file has them (`problems`: header and what is wrong)."""

    row: int
    room_id: str
    values: dict[str, Value]
    problems: tuple[tuple[str, str], ...] = ()

    @property
    def started_at(self) -> datetime | None:
        """When the broadcast began; None where the row does not say."""
        value = self.values.get("started_at")
        return value if isinstance(value, datetime) else None

    @property
    def title(self) -> str:
        """The room's title."""
        return str(self.values.get("room_title", ""))

    def as_json(self) -> dict[str, Any]:
        """The row as it waits for confirmation."""
        values = {name: value if isinstance(value, int | str) else str(value) for name, value in self.values.items()}
        return {"row": self.row, "room_id": self.room_id, "values": values, "problems": self.problems}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Broadcast:
        """The row that `as_json` wrote."""
        values = {name: _value(value, _BY_FIELD[name].kind) for name, value in kept["values"].items()}
        return cls(kept["row"], kept["room_id"], values, tuple((header, text) for header, text in kept["problems"]))


@dataclass(frozen=True)
class LiveFile:
    """A file: the first and last day it covers (None: it does not say), its rows, and the headers that it does not have."""

    covers: tuple[date | None, date | None]
    broadcasts: tuple[Broadcast, ...]
    missing: tuple[str, ...]


def _value(value: Any, kind: Kind) -> Value:
    if kind is Kind.MOMENT:
        return datetime.fromisoformat(value)
    return Decimal(value) if kind is Kind.SHARE else value


def read_live_file(path: Path, name: str) -> LiveFile:
    """The file; `name` is what messages call it. Raises UnreadableFileError, whose message says what to do."""
    with spreadsheet_rows(path, name, times=True) as found:
        rows = iter(found)
        covers, columns, headed = _head(rows, name)
        broadcasts = []
        for sheet, number, cells in rows:
            if sheet != headed:
                break
            broadcast = _broadcast(number, cells, columns)
            if broadcast is not None:
                broadcasts.append(broadcast)
            if len(broadcasts) > ROWS_LIMIT:
                raise UnreadableFileError(
                    _("%(file)s has more than 5,000 broadcasts. Export fewer days at a time and upload the files one after the other.")
                    % {"file": name}
                )
    if not broadcasts:
        raise UnreadableFileError(_("%(file)s has headers and no broadcast below them.") % {"file": name})
    had = {column.field for column in columns.values()}
    return LiveFile(covers, _once(broadcasts), tuple(column.header for column in COLUMNS[:35] if column.field not in had))


def _head(rows: Iterator[Row], name: str) -> tuple[tuple[date | None, date | None], dict[int, Column], str]:
    """Read down to the row of headers: the days above it, the columns by position, and the sheet."""
    days: list[date] = []
    for sheet, number, cells in rows:
        if number > _HEADERS_WITHIN:
            continue
        columns: dict[int, Column] = {}
        for place, cell in enumerate(cells):
            column = BY_HEADER.get(same(cell)) if isinstance(cell, str) else None
            if column is not None and column not in columns.values():
                columns[place] = column
        had = {column.field for column in columns.values()}
        if len(had) >= 2:
            lacking = [_BY_FIELD[field].header for field in NEEDED if field not in had]
            if lacking:
                raise UnreadableFileError(
                    _("%(file)s lacks the column %(columns)s: choose it when you export, and upload the file again.")
                    % {"file": name, "columns": ", ".join(lacking)}
                )
            return (min(days, default=None), max(days, default=None)), columns, sheet
        days += [day for cell in cells for day in _days(cell)]
    raise UnreadableFileError(
        _("%(file)s has no row of headers such as Room ID and Start Time. Export the LIVE details and upload that file as it is.")
        % {"file": name}
    )


def _days(cell: Cell) -> Iterator[date]:
    if isinstance(cell, datetime):
        yield cell.date()
    elif isinstance(cell, date):
        yield cell
    for year, month, day, day_first, month_second, year_last in _DAY.findall(str(cell) if isinstance(cell, str) else ""):
        try:
            yield date(int(year or year_last), int(month or month_second), int(day or day_first))
        except ValueError:
            continue


def _broadcast(number: int, cells: list[Cell], columns: Mapping[int, Column]) -> Broadcast | None:
    values: dict[str, Value] = {}
    problems: list[tuple[str, str]] = []
    for place, column in columns.items():
        try:
            value = read(cells[place] if place < len(cells) else None, column.kind)
        except UnreadableCellError as error:
            problems.append((column.header, str(error)))
        else:
            if value is not None:
                values[column.field] = value
    if not values and not problems:
        return None
    room = str(values.pop("room_id", ""))
    wrong = {header for header, _text in problems}
    if not _ROOM.fullmatch(room) and "Room ID" not in wrong:
        if set(values) <= {"room_title"}:
            return None  # a line of totals or remarks below the rows
        problems.append(("Room ID", _("“%(room)s” is not the number of a room") % {"room": room[:40]}))
    if "started_at" not in values and "Start Time" not in wrong:
        problems.append(("Start Time", _("is missing")))
    ended = values.get("ended_at")
    started = values.get("started_at")
    if isinstance(ended, datetime) and isinstance(started, datetime) and ended < started:
        problems.append(("End Time", _("is before the start")))
    return Broadcast(number, room[:25], values, tuple(problems))


def _once(broadcasts: list[Broadcast]) -> tuple[Broadcast, ...]:
    """A room that stands twice in the file is told at its second row."""
    seen: dict[str, int] = {}
    told = []
    for one in broadcasts:
        first = seen.setdefault(one.room_id, one.row) if one.room_id else one.row
        if first != one.row:
            problem = ("Room ID", _("stands in row %(row)s already") % {"row": first})
            one = Broadcast(one.row, one.room_id, one.values, (*one.problems, problem))  # noqa: PLW2901
        told.append(one)
    return tuple(told)
