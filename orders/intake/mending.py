"""Refused rows as a file in the layout they came in, with the reason at the end of each: to mend, and to load again.

It holds the columns that may be kept and no other. Its name says when the original was exported, so that a row mended next week does not
pass for newer than what a later file has told since.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from orders.intake.mapping.layout import layout_of
from orders.intake.models import IntakeRun
from orders.intake.reading import PLATFORMS
from orders.intake.reading.platform import Platform

Cell = str | float
IDENTIFIERS = ("order_id", "sku_id")
ROUNDED_FROM = 12  # digits: longer numbers in a csv are rounded by spreadsheet programs


def file_name(run: IntakeRun, ending: str) -> str:
    """As `reading.exported_at_from_name` reads it."""
    return f"rejected-{timezone.localtime(run.exported_at):%Y-%m-%d-%H_%M_%S}-run{run.pk}.{ending}"


def has_layout(run: IntakeRun) -> bool:
    """Whether the run came as a file; what was typed or sent by a program has none to go back to."""
    return run.mapping is not None or run.platform in PLATFORMS


def as_csv(run: IntakeRun) -> bytes:
    """UTF-8 with a BOM, for spreadsheet programs."""
    layout = _layout(run)
    kinds = [column.kind for column in layout.columns]
    text = StringIO()
    writer = csv.writer(text)
    for number, row in enumerate(_rows(run, layout)):
        cells = [_csv_text(cell) for cell in row]
        if number:
            # As platforms write them: with a tab behind, a number stays text, and whoever reads it cuts the tab off.
            pairs = zip(cells, kinds, strict=False)
            long = [kind in IDENTIFIERS and len(cell) >= ROUNDED_FROM and cell.isdigit() for cell, kind in pairs]
            cells = [f"{cell}\t" if is_long else cell for cell, is_long in zip(cells, [*long, False], strict=True)]
        writer.writerow(cells)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_xlsx(run: IntakeRun) -> bytes:
    """Texts as texts (no formula, no link), numbers as numbers."""
    layout = _layout(run)
    output = BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
        sheet = book.add_worksheet(layout.sheet or "orders")
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(layout.columns) - 1, 18)
        sheet.set_column(len(layout.columns), len(layout.columns), 60)
        for number, row in enumerate(_rows(run, layout)):
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, place, cell)
                else:
                    sheet.write_number(number, place, cell)
    return output.getvalue()


def _layout(run: IntakeRun) -> Platform:
    return layout_of(run.mapping) if run.mapping else PLATFORMS[run.platform]


def _rows(run: IntakeRun, layout: Platform) -> Iterator[list[Cell]]:
    """Headers; where the platform describes its columns below them, so do we, or the first row might pass for a description."""
    yield [*(column.header for column in layout.columns), _("Why it was rejected (row in the first file)")]
    if layout.has_descriptions:
        yield [*(_("as the platform writes it") for _column in layout.columns), _("Mend the rows below and upload this file")]
    for row in run.rejected_rows.all():
        yield [*(row.cells.get(column.field, "") for column in layout.columns), f"{row.message} ({row.row})"]


def _csv_text(cell: Cell) -> str:
    text = format(cell, ".15g") if isinstance(cell, float | int) else cell
    # A spreadsheet program takes such a text for a formula; the space is cut off again when it is read.
    return f" {text}" if text[:1] in {"=", "+", "-", "@"} else text
