"""The sheets and rolls that labels are printed on, as data. All lengths in millimetres.

Sizes are those of label stock sold in Viet Nam: sheets of A4 (ISO 216) for an office printer, and rolls for a thermal printer, whose
"page" is one row across the roll.
"""

from __future__ import annotations

from dataclasses import dataclass

QUIET = 4
"""Light modules around a QR symbol (ISO/IEC 18004, 6.3.8)."""
LEAST_MODULE = 0.4
"""The smallest module in print: below this, cheap cameras fail (GS1 General Specifications ask for 0.396 mm)."""
MOST_MODULE = 0.8
PADDING = 1.0


class TooSmallError(ValueError):
    """A symbol of so many modules does not fit the label with modules of 0.4 mm."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Labels of one size on a page: `columns` × `rows` of them, the first one's corner at (`left`, `top`) from the page's top left."""

    code: str
    page_width: float
    page_height: float
    width: float
    height: float
    columns: int = 1
    rows: int = 1
    left: float = 0
    top: float = 0
    gap: float = 0  # between columns

    @property
    def is_roll(self) -> bool:
        """Whether it is a roll for a label printer, not a sheet of A4."""
        return self.code.startswith("roll")

    @property
    def per_page(self) -> int:
        """Labels on a page."""
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[float, float]:
        """Left and top edge of the label at `place` (from 0, by rows) on its page."""
        row, column = divmod(place, self.columns)
        return self.left + column * (self.width + self.gap), self.top + row * self.height

    def module(self, modules: int) -> float:
        """The side of a module of a symbol with so many modules a side, its quiet zone within the label; TooSmallError below 0.4 mm."""
        module = min(self.height / (modules + 2 * QUIET), MOST_MODULE)
        # Text needs its share of the width; a quiet zone may reach to the label's edge, the label's own margin is light.
        module = min(module, max(self.width * 0.5 / (modules + 2 * QUIET), LEAST_MODULE))
        if module < LEAST_MODULE or (modules + 2 * QUIET) * module > self.width:
            raise TooSmallError(self.code)
        return module


_A4 = (210.0, 297.0)
SHEETS: dict[str, Sheet] = {
    sheet.code: sheet
    for sheet in (
        Sheet("a4-24", *_A4, 70, 37, columns=3, rows=8, top=0.5),
        Sheet("a4-21", *_A4, 63.5, 38.1, columns=3, rows=7, left=7.2, top=15.1, gap=2.5),
        Sheet("a4-40", *_A4, 52.5, 29.7, columns=4, rows=10),
        Sheet("a4-12", *_A4, 105, 48, columns=2, rows=6, top=4.5),
        Sheet("roll-35x22", 110, 22, 35, 22, columns=3, left=0.5, gap=2),
        Sheet("roll-50x30", 50, 30, 50, 30),
        Sheet("roll-70x50", 70, 50, 70, 50),
        Sheet("roll-100x50", 100, 50, 100, 50),
    )
}
