"""What is read from a registry file, and what is said of a file that cannot be read."""

from __future__ import annotations

import json
import unicodedata
import zipfile
from datetime import date, time
from pathlib import Path

import pytest
import xlsxwriter
from django.utils import translation

from catalog import spreadsheet_child
from catalog.registry.columns import COLUMNS, NEEDED
from catalog.registry.reading import RawRow, read_registry
from catalog.registry.workbook import registry_workbook
from catalog.spreadsheets import UnreadableFileError
from tests.catalog.registry_files import GOOD, RATED, write

SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'


def read(path: Path) -> list[RawRow]:
    return read_registry(path, path.name)


def refusal(path: Path) -> str:
    with translation.override("en"), pytest.raises(UnreadableFileError) as error:
        read(path)
    return str(error.value)


def test_rows_under_keys(tmp_path: Path) -> None:
    rows = read(write(tmp_path / "a.xlsx", [RATED, {**GOOD, "code": 1001}, {}, {**GOOD, "code": "x", "unit": "  hộp \n 10  gói\u200b "}]))
    assert [row.number for row in rows] == [2, 3, 5]
    assert rows[0].cells == {**RATED, "decided_on": "2024-03-15", "stars": 3.0}
    assert rows[1].cells["code"] == 1001
    assert rows[2].cells["unit"] == "hộp 10 gói"
    assert RawRow.from_json(rows[0].as_json()) == rows[0]
    with pytest.raises(TypeError):
        RawRow.from_json(["x", {}])


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("name", ["vi", "en"])
def test_headers_in_both_languages_and_any_writing(tmp_path: Path, form: str, name: str) -> None:
    for change in (str, str.upper, lambda text: f" {text} *"):
        headers = {column.key: unicodedata.normalize(form, change(getattr(column, name))) for column in COLUMNS if column.key in RATED}
        path = write(tmp_path / "a.xlsx", [RATED], headers=headers, sheet="Bất kỳ", above=3)
        assert read(path) == [RawRow(5, {**RATED, "decided_on": "2024-03-15", "stars": 3.0})]


def test_aliases_and_columns_that_nobody_knows(tmp_path: Path) -> None:
    headers = {**{key: key for key in GOOD}, "code": "MÃ", "name_vi": "Product name", "unit": "don vi", "other": "Ghi chú"}
    assert read(write(tmp_path / "a.xlsx", [{**GOOD, "other": "x"}], headers=headers)) == [RawRow(2, GOOD)]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_template_is_read_back(tmp_path: Path, language: str) -> None:
    path = tmp_path / "template.xlsx"
    with translation.override(language):
        path.write_bytes(registry_workbook())
    assert "has no product below its headers" in refusal(path)
    assert [column.needed for column in COLUMNS] == [True] * len(NEEDED) + [False] * (len(COLUMNS) - len(NEEDED))


def test_the_sheet_with_the_headers_is_found_among_others(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [GOOD])
    book = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            text = source.read(part)
            if part.filename == "xl/workbook.xml":
                text = text.replace(b'<sheet name="Sheet1"', b'<sheet name="Intro" sheetId="9" r:id="rId99"/><sheet name="Sheet1"')
            if part.filename == "xl/_rels/workbook.xml.rels":
                kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
                text = text.replace(
                    b"</Relationships>", b'<Relationship Id="rId99" Type="' + kind + b'" Target="worksheets/intro.xml"/></Relationships>'
                )
            target.writestr(part, text)
        target.writestr("xl/worksheets/intro.xml", SHEET.format('<row r="1"><c r="A1" t="inlineStr"><is><t>Hướng dẫn</t></is></c></row>'))
    assert read(book) == [RawRow(2, GOOD)]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    row = {key: value for key, value in GOOD.items() if key not in {"unit", "ocop_set"}}
    text = refusal(write(tmp_path / "a.xlsx", [row], sheet="Danh mục"))
    assert text == "Sheet “Danh mục” of a.xlsx lacks a column that is needed: “Product set”, “Unit”. Take the headers from the template."


