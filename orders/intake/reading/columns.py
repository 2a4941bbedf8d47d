"""Columns of raw cells to values, with a memory of what has been read before."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from .values import ID, LOCAL, Cell, Problem, Reader

MEMORY = 20_000
"""A column forgets what it has seen when it is more than this many cells, so memory does not grow with the file."""
REMEMBERED = 1_000
"""A raw cell longer than this is read but not remembered, for the same reason."""
LONGEST_CELL = 2_000
"""No cell of a kept column is longer; what is, is not even looked at, for the sake of time."""

Decode = Callable[[Any], Cell]

_DAY = re.compile(r"\d\d/\d\d/\d{4} ", re.ASCII)
_MINUTE = re.compile(r"\d\d:\d\d:", re.ASCII)
_SECOND = re.compile(r"\d\d", re.ASCII)


class Column(dict[Any, Any]):
    """Raw cell → value, remembered. A `Problem` is counted and never remembered, so that its every appearance is noticed."""

    def __init__(self, decode: Decode, read: Reader) -> None:
        super().__init__()
        self.problems = 0
        self._decode = decode
        self._read = read

    def __missing__(self, raw: Any) -> Any:
        cell = self._decode(raw)
        value = Problem("too_long", LONGEST_CELL) if isinstance(cell, str) and len(cell) > LONGEST_CELL else self._read(cell)
        if type(value) is Problem:
            self.problems += 1
        elif raw is None or isinstance(raw, float) or len(raw) <= REMEMBERED:
            self[raw] = value
        return value

    def values_of(self, raws: Sequence[Any]) -> list[Any]:
        """The values of a block's raw cells; afterwards `problems` is the number of those that are one."""
        self.problems = 0
        if len(self) > MEMORY:
            self.clear()
        return list(map(self.__getitem__, raws))


class IdColumn(Column):
    """A column of identifiers that hardly repeat: where a block holds nothing but proper ones as text, no memory is asked."""

    def values_of(self, raws: Sequence[Any]) -> list[Any]:
        try:
            values = list(map(str.strip, raws))
        except TypeError:
            return super().values_of(raws)
        if not all(map(ID.fullmatch, values)):
            return super().values_of(raws)
        self.problems = 0
        return values


class TimeParts:
    """Days, minutes and seconds that were read, by the parts of raw cells written "dd/mm/yyyy hh:mm:ss".

    Moments hardly repeat, their parts do. A part is read by putting it into the place it has in a good sample, so what is accepted is
    decided by the reader alone. `last_day` and later days are left to it whole: there the hour decides. What the parts of a cell stand
    for adds up to its moment, or, `written`, to that moment as ISO text.
    """

    def __init__(self, decode: Decode, read: Reader, *, last_day: date, written: bool) -> None:
        self.cut = 0
        self.written = written
        self.decoded = False
        self.days = _Part(self._day)
        self.minutes = _Part(self._minute)
        self.seconds = _Part(self._second)
        self._decode = decode
        self._read = read
        self._last_day = last_day
        self._sample: Any = None

    def learn(self, raws: Sequence[Any]) -> bool:
        """Whether cells can be taken apart; looks for a sample in `raws` where there is none yet."""
        if self._sample is None and (sample := next(filter(None, raws), None)) is not None:
            cell = self._decode(sample)
            moment = self._read(cell)
            if isinstance(cell, str) and isinstance(moment, datetime) and moment.date() < self._last_day:
                if match := _DAY.search(_text(sample)):
                    self._sample, self.cut = sample, match.end()
                elif match := _DAY.match(cell):
                    # The raw cell only points to its text.
                    self._sample, self.cut, self.decoded = cell, match.end(), True
        return self._sample is not None

    def texts(self, raws: Sequence[Any]) -> Sequence[Any]:
        """The cells in the form that is taken apart."""
        if not self.decoded:
            return raws
        decode = self._decode
        cells = [decode(raw) if raw else None for raw in raws]
        if 0 in cells:  # a number cell, not an empty one
            raise _UnusualError
        return cells

    def _moment(self, raw: Any) -> datetime:
        moment = self._read(raw if self.decoded else self._decode(raw))
        if not isinstance(moment, datetime) or moment.date() >= self._last_day:
            raise _UnusualError
        return moment

    def _day(self, part: Any) -> datetime | str:
        before = self.cut - len("dd/mm/yyyy ")
        if part[:before] != self._sample[:before] or not _DAY.fullmatch(_text(part[before:])):
            raise _UnusualError
        moment = self._moment(part + self._sample[self.cut :])
        return moment.isoformat()[: len("yyyy-mm-ddT")] if self.written else moment.replace(hour=0, minute=0, second=0)

    def _minute(self, part: Any) -> timedelta | str:
        if not _MINUTE.fullmatch(_text(part)):
            raise _UnusualError
        moment = self._moment(self._sample[: self.cut] + part + self._sample[self.cut + len(part) :])
        return f"{moment:%H:%M:}" if self.written else timedelta(hours=moment.hour, minutes=moment.minute)

    def _second(self, part: Any) -> timedelta | str:
        before = self.cut + len("hh:mm:")
        if part[2:] != self._sample[before + 2 :] or not _SECOND.fullmatch(_text(part[:2])):
            raise _UnusualError
        moment = self._moment(self._sample[:before] + part)
        return moment.isoformat()[len("yyyy-mm-ddThh:mm:") :] if self.written else timedelta(seconds=moment.second)


