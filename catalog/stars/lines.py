"""The lines of a decision: what somebody types or has in a spreadsheet, one product a line.

A line is `code; stars; points` for a recognition, `code; last day` for an extension, `code; ground` for a revocation; what stands
behind the code may be left out where the decision says it for all. Separated by semicolons, tabs, or spaces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalog.models import RecognitionDecision
from catalog.registry import values
from catalog.registry.columns import HEADER_ROWS, Column, header_of, is_explanation
from catalog.registry.values import CellError
from catalog.spreadsheets import Cell, UnreadableFileError, spreadsheet_rows

LINES_LIMIT = 2000
Kind = RecognitionDecision.Kind
# What a line holds, in order, by the registry's columns.
COLUMNS = {
    Kind.RECOGNITION: ("code", "stars", "points"),
    Kind.EXTENSION: ("code", "valid_until"),
    Kind.REVOCATION: ("code", "revoked_ground"),
}


@dataclass(frozen=True)
class Line:
    """What a line says; None where it says nothing."""

    number: int
    code: str
    stars: int | None = None
    points: Decimal | None = None
    valid_until: date | None = None
    revoked_ground: str | None = None


@dataclass(frozen=True)
class LineProblem:
    """Why a line cannot be taken; `text` is in the reader's language."""

    number: int
    code: str
    text: str


def read_lines(text: str, kind: str) -> tuple[list[Line], list[LineProblem]]:
    """The lines of the text, and all that is wrong with them by themselves."""
    found: list[Line] = []
    problems: list[LineProblem] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        if len(found) + len(problems) >= LINES_LIMIT:
            problems.append(LineProblem(number, "", _("A decision takes 2,000 lines at most.")))
            break
        parts = _parts(line, len(COLUMNS[Kind(kind)]))
        try:
            found.append(_line(number, parts, COLUMNS[Kind(kind)]))
        except CellError as error:
            problems.append(LineProblem(number, parts[0][:40], _(error.message)))
    return found, problems


def _parts(line: str, most: int) -> list[str]:
    if re.search(r"[;\t|]", line):
        return [part.strip() for part in re.split(r"[;\t|]", line)]
    return line.split(maxsplit=most - 1)


def _line(number: int, parts: list[str], columns: tuple[str, ...]) -> Line:
    if any(parts[len(columns) :]):
        raise CellError(gettext_noop("There is more on the line than belongs there."))
    said = {column: values.read_cell(column, part) for column, part in zip(columns, parts, strict=False) if part}
    if "code" not in said:
        raise CellError(gettext_noop("The line has no product code."))
    return Line(number=number, **said)  # type: ignore[arg-type]


def lines_from_spreadsheet(path: Path, name: str, kind: str) -> str:
    """The lines of an .xlsx as text, to be looked at and mended on the page: from the first sheet that has a column of product codes.

    Raises UnreadableFileError.
    """
    columns = COLUMNS[Kind(kind)]
    header: dict[int, Column] = {}
    sheet = ""
    lines: list[str] = []
    with spreadsheet_rows(path, name) as rows:
        for row_sheet, number, cells in rows:
            if header and row_sheet != sheet:
                break
            if not header:
                found = header_of(cells) if number <= HEADER_ROWS else {}
                if any(column.key == "code" for column in found.values()):
                    header, sheet = found, row_sheet
                continue
            by_key = {column.key: cells[position] for position, column in header.items() if position < len(cells)}
            if by_key.get("code") not in {None, ""} and not is_explanation(by_key["code"]):
                lines.append("; ".join(_written(by_key.get(key)) for key in columns).rstrip("; "))
            if len(lines) > LINES_LIMIT:
                raise UnreadableFileError(_("%(file)s has more than 2,000 rows: that is no single decision.") % {"file": name})
    if not lines:
        text = _("%(file)s has no column of product codes with anything in it. Head the columns as the registry's template does.")
        raise UnreadableFileError(text % {"file": name})
    return "\n".join(lines)


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    # A separator within a cell would become a column of its own.
    return re.sub(r"[;\t|\r\n]+", ",", values.text_of(cell)).strip()
