"""QR symbols of addresses (ISO/IEC 18004, error correction M), as runs of dark modules."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import zxingcpp

from traceability.labels.sheets import QUIET

LEVEL = "M"
_DARK = 0


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol of `modules` × `modules`; `runs` are (column, row, length) of dark modules, rows from the top."""

    modules: int
    runs: list[tuple[int, int, int]]

    def svg_path(self) -> str:
        """The dark modules as the data of an SVG path, in modules, with room for the quiet zone."""
        return "".join(f"M{QUIET + column} {QUIET + row}h{length}v1h-{length}z" for column, row, length in self.runs)


def symbol_of(address: str) -> Symbol:
    """The QR symbol of an address. ValueError where it holds more than a symbol can."""
    # A symbol that has room for more correction than was asked for would take it; what is asked for is what is drawn.
    picture = zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode, ec_level=LEVEL).to_image(scale=1, add_quiet_zones=False)
    modules = int(picture.shape[0])
    pixels = bytes(memoryview(picture))  # type: ignore[arg-type]  # it has the buffer protocol, its stub does not say so
    runs: list[tuple[int, int, int]] = []
    for row in range(modules):
        column = 0
        for value, same in groupby(pixels[row * modules : (row + 1) * modules]):
            length = len(list(same))
            if value == _DARK:
                runs.append((column, row, length))
            column += length
    return Symbol(modules, runs)
