"""What documents for a word processor are put together from, beyond what python-docx offers."""

from __future__ import annotations

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

LANGUAGES = {"vi": "vi-VN", "en": "en-GB"}


def set_font(style: Any, name: str, points: float) -> None:
    """The style's font for every script, whatever the theme says."""
    style.font.name, style.font.size = name, Pt(points)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for part in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(part), name)
    for part in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
        fonts.attrib.pop(qn(part), None)


def set_language(style: Any, language: str) -> None:
    """The language in which a word processor checks the spelling."""
    element = OxmlElement("w:lang")
    element.set(qn("w:val"), LANGUAGES.get(language, "vi-VN"))
    style.element.get_or_add_rPr().append(element)


def run(
    paragraph: Any,
    words: str,
    *,
    size: float | None = None,
    bold: bool | None = None,
    italic: bool | None = None,
    colour: RGBColor | None = None,
) -> None:
    """Words in the paragraph; what is not given is the paragraph's own."""
    made = paragraph.add_run(words)
    made.bold, made.italic = bold, italic
    if size is not None:
        made.font.size = Pt(size)
    if colour is not None:
        made.font.color.rgb = colour


def borders(table: Any, colour: str, **sizes: int) -> None:
    """Lines of a table by side (top, bottom, left, right, insideH, insideV), in eighths of a point."""
    element = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        if side in sizes:
            line = OxmlElement(f"w:{side}")
            for name, value in (("val", "single"), ("sz", str(sizes[side])), ("space", "0"), ("color", colour)):
                line.set(qn(f"w:{name}"), value)
            element.append(line)
    table._tbl.tblPr.append(element)


def no_margins(table: Any) -> None:
    """Cells that begin and end where the table does."""
    element = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), "0")
        edge.set(qn("w:type"), "dxa")
        element.append(edge)
    table._tbl.tblPr.append(element)


def mark(row: Any, name: str) -> None:
    """A property of a row: `w:cantSplit` (never cut by a page), `w:tblHeader` (repeated on each)."""
    element = OxmlElement(name)
    element.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(element)


def page_number(paragraph: Any, points: float) -> None:
    """A field that the program fills in with the number of the page."""
    made = paragraph.add_run()
    made.font.size = Pt(points)
    for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = words
        made._r.append(element)
