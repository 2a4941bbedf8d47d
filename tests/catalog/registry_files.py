"""Writes registry files for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

GOOD: dict[str, Any] = {
    "code": "GL-001",
    "name_vi": "Cà phê bột Ia Boòng",
    "producer_code": "HTX-01",
    "producer_name": "HTX Cà phê Ia Boòng",
    "commune": "Xã Ia Boòng",
    "ocop_set": "1.13",
    "unit": "gói 500 g",
}
RATED: dict[str, Any] = {**GOOD, "stars": 3, "decision_number": "3981/QĐ-UBND", "decided_on": date(2024, 3, 15)}
FULL: dict[str, Any] = {
    **RATED,
    "name_en": "Ground coffee",
    "net_weight": "500 g",
    "list_price": 120000,
    "gtin": "8934588012228",
    "points": 65.5,
    "issuer": "UBND tỉnh Gia Lai",
    "producer_kind": "Hợp tác xã",
    "producer_name_en": "Ia Boong Coffee Cooperative",
    "representative": "Nguyễn Văn A",
    "tax_code": "0123456789",
    "address": "Làng Klăh",
}


def write(
    path: Path, rows: Sequence[Mapping[str, Any]], *, headers: Mapping[str, str] | None = None, sheet: str = "Sheet1", above: int = 0
) -> Path:
    """A file whose headers are the column keys, or what `headers` calls them, below `above` rows of a title."""
    columns = list(headers or dict.fromkeys(key for row in rows for key in row))
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    page = book.add_worksheet(sheet)
    for number in range(above):
        page.write_string(number, 0, "Danh mục sản phẩm OCOP")
    for position, column in enumerate(columns):
        page.write_string(above, position, headers[column] if headers else column)
    for number, row in enumerate(rows, start=above + 1):
        for position, column in enumerate(columns):
            value = row.get(column)
            if isinstance(value, date):
                page.write_datetime(number, position, value, day)
            elif isinstance(value, str):
                page.write_string(number, position, value)
            elif value is not None:
                page.write(number, position, value)
    book.close()
    return path
