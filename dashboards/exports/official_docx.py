"""A report as DOCX in the form of an administrative paper (Decree 30/2020/NĐ-CP, annex I), to be worked on in a word processor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from io import BytesIO
from typing import Any

import docx
from django.utils.translation import gettext as _
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from dashboards.exports.docx_parts import borders, mark, no_margins, page_number, run, set_font, set_language
from dashboards.exports.drawings import png_of
from dashboards.reports.document import Block, Cell, Chart, Document, Figures, Letterhead, Remarks, Table

# The decree names Times New Roman; programs without it take a font of the same widths (Liberation Serif, Tinos).
FONT = "Times New Roman"
BODY, SMALL, IN_TABLES = 13.0, 11.0, 10.0
PAGE = (Mm(210), Mm(297))
TOP, BOTTOM, LEFT, RIGHT = Mm(20), Mm(20), Mm(30), Mm(15)
WIDTH = PAGE[0] - LEFT - RIGHT
INDENT = Mm(10)
_LETTER, _EDGES = Mm(1.8), Mm(4.5)  # a bold figure in a table, and what stands left and right of it
CENTRE, RIGHT_SIDE, JUSTIFIED = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY


def official_docx(document: Document) -> bytes:
    """The document, which has a letterhead, on A4."""
    head = document.letterhead
    assert head is not None
    made = docx.Document()
    _set_up(made, document)
    if head.remark:
        run(_line(made, CENTRE), head.remark, size=SMALL, italic=True)
    _top(made, head)
    _title(made, head)
    for section in document.sections:
        heading = _line(made)
        heading.paragraph_format.keep_with_next = True
        heading.paragraph_format.space_before = Pt(8)
        run(heading, section.title, bold=True)
        for block in section.blocks:
            _block(made, block, document.language)
    _bottom(made, head)
    target = BytesIO()
    made.save(target)
    return target.getvalue()


def _set_up(made: Any, document: Document) -> None:
    """Page, font, language; the number of the page at the top, from the second page on."""
    page = made.sections[0]
    page.page_width, page.page_height = PAGE
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = TOP, BOTTOM, LEFT, RIGHT
    page.header_distance = Mm(10)
    page.different_first_page_header_footer = True
    number = page.header.paragraphs[0]
    number.alignment = CENTRE
    page_number(number, BODY)
    normal = made.styles["Normal"]
    set_font(normal, FONT, BODY)
    set_language(normal, document.language)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.1
    about = made.core_properties
    about.title, about.author, about.comments = document.title, _("OCOP products and sales portal"), ""
    about.language = document.language
    about.created = about.modified = document.reading.at.astimezone(UTC).replace(tzinfo=None)


def _line(place: Any, alignment: Any = None, after: float = 0) -> Any:
    paragraph = place.add_paragraph()
    paragraph.alignment = alignment
    paragraph.paragraph_format.space_after = Pt(after)
    return paragraph


def _top(made: Any, head: Letterhead) -> None:
    """Bodies and number at the left; the state's name, its motto, place and date at the right."""
    table = _sides(made, Mm(70))
    left, right = table.rows[0].cells
    for words in head.over:
        run(_line(left, CENTRE), words, size=12)
    for words in head.body:
        run(_line(left, CENTRE), words, size=12, bold=True)
    _rule(left, Mm(22))
    run(_line(right, CENTRE), head.state, size=12, bold=True)
    run(_line(right, CENTRE), head.motto, bold=True)
    _rule(right, Mm(20))
    left, right = table.add_row().cells
    run(_line(left, CENTRE), head.number)
    run(_line(right, CENTRE), head.place_and_date, italic=True)
    for row in table.rows:
        for cell in row.cells:
            # A cell begins with an empty paragraph that nobody wrote.
            cell._tc.remove(cell.paragraphs[0]._p)


def _title(made: Any, head: Letterhead) -> None:
    title = _line(made, CENTRE)
    title.paragraph_format.space_before = Pt(14)
    run(title, head.kind, size=14, bold=True)
    run(_line(made, CENTRE), head.subject, size=14, bold=True)
    _rule(made, Mm(62))
    if head.to:
        run(_line(made, CENTRE, after=8), head.to, size=14)


def _bottom(made: Any, head: Letterhead) -> None:
    """Recipients at the left, the signature with room for it at the right; never apart."""
    _line(made)
    table = _sides(made, Mm(80))
    mark(table.rows[0], "w:cantSplit")
    left, right = table.rows[0].cells
    run(_line(left), head.copies_title, size=12, bold=True, italic=True)
    for words in head.copies:
        run(_line(left), words, size=11)
    for words in head.signs:
        run(_line(right, CENTRE), words, bold=True)
    for _space in range(4):
        _line(right)
    run(_line(right, CENTRE), head.name, bold=True)
    for cell in (left, right):
        cell._tc.remove(cell.paragraphs[0]._p)


