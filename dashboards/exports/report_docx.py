"""A report as DOCX, to be worked on: headings, tables whose head repeats on every page, charts as pictures."""

from __future__ import annotations

from datetime import UTC
from io import BytesIO
from typing import Any

import docx
from django.utils.translation import gettext as _
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt, RGBColor

from dashboards.exports.docx_parts import borders, mark, page_number, run, set_font, set_language
from dashboards.exports.drawings import png_of
from dashboards.exports.report_pdf import footer
from dashboards.reports.document import Block, Cell, Chart, Document, Figures, Remarks, Table

FONT = "Arial"
GREEN, QUIET = RGBColor(0x1F, 0x6B, 0x3B), RGBColor(0x4C, 0x59, 0x51)
PAGE = (Mm(297), Mm(210))
MARGIN = Mm(15)
TILES_A_ROW = 3
_FIRST, _WIDE, _OTHER = 2.4, 3.5, 1.0  # how columns share the width of the page
LINES = "A9B8AD"  # hairlines between rows, none between columns


def report_docx(document: Document) -> bytes:
    """The report on A4 across."""
    made = docx.Document()
    _set_up(made, document)
    made.add_heading(document.title, level=0)
    made.add_paragraph(document.lead)
    _about(made, document)
    for section in document.sections:
        made.add_heading(section.title, level=1)
        for block in section.blocks:
            _block(made, block, document.language)
    target = BytesIO()
    made.save(target)
    return target.getvalue()


def _set_up(made: Any, document: Document) -> None:
    """Page, fonts, language and what stands at the foot of each page."""
    page = made.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = PAGE
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = MARGIN
    sizes = {"Normal": 9.5, "Title": 20, "Heading 1": 13}
    for name, size in sizes.items():
        style = made.styles[name]
        set_font(style, FONT, size)
        if name != "Normal":
            style.font.color.rgb = GREEN
    made.styles["Normal"].paragraph_format.space_after = Pt(4)
    set_language(made.styles["Normal"], document.language)
    about = made.core_properties
    about.title, about.author, about.comments = document.title, _("OCOP products and sales portal"), ""
    about.language = document.language
    about.created = about.modified = document.reading.at.astimezone(UTC).replace(tzinfo=None)
    foot = page.footer.paragraphs[0]
    run(foot, f"{footer(document)} · ", size=8, colour=QUIET)
    page_number(foot, 8)


def _about(made: Any, document: Document) -> None:
    for label, words in document.about:
        line = made.add_paragraph()
        line.paragraph_format.space_after = Pt(0)
        run(line, f"{label}: ", colour=QUIET)
        run(line, words)


def _block(made: Any, block: Block, language: str) -> None:
    if isinstance(block, Figures):
        _tiles(made, block)
    elif isinstance(block, Table):
        _table(made, block)
    elif isinstance(block, Remarks):
        if block.title:
            run(made.add_paragraph(), block.title, bold=True)
        for words in block.sentences:
            made.add_paragraph(words)
    elif isinstance(block, Chart) and (picture := png_of(block, language)) is not None:
        shape = made.add_picture(BytesIO(picture), width=Mm(210))
        shape._inline.docPr.set("descr", block.alt)
        run(made.add_paragraph(), block.caption, size=8.5, colour=QUIET)


def _tiles(made: Any, block: Figures) -> None:
    rows = [block.tiles[place : place + TILES_A_ROW] for place in range(0, len(block.tiles), TILES_A_ROW)]
    table = made.add_table(rows=len(rows), cols=TILES_A_ROW, style="Normal Table")
    borders(table, LINES, top=8, bottom=8, insideH=4)
    for line, tiles in zip(table.rows, rows, strict=True):
        for place, tile in enumerate(tiles):
            cell = line.cells[place]
            run(cell.paragraphs[0], tile.label, size=8.5, colour=QUIET)
            run(cell.add_paragraph(), tile.cell.text, size=14, bold=True)
            if tile.note:
                run(cell.add_paragraph(), tile.note, size=8, colour=QUIET)
    made.add_paragraph()


def _table(made: Any, block: Table) -> None:
    caption = made.add_paragraph()
    caption.paragraph_format.keep_with_next = True
    run(caption, block.caption, bold=True)
    lines = [tuple(Cell(column.label) for column in block.columns), *block.rows, *([block.foot] if block.foot else [])]
    table = made.add_table(rows=0, cols=len(block.columns), style="Normal Table")
    table.autofit = False
    borders(table, LINES, top=8, bottom=8, insideH=4)
    parts = [_FIRST if place == 0 else _WIDE if column.wide else _OTHER for place, column in enumerate(block.columns)]
    widths = [round((PAGE[0] - 2 * MARGIN) * part / sum(parts)) for part in parts]
    for number, cells in enumerate(lines):
        row = table.add_row()
        mark(row, "w:cantSplit")
        if number == 0:
            mark(row, "w:tblHeader")
        strong = number == 0 or (block.foot and number == len(lines) - 1)
        for place, (target, cell) in enumerate(zip(row.cells, cells, strict=True)):
            paragraph = target.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            target.width = widths[place]
            if block.columns[place].number:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            run(paragraph, cell.text, size=8.5, bold=bool(strong), colour=GREEN if number == 0 else None)
    note = made.add_paragraph()
    if block.note:
        run(note, block.note, size=8, colour=QUIET)
