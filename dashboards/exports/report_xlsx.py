"""A report as XLSX: figures and remarks on the first sheet, each table on a sheet of its own, numbers as numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from dashboards.exports.drawings import png_of
from dashboards.reports.document import Cell, Chart, Document, Figures, Kind, Letterhead, Remarks, Table

# Text stays text: a product called "=1+1" must not be computed.
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_TALLEST = 409  # points: as high as a row may be
_REFERENCE = re.compile(r"R(\[-?\d+\]|\d+)?C(\[-?\d+\]|\d+)?")  # R1C1: absolute, [relative], or the cell's own


def report_xlsx(document: Document) -> bytes:
    """The workbook. What is not known is a dash, never 0; weights are kg, times of Vietnam; sums and shares are live formulas."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        book.set_properties({"title": document.title, "author": _("OCOP products and sales portal")})
        writer = _Writer(book)
        writer.front(document)
        blocks = [block for section in document.sections for block in section.blocks]
        pictures = {block.table: block for block in blocks if isinstance(block, Chart)}
        for block in blocks:
            if isinstance(block, Table):
                writer.table(block, pictures.get(block.key), document.language)
    return target.getvalue()


class _Writer:
    def __init__(self, book: Any) -> None:
        self.book = book
        self.names: set[str] = set()
        self.title = book.add_format({"bold": True, "font_size": 16, "font_color": "#1f6b3b"})
        self.heading = book.add_format({"bold": True, "font_size": 12, "top": 1})
        self.head = book.add_format({"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 2, "bottom_color": "#1f6b3b"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.quiet_line = book.add_format({"font_color": "#4c5951"})
        self.quiet = book.add_format({"text_wrap": True, "valign": "top", "font_color": "#4c5951"})
        self.plain = {kind: book.add_format({"num_format": kind.value, "align": "right", "valign": "top"}) for kind in Kind}
        self.bold = {kind: book.add_format({"num_format": kind.value, "align": "right", "bold": True, "top": 1}) for kind in Kind}
        self.plain[Kind.TEXT] = self.wrap
        self.bold[Kind.TEXT] = book.add_format({"bold": True, "top": 1})

    def sheet(self, title: str) -> Worksheet:
        """A sheet of that name, shortened and made unique as spreadsheets demand."""
        base = re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:28]
        name, number = base, 2
        while name.casefold() in self.names:
            name, number = f"{base} {number}", number + 1
        self.names.add(name.casefold())
        sheet: Worksheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        return sheet

    def front(self, document: Document) -> None:
        """What the report is, its large figures and its remarks."""
        sheet = self.sheet(_("Report"))
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 1, 22)
        sheet.set_column(2, 2, 90)
        line = self._letterhead(sheet, document.letterhead) if document.letterhead is not None else 0
        sheet.write_string(line, 0, document.title, self.title)
        sheet.write_string(line + 1, 0, document.lead)
        line += 3
        for label, words in document.about:
            sheet.write_string(line, 0, label, self.quiet)
            sheet.write_string(line, 1, words)
            line += 1
        for section in document.sections:
            told = [block for block in section.blocks if isinstance(block, Figures | Remarks)]
            if not told:
                continue
            line += 1
            sheet.write_string(line, 0, section.title, self.heading)
            line += 1
            for block in told:
                line = self._figures(sheet, line, block) if isinstance(block, Figures) else self._remarks(sheet, line, block)

    def _letterhead(self, sheet: Worksheet, head: Letterhead) -> int:
        """Who issues it, its number, place and date, and who signs; the line after it."""
        told = (
            *(filter(None, [head.remark])),
            " – ".join((" ".join(head.over), " ".join(head.body))),
            f"{head.number} · {head.place_and_date}",
            " ".join((*head.signs, head.name)).strip(),
        )
        for line, words in enumerate(told):
            sheet.write_string(line, 0, words, self.quiet_line)
        return len(told) + 1

    def _figures(self, sheet: Worksheet, line: int, block: Figures) -> int:
        for tile in block.tiles:
            sheet.write_string(line, 0, tile.label, self.wrap)
            self.cell(sheet, line, 1, tile.cell, self.plain)
            sheet.write_string(line, 2, " · ".join(filter(None, (tile.note, tile.definition))), self.quiet)
            line += 1
        return line

    def _remarks(self, sheet: Worksheet, line: int, block: Remarks) -> int:
        for words in (*filter(None, [block.title]), *block.sentences):
            sheet.merge_range(line, 0, line, 2, "", self.wrap)
            sheet.write_string(line, 0, words, self.wrap)
            sheet.set_row(line, min(15 * (1 + len(words) // 130), _TALLEST))
            line += 1
        return line

    def table(self, block: Table, chart: Chart | None, language: str) -> None:
        """One table, its note, and the chart of the same figures below."""
        sheet = self.sheet(block.caption)
        sheet.freeze_panes(1, 1)
        widths = [38 if place == 0 else 60 if column.wide else 17 for place, column in enumerate(block.columns)]
        for place, column in enumerate(block.columns):
            sheet.set_column(place, place, widths[place])
            sheet.write_string(0, place, column.label, self.head)
        _as_high_as(sheet, 0, [column.label for column in block.columns], widths)
        line = 1
        for row in block.rows:
            _as_high_as(sheet, line, [cell.text for cell in row], widths)
            for place, cell in enumerate(row):
                self.cell(sheet, line, place, cell, self.plain)
            line += 1
        for place, cell in enumerate(block.foot):
            self.cell(sheet, line, place, cell, self.bold)
        line += 2 if block.foot else 1
        if block.note:
            last = max(len(block.columns) - 1, 1)
            sheet.merge_range(line, 0, line, last, "", self.quiet)
            sheet.write_string(line, 0, block.note, self.quiet)
            sheet.set_row(line, 30)
            line += 2
        picture = png_of(chart, language) if chart is not None else None
        if chart is not None and picture is not None:
            options = {"image_data": BytesIO(picture), "x_scale": 0.8, "y_scale": 0.8, "description": chart.alt}
            sheet.insert_image(line, 0, "chart.png", options)

    @staticmethod
    def cell(sheet: Worksheet, line: int, place: int, cell: Cell, formats: dict[Kind, Any]) -> None:
        """A value as the spreadsheet's own number or time; what is not known as the dash that the page shows."""
        if isinstance(cell.value, datetime):
            sheet.write_datetime(
                line, place, timezone.localtime(cell.value).replace(tzinfo=None, second=0, microsecond=0), formats[cell.kind]
            )
        elif cell.value is not None and cell.formula:
            # The value as well: a program that does not compute shows it, one that does comes to the same.
            sheet.write_formula(line, place, f"={in_a1(cell.formula, line, place)}", formats[cell.kind], cell.value)
        elif cell.value is not None:
            sheet.write_number(line, place, cell.value, formats[cell.kind])
        else:
            sheet.write_string(line, place, cell.text, formats[cell.kind])


def _as_high_as(sheet: Worksheet, line: int, words: Sequence[str], widths: Sequence[int]) -> None:
    """Room for words that break over several lines: not every program finds it by itself."""
    # Letters of the default font are a little wider than the width of a column counts them.
    most = max((-(-len(one) // max(width - 2, 1)) for one, width in zip(words, widths, strict=True)), default=1)
    if most > 1:
        sheet.set_row(line, min(15 * most, _TALLEST))


def in_a1(formula: str, line: int, place: int) -> str:
    """A formula of the cell at (line, place), counted from 0, with its references as `B7` instead of `R[-1]C`."""

    def part(written: str | None, own: int) -> int:
        if written is None:
            return own
        return own + int(written[1:-1]) if written.startswith("[") else int(written) - 1

    return _REFERENCE.sub(lambda found: xl_rowcol_to_cell(part(found[1], line), part(found[2], place)), formula)
