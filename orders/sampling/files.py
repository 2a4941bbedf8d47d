"""Sample orders as the files that the platforms would give."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain
from pathlib import Path
from xml.sax.saxutils import escape

from orders.intake.reading.cells import column_letters
from orders.intake.reading.platform import Platform
from orders.intake.reading.shopee import SHOPEE
from orders.intake.reading.tiktok import TIKTOK
from orders.intake.reading.values import LOCAL

from .catalogue import SampleSku, sample_skus
from .orders import draw_orders
from .shopee import ShopeeWriter
from .tiktok import TiktokWriter

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
    platform: str = "tiktok",
    skus: Sequence[SampleSku] | None = None,
    start: date | None = None,
    days: int = 90,
    language: str | None = None,
    observed_at: datetime | None = None,
) -> Sample:
    """Writes `rows` rows of made-up orders to `out`, the same bytes for the same arguments.

    `platform` is "tiktok" or "shopee", `format` "xlsx" or "csv" (by default the name's ending). Orders fall on `days` days from `start`
    (by default the last before 1 November 2026) and are shown as at `observed_at` (by default the period's end). `language` of the
    statuses is "vi" or "en"; by default an even seed gives Vietnamese (Shopee's speak Vietnamese alone). ValueError for another
    platform, format or language, or less than one row or day.
    """
    kind = format or out.suffix.lstrip(".").lower()
    tongue = language or ("en" if seed % 2 else "vi")
    if platform not in LAYOUTS:
        raise ValueError(f"the platform is tiktok or shopee, not {platform!r}")
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
        platform=platform,
        rows=rows,
        seed=seed,
        skus=skus if skus is not None else sample_skus(),
        start=begin,
        end=end,
        language=tongue,
        observed_at=seen,
    )
    (write_xlsx if kind == "xlsx" else write_csv)(out, made, LAYOUTS[platform])
    return Sample(out, rows, seen)


def sample_rows(
    *,
    platform: str = "tiktok",
    rows: int,
    seed: int,
    skus: Sequence[SampleSku],
    start: datetime,
    end: datetime,
    language: str,
    observed_at: datetime,
) -> Iterator[list[str | int]]:
    """`rows` rows in the columns of the platform's headers, oldest order first.

    Orders fall evenly on [start, end) and are shown as they stand at `observed_at`: the same seed observed later gives the same orders
    further on their way. An order has one to four rows, never two of the same SKU, and repeats what belongs to the order in each.
    """
    now = int((observed_at - start).total_seconds())
    writer = TiktokWriter(start, language, now) if platform == "tiktok" else ShopeeWriter(start, now)
    for order in draw_orders(rows=rows, seed=seed, skus=skus, start=start, end=end):
        yield from writer.rows_of(order)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a platform writes its file: `numbers` are columns with a tab behind their digits (csv)."""

    sheet: str
    headers: tuple[str, ...]
    descriptions: tuple[str, ...] | None
    numbers: tuple[str, ...] = ()


def _descriptions(platform: Platform) -> tuple[str, ...]:
    """Row 2 of TikTok's files: a sentence about each column."""
    known = {"Order ID": "Platform unique order ID.", "SKU ID": "Platform unique SKU ID.", "Quantity": "SKU sold quantity in the order."}
    return tuple(known.get(header, f"About the column {header.lower()}.") for header in platform.headers)


LAYOUTS = {
    TIKTOK.code: Layout(TIKTOK.sheet, TIKTOK.headers, _descriptions(TIKTOK), ("Order ID", "SKU ID")),
    # Every third of Shopee's headers is written decomposed, as some of the real ones are.
    SHOPEE.code: Layout(
        SHOPEE.sheet,
        tuple(unicodedata.normalize("NFC" if place % 3 else "NFD", header) for place, header in enumerate(SHOPEE.headers)),
        None,
    ),
}


def write_csv(out: Path, rows: Iterable[Values], layout: Layout) -> None:
    """Rows as the platform's csv."""
    ids = [layout.headers.index(header) for header in layout.numbers]
    with out.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(layout.headers)
        if layout.descriptions:
            writer.writerow(layout.descriptions)
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
    '<sheets><sheet name="%(sheet)s" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}
_SPECIAL = re.compile(r"[&<>]")


def write_xlsx(out: Path, rows: Iterable[Values], layout: Layout) -> None:
    """A workbook as the platform's stream writer leaves it: a dimension that says A1:A1, each header in a row of its own."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in _PARTS.items():
            archive.writestr(_entry(name), _HEAD + content.replace("%(sheet)s", layout.sheet))
        with archive.open(_entry("xl/worksheets/sheet1.xml"), "w") as raw, io.TextIOWrapper(raw, encoding="utf-8") as sheet:
            sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><dimension ref="A1:A1"/><sheetData>')
            sheet.writelines(_sheet_rows(rows, layout))
            sheet.write("</sheetData></worksheet>")


def _entry(name: str) -> zipfile.ZipInfo:
    """An entry without today's date, so that the same rows give the same bytes."""
    entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _sheet_rows(rows: Iterable[Values], layout: Layout) -> Iterator[str]:
    columns = [column_letters(index).decode() for index in range(len(layout.headers))]
    for letters, header in zip(columns, layout.headers, strict=True):
        yield f'<row r="1"><c r="{letters}1" t="inlineStr"><is><t>{escape(header)}</t></is></c></row>'
    for number, row in enumerate(chain([layout.descriptions] if layout.descriptions else [], rows), 2):
        cells = [
            f'<c r="{letters}{number}"><v>{value}</v></c>'
            if isinstance(value, int)
            else f'<c r="{letters}{number}" t="inlineStr"><is><t>{escape(value) if _SPECIAL.search(value) else value}</t></is></c>'
            for letters, value in zip(columns, row, strict=True)
            if value != ""
        ]
        yield f'<row r="{number}">{"".join(cells)}</row>'
