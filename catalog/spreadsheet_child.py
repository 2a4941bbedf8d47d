"""Reads a workbook in a process of its own: `python -m catalog.spreadsheet_child FILE`, one JSON line for each row that is not empty.

A file of some kB can unpack to gigabytes, or claim a cell in the last row and column of a grid that the library builds in memory. Here
that ends this process, whose memory and time are limited, and not the web server. A line is `[sheet, row number, cells]`; a day is
`{"day": "2026-11-21"}`, a moment also has a `"time"`. Exit codes: 0 read, NOT_A_WORKBOOK, anything else (mostly a signal): more than
the limits allow.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

from catalog.child_limits import limit_resources

MEMORY = 450 * 1024 * 1024
SECONDS = 30
NOT_A_WORKBOOK = 3


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"day": value.strftime("%Y-%m-%d"), "time": value.strftime("%H:%M:%S")}
    if isinstance(value, date):
        return {"day": value.strftime("%Y-%m-%d")}
    if isinstance(value, time | timedelta):
        return str(value)
    return value


def write_rows(path: str) -> int:
    """Write all sheets to stdout; the exit code."""
    import python_calamine  # after the limits

    try:
        with python_calamine.CalamineWorkbook.from_path(path) as book:
            for name in book.sheet_names:
                for number, cells in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), start=1):
                    if any(cell not in {"", None} for cell in cells):
                        print(json.dumps([name, number, [_cell(cell) for cell in cells]]))
    except BrokenPipeError:
        return 0  # the reader has what it wanted
    except (python_calamine.CalamineError, OSError, ValueError):
        return NOT_A_WORKBOOK
    return 0


if __name__ == "__main__":
    limit_resources(memory=MEMORY, seconds=SECONDS)
    sys.exit(write_rows(sys.argv[1]))
