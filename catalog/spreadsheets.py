"""Opens spreadsheets that anybody may have made: what is no workbook is named for what it is, and none can harm the process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from catalog.spreadsheet_child import NOT_A_WORKBOOK

Cell = str | int | float | bool | date | None
Row = tuple[str, int, list[Cell]]

BYTES_LIMIT = 10 * 1024 * 1024
_ROOT = Path(__file__).resolve().parent.parent
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class UnreadableFileError(Exception):
    """The file cannot be taken in; the message says why and what to do, in the reader's language."""


def _look(path: Path, name: str) -> None:
    """Raise UnreadableFileError for what can be told from size and first bytes."""
    size = path.stat().st_size
    if size == 0:
        raise UnreadableFileError(_("%(file)s is empty.") % {"file": name})
    if size > BYTES_LIMIT:
        raise UnreadableFileError(_("%(file)s is larger than 10 MB. Split it and load the parts one after the other.") % {"file": name})
    with path.open("rb") as file:
        start = file.read(8)
        if start.startswith(_ZIP):
            return
        if start == _OLE:
            if _ENCRYPTED in file.read():
                raise UnreadableFileError(
                    _("%(file)s is protected by a password. Save it without one and upload it again.") % {"file": name}
                )
            raise UnreadableFileError(_("%(file)s is in the old .xls format. Save it as .xlsx and upload it again.") % {"file": name})
    raise UnreadableFileError(_("%(file)s is not an .xlsx spreadsheet. Save it as .xlsx and upload that.") % {"file": name})


@contextmanager
def spreadsheet_rows(path: Path, name: str, *, times: bool = False) -> Iterator[Iterator[Row]]:
    """The rows of all sheets that are not empty, as (sheet, row number, cells); read while the block lasts.

    `name` is what messages call the file. A cell with a time of day is its day, with `times` a datetime without a zone. Raises
    UnreadableFileError, also while rows are read.
    """
    _look(path, name)
    child = subprocess.Popen(
        [sys.executable, "-m", "catalog.spreadsheet_child", str(path)],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    )
    try:
        yield _rows(child, name, times)
    finally:
        child.kill()
        child.communicate()


def _rows(child: subprocess.Popen[bytes], name: str, times: bool) -> Iterator[Row]:
    output: IO[bytes] | None = child.stdout
    for line in output or ():
        if not line.endswith(b"\n"):
            break  # cut off with its writer; the exit code tells why
        sheet, number, cells = json.loads(line)
        yield sheet, number, [_moment(cell, times) if isinstance(cell, dict) else cell for cell in cells]
    code = child.wait()
    if code == NOT_A_WORKBOOK:
        raise UnreadableFileError(
            _("%(file)s is damaged or not a spreadsheet. Open it in a spreadsheet program, save it again and upload that.") % {"file": name}
        )
    if code:
        raise UnreadableFileError(
            _("%(file)s unpacks to far more than such a file holds. Copy its rows into a fresh file and upload that.") % {"file": name}
        )


def _moment(cell: dict[str, str], times: bool) -> date:
    if times and "time" in cell:
        return datetime.fromisoformat(f"{cell['day']} {cell['time']}")
    return date.fromisoformat(cell["day"])


def inert(value: Any) -> Any:
    """A value for a cell of a CSV file: a text that a spreadsheet would take for a formula is written as text."""
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value
