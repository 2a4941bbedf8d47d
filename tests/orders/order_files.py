"""Order files written for tests, well and badly."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from orders.intake.reading import OBSERVATION_FIELDS, Rejection, read_observations
from orders.intake.reading.cells import column_letters
from orders.intake.reading.tiktok import HEADERS

LOCAL = timezone(timedelta(hours=7))
NOW = datetime(2026, 11, 21, 12, tzinfo=LOCAL)

GOOD: dict[str, Any] = {
    **dict.fromkeys(HEADERS, ""),
    "Order ID": "576461414838912345",
    "Order Status": "Chờ giao hàng",
    "SKU ID": "172938475612345678",
    "Seller SKU": "BAK-01",
    "Product Name": "Muối ba khía",
    "Variation": "Hũ 500 g",
    "Quantity": "2",
    "Sku Quantity of return": "0",
    "SKU Subtotal Before Discount": "198000",
    "SKU Platform Discount": "3000",
    "SKU Seller Discount": "8000",
    "Order Amount": "187000",
    "Order Refund Amount": "0",
    "Created Time": "31/05/2024 09:56:09\t",
    "Shipping Provider Name": "J&T Express",
    "Province": "Tỉnh Cà Mau",
    "District": "Huyện Trần Văn Thời",
    "Commune": "Xã Khánh Hưng",
    "Recipient": "Khách Giả Định",
    "Phone #": "(+84)000000000",
    "Detail Address": "Đường Không Có Thật",
}
DESCRIPTIONS = dict.fromkeys(HEADERS, "What this column holds.")


def row(**changes: Any) -> dict[str, Any]:
    """A good row with changes; a keyword `Order_ID` stands for the header "Order ID"."""
    return {**GOOD, **{_header(name): value for name, value in changes.items()}}


def _header(name: str) -> str:
    plain = {"".join(filter(str.isalnum, header)).lower(): header for header in HEADERS}
    return plain.get("".join(filter(str.isalnum, name)).lower(), name)


def write_csv(
    path: Path,
    rows: Iterable[Mapping[str, Any]],
    *,
    headers: Sequence[str] = HEADERS,
    described: bool = True,
    encoding: str = "utf-8",
    delimiter: str = ",",
) -> Path:
    """A csv file with these rows (header → value)."""
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter)
        writer.writerow(headers)
        if described:
            writer.writerow([DESCRIPTIONS.get(header, "More.") for header in headers])
        writer.writerows([line.get(header, "") for header in headers] for line in rows)
    return path


def cell(reference: str, value: Any, *, strings: list[str] | None = None) -> str:
    """A cell as XML: a number cell for a number, else text, shared where a list of shared strings is given."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return f'<c r="{reference}"><v>{value}</v></c>'
    if strings is None:
        return f'<c r="{reference}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    strings.append(f"<si><t>{escape(value)}</t></si>")
    return f'<c r="{reference}" t="s"><v>{len(strings) - 1}</v></c>'


def sheet_row(number: int, values: Sequence[Any], *, strings: list[str] | None = None) -> str:
    """A row as XML."""
    cells = (cell(f"{column_letters(index).decode()}{number}", value, strings=strings) for index, value in enumerate(values))
    return f'<row r="{number}">{"".join(cells)}</row>'


def table(rows: Iterable[Mapping[str, Any]], *, headers: Sequence[str] = HEADERS, strings: list[str] | None = None) -> str:
    """Header, descriptions and rows as the XML of a sheet's rows."""
    lines = [list(headers), [DESCRIPTIONS.get(header, "More.") for header in headers]]
    lines += [[line.get(header, "") for header in headers] for line in rows]
    return "".join(sheet_row(number, line, strings=strings) for number, line in enumerate(lines, 1))


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def write_xlsx(
    path: Path,
    rows_xml: str,
    *,
    strings: Sequence[str] | None = None,
    book: str = "",
    sheets: Sequence[str] = ("OrderSKUList",),
    sheet_xml: str | None = None,
    more: Mapping[str, str | bytes] | None = None,
    compression: int = zipfile.ZIP_DEFLATED,
) -> Path:
    """A workbook with `rows_xml` in its last sheet; the other sheets are empty. `sheet_xml` replaces that sheet's whole part."""
    listed = "".join(f'<sheet name="{escape(name)}" sheetId="{place}" r:id="rId{place}"/>' for place, name in enumerate(sheets, 1))
    targets = "".join(
        f'<Relationship Id="rId{place}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{place}.xml"/>'
        for place, _name in enumerate(sheets, 1)
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{book}<sheets>{listed}</sheets></workbook>',
    }
    if strings is not None:
        targets += f'<Relationship Id="rIdS" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{"".join(strings)}</sst>'
    parts["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{targets}</Relationships>'
    )
    for place, _name in enumerate(sheets, 1):
        content = rows_xml if place == len(sheets) else ""
        parts[f"xl/worksheets/sheet{place}.xml"] = (
            f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}"><dimension ref="A1:A1"/>'
            f"<sheetData>{content}</sheetData></worksheet>"
        )
    if sheet_xml is not None:
        parts[f"xl/worksheets/sheet{len(sheets)}.xml"] = sheet_xml
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in {**parts, **(more or {})}.items():
            archive.writestr(name, content)
    return path


def read(
    path: Path, *, file_name: str = "", platform: str = "tiktok", written_times: bool = False
) -> tuple[list[dict[str, Any]], list[Rejection]]:
    """Everything in a file: observations by field name, and rejections."""
    accepted: list[dict[str, Any]] = []
    rejected: list[Rejection] = []
    reading = read_observations(path, file_name=file_name or path.name, platform=platform, now=NOW, written_times=written_times)
    for chunk in reading.chunks():
        accepted += [dict(zip(OBSERVATION_FIELDS, observation, strict=True)) for observation in chunk.accepted]
        rejected += chunk.rejected
    assert (reading.rows, reading.accepted, reading.rejected) == (len(accepted) + len(rejected), len(accepted), len(rejected))
    return accepted, rejected