def test_a_workbook_of_something_else(tmp_path: Path) -> None:
    text = refusal(write(tmp_path / "orders.xlsx", [{"Order ID": "1", "SKU ID": "2"}]))
    assert text == "No sheet of orders.xlsx has the columns of the registry. Download the template and fill it in."


def test_headers_alone(tmp_path: Path) -> None:
    text = refusal(write(tmp_path / "a.xlsx", [], headers={key: key for key in GOOD}))
    assert text == "Sheet “Sheet1” of a.xlsx has no product below its headers."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"code,name\n1,2\n", "is not an .xlsx spreadsheet"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 100, "is not an .xlsx spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old .xls format"),
        (b"PK\x03\x04" + b"\0" * 100, "is damaged"),
        (b"PK" + b"x" * (10 * 1024 * 1024), "larger than 10 MB"),
    ],
)
def test_what_is_no_workbook_is_named_for_what_it_is(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    assert said in refusal(path)


def test_a_truncated_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [GOOD] * 50)
    path.write_bytes(path.read_bytes()[:-400])
    assert "is damaged" in refusal(path)


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert "is damaged or not a spreadsheet" in refusal(path)


def _with_sheet(tmp_path: Path, xml: bytes, strings: bytes | None = None) -> Path:
    source = write(tmp_path / "source.xlsx", [GOOD])
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(source) as book, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for part in book.infolist():
            text = xml if part.filename.endswith("sheet1.xml") else book.read(part)
            target.writestr(part.filename, strings if strings and part.filename.endswith("sharedStrings.xml") else text)
    return path


def test_a_cell_in_the_last_corner_of_the_grid(tmp_path: Path) -> None:
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path = _with_sheet(tmp_path, SHEET.format(cells).encode())
    assert path.stat().st_size < 20_000
    assert "unpacks to far more than such a file holds" in refusal(path)


def test_a_file_that_unpacks_to_gigabytes(tmp_path: Path) -> None:
    row = b'<row><c t="inlineStr"><is><t>' + b"x" * 20_000 + b"</t></is></c></row>"
    path = _with_sheet(tmp_path, SHEET.encode().replace(b"{}", row * 20_000))
    assert path.stat().st_size < 10 * 1024 * 1024
    assert "unpacks to far more than such a file holds" in refusal(path)


def test_more_than_50_000_rows(tmp_path: Path) -> None:
    text = refusal(write(tmp_path / "a.xlsx", [GOOD, *[{"code": GOOD["code"]}] * 50_000]))
    assert text == "a.xlsx has more than 50,000 rows. Split it and load the parts one after the other."


def test_a_day_and_a_time_of_day_in_cells(tmp_path: Path) -> None:
    rows = read(write(tmp_path / "a.xlsx", [{**GOOD, "decided_on": date(2024, 12, 31), "points": True}]))
    assert (rows[0].cells["decided_on"], rows[0].cells["points"]) == ("2024-12-31", True)


def test_what_the_reading_process_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Một")
    sheet.write_string(2, 0, "chữ")
    sheet.write_number(2, 1, 1.5)
    sheet.write_boolean(2, 2, True)
    sheet.write_datetime(2, 3, date(2024, 3, 15), book.add_format({"num_format": "dd/mm/yyyy"}))
    sheet.write_datetime(2, 4, time(9, 30), book.add_format({"num_format": "hh:mm"}))
    book.close()
    assert spreadsheet_child.write_rows(str(path)) == 0
    assert json.loads(capsys.readouterr().out) == ["Một", 3, ["chữ", 1.5, True, {"day": "2024-03-15"}, "09:30:00"]]
    path.write_bytes(b"PK\x03\x04")
    assert spreadsheet_child.write_rows(str(path)) == spreadsheet_child.NOT_A_WORKBOOK
    assert capsys.readouterr().out == ""
