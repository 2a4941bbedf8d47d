"""Sample orders as the files that TikTok Shop would give."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain
from pathlib import Path
from xml.sax.saxutils import escape

from orders.intake.reading.cells import column_letters
from orders.intake.reading.tiktok import HEADERS, TIKTOK
from orders.intake.reading.values import LOCAL

from .catalogue import SampleSku, sample_skus
from .orders import sample_rows

LAST_DAY = date(2026, 11, 1)
"""Where no period is asked for, orders end before this day: a fixed one, so that a seed gives the same file for ever."""

Values = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class Sample:
    """What was written: data rows, and the moment at which the orders are shown."""

    path: Path
    rows: int
    observed_at: datetime


def write_sample(
    out: Path,
    rows: int,
    seed: int,
    format: str | None = None,
    *,
    skus: Sequence[SampleSku] | None = None,
    start: date | None = None,
    days: int = 90,
    language: str | None = None,
    observed_at: datetime | None = None,
) -> Sample:
    """Writes `rows` rows of made-up orders to `out`, the same bytes for the same arguments.

    `format` is "xlsx" or "csv" (by default the name's ending). Orders fall on `days` days from `start` (by default the last before
    1 November 2026) and are shown as at `observed_at` (by default the period's end). `language` of the statuses is "vi" or "en"; by default
    an even seed gives Vietnamese. ValueError for another format or language, or less than one row or day.
    """
    kind = format or out.suffix.lstrip(".").lower()
    tongue = language or ("en" if seed % 2 else "vi")
    if kind not in ("xlsx", "csv"):
        raise ValueError(f"the format is xlsx or csv, not {kind!r}")
    if tongue not in ("vi", "en"):
        raise ValueError(f"the language is vi or en, not {tongue!r}")
    if rows < 1 or days < 1:
        raise ValueError("a sample has at least one row and one day")
    begin = datetime.combine(start or LAST_DAY - timedelta(days=days), time(), LOCAL)
    end = begin + timedelta(days=days)
    seen = observed_at or end
    made = sample_rows(
        rows=rows, seed=seed, skus=skus if skus is not None else sample_skus(), start=begin, end=end, language=tongue, observed_at=seen
    )
    (_write_xlsx if kind == "xlsx" else _write_csv)(out, made)
    return Sample(out, rows, seen)


def descriptions() -> list[str]:
    """Row 2 of the platform's files: a sentence about each column."""
    known = {"Order ID": "Platform unique order ID.", "SKU ID": "Platform unique SKU ID.", "Quantity": "SKU sold quantity in the order."}
    return [known.get(header, f"About the column {header.lower()}.") for header in HEADERS]


def _write_csv(out: Path, rows: Iterable[Values]) -> None:
    ids = [HEADERS.index("Order ID"), HEADERS.index("SKU ID")]
    with out.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADERS)
        writer.writerow(descriptions())
        for row in rows:
            values = list(row)
            # The platform puts a tab behind long numbers so that a spreadsheet program leaves them alone.
            for index in ids:
                values[index] = f"{values[index]}\t"
            writer.writerow(values)


_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">'
    f'<sheets><sheet name="{TIKTOK.sheet}" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}
_LETTERS = [column_letters(index).decode() for index in range(len(HEADERS))]
_SPECIAL = re.compile(r"[&<>]")


def _write_xlsx(out: Path, rows: Iterable[Values]) -> None:
    """A workbook as the platform's stream writer leaves it: a dimension that says A1:A1, each header in a row of its own."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in _PARTS.items():
            archive.writestr(_entry(name), _HEAD + content)
        with archive.open(_entry("xl/worksheets/sheet1.xml"), "w") as raw, io.TextIOWrapper(raw, encoding="utf-8") as sheet:
            sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><dimension ref="A1:A1"/><sheetData>')
            sheet.writelines(_sheet_rows(rows))
            sheet.write("</sheetData></worksheet>")


def _entry(name: str) -> zipfile.ZipInfo:
    """An entry without today's date, so that the same rows give the same bytes."""
    entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _sheet_rows(rows: Iterable[Values]) -> Iterator[str]:
    for letters, header in zip(_LETTERS, HEADERS, strict=True):
        yield f'<row r="1"><c r="{letters}1" t="inlineStr"><is><t>{escape(header)}</t></is></c></row>'
    for number, row in enumerate(chain([descriptions()], rows), 2):
        cells = [
            f'<c r="{letters}{number}"><v>{value}</v></c>'
            if isinstance(value, int)
            else f'<c r="{letters}{number}" t="inlineStr"><is><t>{escape(value) if _SPECIAL.search(value) else value}</t></is></c>'
            for letters, value in zip(_LETTERS, row, strict=True)
            if value != ""
        ]
        yield f'<row r="{number}">{"".join(cells)}</row>'
