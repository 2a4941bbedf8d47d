"""The XLSX writer: what goes in is what a spreadsheet reads, and nothing in it is ever computed."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from dashboards.exports.workbook import Cell, Kind, workbook

HEADS = [("Text", Kind.TEXT), ("More", Kind.TEXT), ("Units", Kind.NUMBER), ("VND", Kind.VND), ("Day", Kind.DAY), ("At", Kind.MOMENT)]


def written(*rows: list[Cell]) -> bytes:
    return workbook("Orders", HEADS, rows, len(rows), [("Reading", "12")])


def read(content: bytes, sheet: int = 0) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(sheet).to_python()


def test_every_kind_of_cell() -> None:
    moment = datetime(2025, 5, 20, 20, 2, 31)
    rows = read(written(["Cà phê", None, 3, 1_800_000_000, date(2025, 5, 20), moment], [None, "", -2, 0, None, None]))
    assert rows[0] == ["Text", "More", "Units", "VND", "Day", "At"]
    assert rows[1] == ["Cà phê", "", 3, 1_800_000_000, date(2025, 5, 20), moment]
    assert rows[2] == ["", "", -2, 0, "", ""]
    assert read(written(), 1) == [["Reading", "12"]]


def test_numbers_of_orders_keep_their_digits_and_formulas_stay_text() -> None:
    texts = ["576003000004285192", "=1+1", "+84", "-2", "@SUM(A1)", "https://example.vn", " before", "a\nb", "007"]
    content = written(*([text, None, None, None, None, None] for text in texts))
    assert [row[0] for row in read(content)[1:]] == texts
    with ZipFile(BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet
        assert b"hyperlink" not in sheet
        assert b'<autoFilter ref="A1:F10"/>' in sheet
        assert b'ySplit="1"' in sheet
        assert book.testzip() is None


@given(st.lists(st.tuples(st.text(max_size=30), st.integers(-(10**12), 10**12)), max_size=5))
@settings(deadline=None, max_examples=50)
def test_whatever_a_shop_calls_its_goods(rows: list[tuple[str, int]]) -> None:
    content = written(*([text, "<b>&\"'_x000D_", None, value, None, None] for text, value in rows))
    with ZipFile(BytesIO(content)) as book:
        cells = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml")).iter(
            "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}c"
        )
        assert sum(1 for _cell in cells) == len(HEADS) + 3 * len(rows)
    assert [row[3] for row in read(content)[1:]] == [value for _text, value in rows]
