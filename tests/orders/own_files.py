"""Spreadsheets as a cooperative or another platform writes them, with buyers' columns."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import xlsxwriter

HEADERS = ("Mã đơn", "Ngày đặt", "Tên khách", "SĐT", "Địa chỉ", "Tên hàng", "SL", "Đơn giá", "Tình trạng")
BUYER = ("Khách Giả Định", "0905 000 111", "Số 1, Đường Không Có Thật")


def line(
    number: str = "A-01",
    placed: Any = "5/6/2026 9:05",
    *,
    units: Any = 2,
    price: Any = "120.000",
    state: str = "Đã giao",
) -> list[Any]:
    """A row in the order of HEADERS."""
    return [number, placed, *BUYER, "Mật ong", units, price, state]


def content(rows: Iterable[Sequence[Any]], *, headers: Sequence[str] = HEADERS, delimiter: str = ",") -> bytes:
    """A csv file."""
    text = StringIO()
    csv.writer(text, delimiter=delimiter).writerows([headers, *rows])
    return text.getvalue().encode()


def write_xlsx(path: Path, rows: Iterable[Sequence[Any]], *, headers: Sequence[str] = HEADERS) -> Path:
    """A workbook with one sheet, its numbers as number cells."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([headers, *rows]):
            sheet.write_row(number, 0, row)
    return path
