"""Writes LIVE analytics files as the platform does: a range of days in row 1, headers in row 3, a broadcast in each row from 4."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

# The 35 headers of the newest edition, in order.
HEADERS = (
    "Room ID", "Room Title", "Start Time", "End Time", "Duration", "Attributed GMV", "Attributed items sold", "Attributed orders",
    "Attributed SKU orders", "Customers", "AOV", "Views", "Impressions", "Impressions Per Hour", "GMV per hour", "Show GPM", "Watch GPM",
    "Avg. viewing duration per view", "Avg. viewing duration", "Tap through rate", "LIVE CTR", "Product Impressions", "Product clicks",
    "CTR", "CTOR", "CTOR (SKU orders)", "SKU order rate", "New followers", "Follow rate", "Comments", "Comment rate", "Shares",
    "Share rate", "Likes", "Like rate",
)  # fmt: skip
ROOM = "7508812345678901234"
FULL: dict[str, Any] = {
    "Room ID": ROOM, "Room Title": "Đặc sản Gia Lai", "Start Time": "2025-05-20 20:02:10", "End Time": "2025-05-20 21:05:00",
    "Duration": "1h2m", "Attributed GMV": "1,234,567", "Attributed items sold": "48", "Attributed orders": 40,
    "Attributed SKU orders": "44", "Customers": 38, "AOV": "30,864.18", "Views": "12,500", "Impressions": "98,000",
    "Impressions Per Hour": "93,650.5", "GMV per hour": "1,179,766", "Show GPM": 12597, "Watch GPM": 98765,
    "Avg. viewing duration per view": "45s", "Avg. viewing duration": "1m20s", "Tap through rate": "12.75%", "LIVE CTR": 0.031,
    "Product Impressions": "20,000", "Product clicks": "2,000", "CTR": "10%", "CTOR": "2.00%", "CTOR (SKU orders)": "2.2%",
    "SKU order rate": "0.352%", "New followers": 120, "Follow rate": "0.96%", "Comments": 640, "Comment rate": "5.12%", "Shares": 75,
    "Share rate": "0.6%", "Likes": "31,000", "Like rate": "248%",
}  # fmt: skip


def broadcast(**fields: Any) -> dict[str, Any]:
    """`FULL` with other cells; spaces of a header are written `_` (`Room_ID="…"`)."""
    return {**FULL, **{name.replace("_", " "): value for name, value in fields.items()}}


def write(
    path: Path,
    rows: Sequence[Mapping[str, Any]],
    *,
    headers: Sequence[str] = HEADERS,
    covers: str = "2025-05-01 ~ 2025-05-31",
    sheet: str = "performance_detail",
    head: bool = True,
) -> Path:
    """The file at `path`; `head=False` leaves the row of headers out."""
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet(sheet)
        page.write_string(0, 0, covers)
        if head:
            page.write_row(2, 0, headers)
        for number, row in enumerate(rows, start=3):
            for place, header in enumerate(headers):
                if isinstance(value := row.get(header), str):
                    page.write_string(number, place, value)
                elif value is not None:
                    page.write(number, place, value)
    return path
