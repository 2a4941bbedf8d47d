"""Labels as PDF pages (ISO 32000): vector symbols, embedded fonts, nothing that a printer could rescale."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import cos, pi, sin

from font_roboto import font_files
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from traceability.labels.content import Label, Words
from traceability.labels.sheets import PADDING, QUIET, Sheet
from traceability.labels.symbols import Symbol, symbol_of

REGULAR, BOLD = "Roboto", "Roboto-Bold"
# Points: the text of a label grows with its height, within what a hand's length and a thermal head allow.
LEAST_SIZE, MOST_SIZE = 4.5, 9.0
LEADING = 1.18
SERIAL_SIZE = 5.0
SERIAL_ROOM = 2.6  # mm kept free below the words for the serial


@dataclass(frozen=True, slots=True)
class _Text:
    """The words as they are set beside the symbol: lines with their fonts, the size in points, the width of the symbol's part in mm."""

    lines: tuple[tuple[str, str], ...]
    size: float
    stars: int
    left: float


class Sheeting:
    """Draws the labels of one file; `write` gives its bytes."""

    def __init__(self, sheet: Sheet, words: Words, *, title: str) -> None:
        _load_fonts()
        self._sheet = sheet
        self._words = words
        self._out = io.BytesIO()
        self._canvas = Canvas(self._out, pagesize=(sheet.page_width * mm, sheet.page_height * mm), pageCompression=1, invariant=1)
        self._canvas.setTitle(title)
        self._canvas.setCreator("OCOP")
        self._texts: dict[int, _Text] = {}
        self._place = 0

    def draw(self, labels: Iterable[Label]) -> Iterator[int]:
        """Draw labels, page by page; yields the number of each as it is done. Raises sheets.TooSmallError."""
        same: tuple[str, Symbol] | None = None
        for label in labels:
            if same is None or same[0] != label.address:
                same = (label.address, symbol_of(label.address))
            if self._place == self._sheet.per_page:
                self._canvas.showPage()
                self._place = 0
            left, top = self._sheet.corner(self._place)
            self._label(same[1], label.serial, left, self._sheet.page_height - top - self._sheet.height)
            self._place += 1
            yield label.number

    def write(self) -> bytes:
        """Finish the file."""
        self._canvas.save()
        return self._out.getvalue()

    def _label(self, symbol: Symbol, serial: str, left: float, bottom: float) -> None:
        module = self._sheet.module(symbol.modules)
        if symbol.modules not in self._texts:
            self._texts[symbol.modules] = self._set(symbol.modules, module)
        text = self._texts[symbol.modules]
        canvas, side = self._canvas, module * symbol.modules
        low = (self._sheet.height - side) / 2
        canvas.saveState()
        canvas.translate(left * mm, bottom * mm)
        canvas.doForm(f"words-{symbol.modules}")
        if serial:
            canvas.setFont(REGULAR, SERIAL_SIZE)
            canvas.drawString(text.left * mm, (PADDING + 0.4) * mm, serial)
        # In modules from here on, rows downwards: whole numbers, so that neighbouring runs meet exactly.
        canvas.translate(QUIET * module * mm, (low + side) * mm)
        canvas.scale(module * mm, -module * mm)
        # Written as they are: the canvas would format each as a decimal, which takes five times as long as all the rest.
        runs = [f"{column} {row} {length} 1 re" for column, row, length in symbol.runs]
        canvas.drawPath(PDFPathObject(runs), stroke=0, fill=1)
        canvas.restoreState()

    def _set(self, modules: int, module: float) -> _Text:
        """Set the words for a symbol of that size, once for the file."""
        sheet, words = self._sheet, self._words
        left = (modules + 2 * QUIET) * module + PADDING / 2
        room = (sheet.width - left - PADDING) * mm
        free = sheet.height - 2 * PADDING - SERIAL_ROOM
        size = MOST_SIZE
        while True:
            lines = [(BOLD, line) for line in _wrapped(words.name, BOLD, size, room)[:3]]
            lines += [(REGULAR, line) for text in words.lines for line in _wrapped(text, REGULAR, size, room)[:2]]
            height = (len(lines) + bool(words.stars)) * size * LEADING / mm
            if height <= free or size <= LEAST_SIZE:
                break
            size -= 0.25
        most = max(1, int(free * mm / (size * LEADING)) - bool(words.stars))
        text = _Text(tuple(lines[:most]), size, words.stars, left)
        self._form(modules, text)
        return text

    def _form(self, modules: int, text: _Text) -> None:
        """The words as a form of the file: drawn once, shown on every label."""
        canvas, sheet = self._canvas, self._sheet
        canvas.beginForm(f"words-{modules}", 0, 0, sheet.width * mm, sheet.height * mm)
        # Words and serial together stand in the middle of the label's height.
        spare = sheet.height * mm - (len(text.lines) + bool(text.stars)) * text.size * LEADING - (SERIAL_ROOM + 2 * PADDING) * mm
        at = (sheet.height - PADDING) * mm - max(spare, 0) / 2
        named = sum(font == BOLD for font, _line in text.lines)
        for place, (font, line) in enumerate(text.lines):
            if place == named and text.stars:
                at -= text.size * LEADING
                self._stars(text, at)
            at -= text.size * LEADING
            canvas.setFont(font, text.size)
            canvas.drawString(text.left * mm, at, line)
        canvas.endForm()

    def _stars(self, text: _Text, base: float) -> None:
        """As many five-pointed stars as the product has, drawn: no font need have the sign. Black, because a thermal printer is."""
        radius = text.size * 0.45
        for number in range(text.stars):
            x, y = text.left * mm + radius * (1 + 2.3 * number), base + text.size * 0.35
            path = self._canvas.beginPath()
            for point in range(10):
                reach = radius if point % 2 == 0 else radius * 0.382
                angle = pi / 2 + point * pi / 5
                (path.lineTo if point else path.moveTo)(x + reach * cos(angle), y + reach * sin(angle))
            path.close()
            self._canvas.drawPath(path, stroke=0, fill=1)


def _wrapped(text: str, font: str, size: float, room: float) -> list[str]:
    """The text in lines of at most `room` points; a word that is longer than a line is cut at the label's edge."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and pdfmetrics.stringWidth(longer, font, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _load_fonts() -> None:
    if REGULAR not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(REGULAR, font_files["Roboto"]))
        pdfmetrics.registerFont(TTFont(BOLD, font_files["RobotoBold"]))
