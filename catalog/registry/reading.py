"""From a file to rows of raw cells under the columns' keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from unicodedata import normalize

from django.utils.translation import gettext as _

from catalog.registry.columns import HEADER_ROWS, NEEDED, Column, header_of, is_explanation
from catalog.spreadsheets import Cell, UnreadableFileError, spreadsheet_rows

ROWS_LIMIT = 50_000
_TEXT_LIMIT = 500
RawCell = str | int | float | bool


@dataclass
class RawRow:
    """A row as written: its number in the sheet and its cells that are not empty, by column key; days as ISO text."""

    number: int
    cells: dict[str, RawCell] = field(default_factory=dict)

    def as_json(self) -> list[object]:
        """How a row waits in the database for its confirmation."""
        return [self.number, self.cells]

    @classmethod
    def from_json(cls, stored: list[object]) -> RawRow:
        """The row that `as_json` stored."""
        number, cells = stored
        if not isinstance(number, int) or not isinstance(cells, dict):
            raise TypeError("not a stored row of a registry file")
        return cls(number, cells)


@dataclass
class _Best:
    """The row most like a header among the sheets that have none, for the message."""

    sheet: str = ""
    columns: frozenset[str] = frozenset()


def read_registry(path: Path, name: str) -> list[RawRow]:
    """The product rows of the first sheet that has all needed columns. `name` is what messages call the file.

    Raises UnreadableFileError: no spreadsheet, no such sheet, a missing column, no row, or more than 50,000.
    """
    header: dict[int, Column] = {}
    sheet = ""
    rows: list[RawRow] = []
    best = _Best()
    with spreadsheet_rows(path, name) as found:
        for row_sheet, number, cells in found:
            if header and row_sheet != sheet:
                break
            if not header:
                if number <= HEADER_ROWS:
                    header, best = _header(row_sheet, cells, best)
                    sheet = row_sheet
                continue
            row = RawRow(number, {column.key: value for position, column in header.items() if (value := _raw(cells, position)) is not None})
            if row.cells and not is_explanation(row.cells.get("code")):
                rows.append(row)
            if len(rows) > ROWS_LIMIT:
                text = _("%(file)s has more than 50,000 rows. Split it and load the parts one after the other.")
                raise UnreadableFileError(text % {"file": name})
    if not header:
        raise UnreadableFileError(_no_header(name, best))
    if not rows:
        raise UnreadableFileError(_("Sheet “%(sheet)s” of %(file)s has no product below its headers.") % {"sheet": sheet, "file": name})
    return rows


def _header(sheet: str, cells: list[Cell], best: _Best) -> tuple[dict[int, Column], _Best]:
    found = header_of(cells)
    keys = frozenset(column.key for column in found.values())
    if all(column.key in keys for column in NEEDED):
        return found, best
    return {}, _Best(sheet, keys) if len(keys) > len(best.columns) else best


def _no_header(name: str, best: _Best) -> str:
    if len(best.columns) < 2:
        return _("No sheet of %(file)s has the columns of the registry. Download the template and fill it in.") % {"file": name}
    missing = ", ".join(f"“{column.title}”" for column in NEEDED if column.key not in best.columns)
    text = _("Sheet “%(sheet)s” of %(file)s lacks a column that is needed: %(columns)s. Take the headers from the template.")
    return text % {"sheet": best.sheet, "file": name, "columns": missing}


def _raw(cells: list[Cell], position: int) -> RawCell | None:
    value = cells[position] if position < len(cells) else None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        # Longer than any column takes: cut, but still too long for the check, which says so.
        text = " ".join(normalize("NFC", value[: 4 * _TEXT_LIMIT]).split())[:_TEXT_LIMIT]
        # Control and zero-width signs come along from other programs; PostgreSQL takes no NUL at all.
        return "".join(sign for sign in text if sign.isprintable()) or None
    return value