class TimeColumn(Column):
    """A column of moments, most of them put together from remembered parts. A block that holds anything else is read cell by cell."""

    def __init__(self, decode: Decode, read: Reader, parts: TimeParts, *, needed: bool) -> None:
        super().__init__(decode, read)
        self._parts = parts
        self._needed = needed
        self._blank: Any = ""

    def values_of(self, raws: Sequence[Any]) -> list[Any]:
        parts = self._parts
        if parts.learn(raws):
            days, minutes, seconds, blank = parts.days, parts.minutes, parts.seconds, self._blank
            minute, second = parts.cut, parts.cut + len("hh:mm:")
            try:
                cells = parts.texts(raws)
                values: list[Any] = [
                    days[cell[:minute]] + minutes[cell[minute:second]] + seconds[cell[second:]] if cell and cell != blank else None
                    for cell in cells
                ]
            except (_UnusualError, TypeError):
                pass
            else:
                self.problems = 0
                if not self._needed or all(values):
                    return values
        values = super().values_of(raws)
        if not self._needed:
            # An empty cell may be written as a cell without text: always in the same way within one file.
            self._blank = next((raw for raw, value in zip(raws, values, strict=True) if value is None and raw), self._blank)
        return [value.isoformat() if isinstance(value, datetime) else value for value in values] if parts.written else values


def _text(raw: Any) -> str:
    """A raw cell as text to search in; "" for what is neither text nor bytes."""
    return raw if isinstance(raw, str) else raw.decode("latin-1") if isinstance(raw, bytes) else ""


class _UnusualError(Exception):
    """A cell that is not of three good parts."""


class _Part(dict[Any, Any]):
    """Part of a raw cell → what it stands for."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, part: Any) -> Any:
        if len(self) > MEMORY:
            self.clear()
        value = self[part] = self._read(part)
        return value


def make_columns(
    fields: Sequence[tuple[str, str]], decode: Decode, readers: dict[str, Reader], *, latest: datetime, written_times: bool
) -> list[Column]:
    """A column for each (field, kind), those of times sharing what they remember."""
    shared: TimeParts | None = None
    columns: list[Column] = []
    for field, kind in fields:
        if kind in ("time", "time_or_none"):
            shared = shared or TimeParts(decode, readers[field], last_day=latest.astimezone(LOCAL).date(), written=written_times)
            columns.append(TimeColumn(decode, readers[field], shared, needed=kind == "time"))
        else:
            columns.append((IdColumn if kind == "order_id" else Column)(decode, readers[field]))
    return columns
