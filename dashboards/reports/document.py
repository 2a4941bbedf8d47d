"""A report as blocks: figures, tables, charts and remarks, worded in the active language, each value written once for every form.

A cell has its text as pages and prints show it and, where it is one, the number or time behind it for a spreadsheet. Text and value
come from one function here, so a spreadsheet cannot say another number than the print beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from dashboards import formats
from dashboards.readings import Reading


class Kind(Enum):
    """What a cell holds; its value is the number format of a spreadsheet."""

    TEXT = "@"
    COUNT = "#,##0"
    VND = '#,##0\\ "₫"'
    KILOGRAMS = "#,##0.###"
    MINUTES = "#,##0.#"
    SHARE = "0.0%"
    MOMENT = "dd/mm/yyyy hh:mm"


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as it is read (`text`, a dash where it is not known) and as a spreadsheet holds it (None: the text).

    `formula` says how the value follows from other cells of the table, in R1C1 as spreadsheets write it (row 1 is the headings):
    `SUM(R2C:R[-1]C)`. A spreadsheet computes it anew; it must come to `value`.
    """

    text: str
    value: int | float | datetime | None = None
    kind: Kind = Kind.TEXT
    formula: str = ""


def text(words: object) -> Cell:
    """Words; nothing for None."""
    return Cell("" if words is None else str(words))


def count(number: int | None) -> Cell:
    """A whole number."""
    return Cell(formats.number(number), number, Kind.COUNT)


def vnd(amount: int | None) -> Cell:
    """Whole VND."""
    return Cell(formats.vnd(amount), amount, Kind.VND)


def kilograms(grams: int | None) -> Cell:
    """A weight under a heading that says kg."""
    return Cell(formats.kilograms(grams), None if grams is None else grams / 1000, Kind.KILOGRAMS)


def minutes(seconds: float | None) -> Cell:
    """A length under a heading that says minutes, to a tenth."""
    if seconds is None:
        return Cell(formats.UNKNOWN, None, Kind.MINUTES)
    tenths = round(seconds / 6) / 10
    return Cell(formats.number(tenths, 1, trim=True), tenths, Kind.MINUTES)


def share(part: int | None, whole: int | None) -> Cell:
    """part ÷ whole as a percentage with one decimal; not known where the whole is 0 or either is not known."""
    if part is None or not whole:
        return Cell(formats.UNKNOWN, None, Kind.SHARE)
    return Cell(formats.share(part, whole), float(round(Decimal(part) / Decimal(whole), 6)), Kind.SHARE)


def moment(at: datetime | None) -> Cell:
    """A time of Vietnam."""
    return Cell(formats.moment(at), at, Kind.MOMENT)


@dataclass(frozen=True, slots=True)
class Tile:
    """One large figure with what it means and a remark below it."""

    key: str
    label: str
    cell: Cell
    definition: str = ""
    note: str = ""
    main: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """The heading of a column; `wide` is for sentences."""

    label: str
    number: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """Tiles side by side."""

    tiles: tuple[Tile, ...]
    block: str = "figures"


@dataclass(frozen=True, slots=True)
class Table:
    """A table under its caption; the first column names the row, `foot` is the total."""

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    foot: tuple[Cell, ...] = ()
    block: str = "table"

    @property
    def lines(self) -> list[list[tuple[Column, Cell]]]:
        """The rows, each cell with its column: what a template walks over."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]

    @property
    def gist(self) -> int | None:
        """The column of which a phone shows the figure beside a row's name: the first of money, else of numbers; None where all fits."""
        numbers = [place for place, column in enumerate(self.columns) if column.number and place > 0]
        if len(self.columns) < 3 or not numbers:
            return None
        money = (place for place in numbers if any(row[place].kind is Kind.VND for row in self.rows))
        return next(money, numbers[0])

    @property
    def folds(self) -> bool:
        """Whether a phone shows its rows in one line each, to be opened."""
        return self.gist is not None

    @property
    def shares(self) -> tuple[float, ...]:
        """How text columns of an upright page share what those of figures leave; these have 0.

        Sentences get twice as much as a word. Where there are several columns of sentences the names of rows give way, and the one with
        the longer sentences gets more, by the root of their length: its lines get longer and not only fewer.
        """
        longest = {
            place: max((len(row[place].text) for row in self.rows), default=1) ** 0.5 or 1.0
            for place, column in enumerate(self.columns)
            if column.wide
        }
        named = 1.0 if self.has_several_sentences else 1.6
        told = {place: 2 * root * len(longest) / sum(longest.values()) for place, root in longest.items()}
        texts = (0.0 if column.number else named if place == 0 else 1.0 for place, column in enumerate(self.columns))
        return tuple(told.get(place, share) for place, share in enumerate(texts))

    @property
    def has_several_sentences(self) -> bool:
        """Whether more than one column has sentences: then no other can be generous."""
        return sum(column.wide for column in self.columns) > 1

    @property
    def foot_line(self) -> list[tuple[Column, Cell]]:
        """The total, each cell with its column."""
        return list(zip(self.columns, self.foot, strict=True))


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of `dashboards.charts` over its rows; `table` is the key of the table with the same figures."""

    name: str
    caption: str
    alt: str
    rows: tuple[Mapping[str, Any], ...]
    table: str
    block: str = "chart"


@dataclass(frozen=True, slots=True)
class Remarks:
    """Sentences; `kind` is empty, or warning for what must not be overlooked."""

    sentences: tuple[str, ...]
    kind: str = ""
    title: str = ""
    block: str = "remarks"


Block = Figures | Table | Chart | Remarks


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its blocks."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What makes a report an administrative paper (Decree 30/2020/NĐ-CP, annex I), line by line; what is not there yet is empty.

    `over` is the superior body, `body` the one that issues; `place_and_date` one line; `signs` the signatory's authority and title,
    `name` the name; `copies` whom it goes to; `remark` is printed above everything (a translation, say).
    """

    over: tuple[str, ...]
    body: tuple[str, ...]
    number: str
    state: str
    motto: str
    place_and_date: str
    kind: str
    subject: str
    to: str = ""
    signs: tuple[str, ...] = ()
    name: str = ""
    copies_title: str = ""
    copies: tuple[str, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A report. `about`: what it is of, as of when, how complete (label, text); `name` is the beginning of its file names.

    With a `letterhead` its files have the form of an administrative paper.
    """

    name: str
    title: str
    lead: str
    about: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    reading: Reading
    language: str
    letterhead: Letterhead | None = None