def _sides(made: Any, left: int) -> Any:
    table = made.add_table(rows=1, cols=2)
    table.autofit = False
    widths = (left, WIDTH - left)
    _set_grid(table, widths)
    no_margins(table)
    for cell, width in zip(table.rows[0].cells, widths, strict=True):
        cell.width = width
    return table


def _set_grid(table: Any, widths: Sequence[int]) -> None:
    """Some programs go by the cells, others by the table's grid."""
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width


def _rule(place: Any, inset: int) -> None:
    """A line of its own, shorter than its column by `inset` at both sides."""
    paragraph = _line(place, after=4)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = inset
    paragraph.paragraph_format.line_spacing = Pt(3)
    edges = OxmlElement("w:pBdr")
    line = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    edges.append(line)
    paragraph._p.get_or_add_pPr().append(edges)


def _block(made: Any, block: Block, language: str) -> None:
    if isinstance(block, Remarks):
        for words in block.sentences:
            paragraph = made.add_paragraph(words)
            paragraph.alignment = JUSTIFIED
            paragraph.paragraph_format.first_line_indent = INDENT
    elif isinstance(block, Table):
        _table(made, block)
    elif isinstance(block, Figures):
        for tile in block.tiles:
            made.add_paragraph(f"{tile.label}: {tile.cell.text}")
    elif isinstance(block, Chart) and (picture := png_of(block, language)) is not None:
        caption = _line(made, CENTRE)
        caption.paragraph_format.keep_with_next = True
        run(caption, block.caption, size=SMALL, italic=True)
        holder = _line(made, CENTRE, after=6)
        shape = holder.add_run().add_picture(BytesIO(picture), width=WIDTH)
        shape._inline.docPr.set("descr", block.alt)


def _table(made: Any, block: Table) -> None:
    caption = _line(made, CENTRE, after=3)
    caption.paragraph_format.keep_with_next = True
    run(caption, block.caption, size=12, bold=True)
    lines = [tuple(Cell(column.label) for column in block.columns), *block.rows, *([block.foot] if block.foot else [])]
    table = made.add_table(rows=0, cols=len(block.columns))
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    borders(table, "000000", top=4, left=4, bottom=4, right=4, insideH=4, insideV=4)
    widths = _widths(block, lines)
    _set_grid(table, widths)
    for number, cells in enumerate(lines):
        row = table.add_row()
        mark(row, "w:cantSplit")
        if number == 0:
            mark(row, "w:tblHeader")
        strong = number == 0 or bool(block.foot and number == len(lines) - 1)
        for place, (target, cell) in enumerate(zip(row.cells, cells, strict=True)):
            paragraph = target.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            paragraph.paragraph_format.line_spacing = 1
            target.width = widths[place]
            paragraph.alignment = CENTRE if number == 0 else RIGHT_SIDE if block.columns[place].number else None
            run(paragraph, cell.text, size=IN_TABLES, bold=strong)
    note = _line(made, JUSTIFIED, after=8)
    if block.note:
        run(note, block.note, size=SMALL, italic=True)


def _widths(block: Table, lines: Sequence[Sequence[Cell]]) -> list[int]:
    """A column of figures is as wide as its longest entry of up to 20 letters (12 beside several columns of sentences), its heading breaks
    at words; text columns share the rest."""
    most = 12 if block.has_several_sentences else 20
    numbers = {}
    for place in (place for place, column in enumerate(block.columns) if column.number):
        entries = [cells[place].text for cells in lines]
        lengths = [len(word) for entry in entries for word in entry.split(" ")]
        numbers[place] = _LETTER * max(7, *lengths, *(min(len(entry), most) for entry in entries[1:])) + _EDGES
    left = WIDTH - sum(numbers.values())
    words = {
        place: _LETTER * max(len(word) for cells in lines for word in cells[place].text.split(" ")) + _EDGES
        for place, column in enumerate(block.columns)
        if not column.number
    }
    parts = {place: block.shares[place] for place in words}
    # Each text column holds its longest word (a date, say); what is left is shared.
    spare = max(left - sum(words.values()), 0) / sum(parts.values())
    return [numbers[place] if place in numbers else round(words[place] + spare * parts[place]) for place in range(len(block.columns))]
