"""Labels as SVG pictures in a ZIP, for designers who set the code into their own print."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator

from traceability.labels.content import Label
from traceability.labels.sheets import LEAST_MODULE, QUIET
from traceability.labels.symbols import symbol_of

MODULE = 0.5
"""Millimetres of a module as the picture is made; a designer may shrink it to 0.4."""
assert MODULE >= LEAST_MODULE


class Pictures:
    """The pictures of one file; `write` gives the bytes of the ZIP."""

    def __init__(self) -> None:
        self._out = io.BytesIO()
        self._archive = zipfile.ZipFile(self._out, "w", zipfile.ZIP_DEFLATED)

    def draw(self, labels: Iterable[Label]) -> Iterator[int]:
        """Draw labels; yields the number of each as it is done."""
        for label in labels:
            symbol = symbol_of(label.address)
            side = symbol.modules + 2 * QUIET
            self._archive.writestr(
                # A date of its own, so that the same labels give the same bytes.
                zipfile.ZipInfo(f"{label.number:06d}{f'-{label.serial}' if label.serial else ''}.svg", (2020, 1, 1, 0, 0, 0)),
                f'<svg xmlns="http://www.w3.org/2000/svg" width="{side * MODULE}mm" height="{side * MODULE}mm" viewBox="0 0 {side} {side}">'
                f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{symbol.svg_path()}"/></svg>',
                zipfile.ZIP_DEFLATED,
            )
            yield label.number

    def write(self) -> bytes:
        """Finish the file."""
        self._archive.close()
        return self._out.getvalue()
