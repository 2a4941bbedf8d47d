"""Workbooks: the ways a sheet may be written, and the ways it may attack."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from orders.intake.reading import container, errors, xlsx_source
from orders.intake.reading.tiktok import HEADERS
from tests.orders.order_files import LOCAL, MAIN, cell, read, row, sheet_row, table, write_xlsx

IDS = [str(576461414838900001 + 7 * number) for number in range(40)]
ROWS = [row(order_id=number, quantity=2, sku_subtotal_before_discount=198000.0) for number in IDS]
AT = {header: index for index, header in enumerate(HEADERS)}


def expect_all(path: Path) -> list[dict[str, Any]]:
    """All of ROWS and nothing else was read."""
    accepted, rejected = read(path)
    assert rejected == []
    assert [seen["order_number"] for seen in accepted] == IDS
    assert [seen["row"] for seen in accepted] == list(range(3, 43))
    assert {(seen["units"], seen["gross"], seen["product_name"], seen["variation"]) for seen in accepted} == {
        (2, 198_000, "Muối ba khía", "Hũ 500 g")
    }
    assert {seen["placed_at"] for seen in accepted} == {datetime(2024, 5, 31, 9, 56, 9, tzinfo=LOCAL)}
    return accepted


def test_inline_strings(tmp_path: Path) -> None:
    expect_all(write_xlsx(tmp_path / "o.xlsx", table(ROWS)))


def test_shared_strings(tmp_path: Path) -> None:
    strings: list[str] = []
    expect_all(write_xlsx(tmp_path / "o.xlsx", table(ROWS, strings=strings), strings=strings))


def test_blocks_of_any_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    strings: list[str] = []
    path = write_xlsx(tmp_path / "o.xlsx", table(ROWS, strings=strings), strings=strings)
    for size in (97, 1_000, 9_973):
        monkeypatch.setattr(container, "BLOCK", size)
        expect_all(path)


def test_each_header_in_a_row_of_its_own(tmp_path: Path) -> None:
    body = table(ROWS).partition("</row>")[2]
    for shape in (
        '<row r="1"><c r="{at}1" t="inlineStr"><is><t>{header}</t></is></c></row>',
        # The rows count on, the cells know better.
        '<row r="{number}"><c r="{at}1" t="inlineStr"><is><t>{header}</t></is></c></row>',
        # The cells do not say where they are.
        '<row r="1"><c t="inlineStr"><is><t>{header}</t></is></c></row>',
    ):
        heads = "".join(
            shape.format(at=xlsx_source.column_letters(index).decode(), number=index + 1, header=header)
            for index, header in enumerate(HEADERS)
        )
        expect_all(write_xlsx(tmp_path / "o.xlsx", heads + body))


def test_every_cell_in_a_row_element_of_its_own(tmp_path: Path) -> None:
    scattered = "".join(
        f'<row r="{number}">{cell(f"{xlsx_source.column_letters(index).decode()}{number}", value)}</row>'
        for number, values in enumerate([HEADERS, *([line[header] for header in HEADERS] for line in ROWS)], 1)
        for index, value in enumerate(values)
    )
    accepted, rejected = read(write_xlsx(tmp_path / "o.xlsx", scattered))
    assert (len(accepted), rejected) == (40, [])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<c r="', '<c s="1" r="'),
        ('" t="inlineStr">', '" s="4" t="inlineStr">'),
        ('<row r="', '<row spans="1:54" r="'),
        ("<is><t>", '<is><t xml:space="preserve">'),
        ("</row>", '</row><row r="900"/>'),
        ("<row ", "\n  <row "),
        ("<c ", "\n    <c "),
        ('<c r="J', '<c  r="J'),
        (
            "<is><t>Muối ba khía</t></is>",
            "<is><r><t>Muối </t></r><r><rPr><b/></rPr><t>ba khía</t></r><rPh sb='0' eb='1'><t>x</t></rPh></is>",
        ),
        ("<is><t>Muối ba khía</t></is>", "<is><t>Muối&#32;ba kh&#xED;a</t></is>"),
        ("<is><t>Muối ba khía</t></is>", "<is><t><![CDATA[Muối ba khía]]></t></is>"),
        ("<is><t>Hũ 500 g</t></is>", "<is><t>Hũ 500 g</t></is><!-- </row> -->"),
        ('t="inlineStr"><is><t>Hũ 500 g</t></is>', 't="str"><f>"Hũ"&amp;" 500 g"</f><v>Hũ 500 g</v>'),
        ("<v>198000.0</v>", "<f>99000*2</f><v>198000</v>"),
        ("<v>198000.0</v>", "<v>1.98E5</v>"),
    ],
)
def test_ways_to_write_a_sheet(tmp_path: Path, old: str, new: str) -> None:
    xml = table(ROWS)
    assert old in xml
    expect_all(write_xlsx(tmp_path / "o.xlsx", xml.replace(old, new)))


def test_single_quotes_and_prefixes(tmp_path: Path) -> None:
    xml = table(ROWS)
    expect_all(write_xlsx(tmp_path / "o.xlsx", xml.replace('"', "'")))
    prefixed = xml.replace("</", "\x00").replace("<", "<x:").replace("\x00", "</x:")
    sheet = f'<?xml version="1.0"?><x:worksheet xmlns:x="{MAIN}"><x:sheetData>{prefixed}</x:sheetData></x:worksheet>'
    expect_all(write_xlsx(tmp_path / "o.xlsx", "", sheet_xml=sheet))


def test_cells_without_references(tmp_path: Path) -> None:
    xml = "".join(
        "<row>" + "".join(cell("", value).replace(' r=""', "") for value in values) + "</row>"
        for values in [list(HEADERS), ["About."] * 54, *([line[header] for header in HEADERS] for line in ROWS)]
    )
    expect_all(write_xlsx(tmp_path / "o.xlsx", xml))


@pytest.mark.parametrize(
    "item",
    [
        "<si><r><t>Muối </t></r><r><rPr><b/></rPr><t>ba khía</t></r></si>",
        '<si><t xml:space="preserve"> Muối  ba khía </t><phoneticPr fontId="1"/></si>',
        "<si><t>Muối<!-- </si> --> ba khía</t></si>",
        "<si><t><![CDATA[Muối ba khía]]></t></si>",
    ],
)
def test_ways_to_write_a_shared_string(tmp_path: Path, item: str) -> None:
    strings: list[str] = ["<si/>", "<si><t/></si>"]
    xml = table(ROWS, strings=strings)
    odd = [item if text == "<si><t>Muối ba khía</t></si>" else text for text in strings]
    assert item in odd
    expect_all(write_xlsx(tmp_path / "o.xlsx", xml, strings=odd))


def test_prefixed_shared_strings(tmp_path: Path) -> None:
    strings: list[str] = []
    xml = table(ROWS, strings=strings)
    prefixed = "".join(strings).replace("</", "\x00").replace("<", "<x:").replace("\x00", "</x:")
    part = f'<x:sst xmlns:x="{MAIN}">{prefixed}</x:sst>'
    expect_all(write_xlsx(tmp_path / "o.xlsx", xml, strings=[], more={"xl/sharedStrings.xml": part}))


def test_an_absent_shared_string_means_a_damaged_file(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "o.xlsx", table(ROWS) + '<row r="99"><c r="A99" t="s"><v>5</v></c></row>', strings=["<si><t>x</t></si>"])
    with pytest.raises(errors.DamagedFile):
        read(path)


def test_date_cells(tmp_path: Path) -> None:
    serial = [row(created_time=45443.413993055554, delivered_time="2024-06-02T08:00:00", cancelled_time=None)]
    xml = table(serial).replace('t="inlineStr"><is><t>2024-06-02T08:00:00</t></is>', 't="d"><v>2024-06-02T08:00:00</v>')
    seen = read(write_xlsx(tmp_path / "o.xlsx", xml))[0][0]
    assert seen["placed_at"] == datetime(2024, 5, 31, 9, 56, 9, tzinfo=LOCAL)
    assert seen["delivered_at"] == datetime(2024, 6, 2, 8, tzinfo=LOCAL)
    since_1904 = write_xlsx(tmp_path / "o.xlsx", table([row(created_time=43981.5)]), book='<workbookPr date1904="1"/>')
    assert read(since_1904)[0][0]["placed_at"] == datetime(2024, 5, 31, 12, tzinfo=LOCAL)


def test_times_written_in_several_ways_in_one_file(tmp_path: Path) -> None:
    ways = ["31/05/2024 09:56:09\t", "2024-05-31 09:56:09", 45443.413993055554, "31/05/2024 09:56:09", "  31/05/2024 09:56:09"]
    seen = read(write_xlsx(tmp_path / "o.xlsx", table([row(created_time=way, paid_time=way, shipped_time=way) for way in ways * 5])))[0]
    assert [one["placed_at"] for one in seen] == [datetime(2024, 5, 31, 9, 56, 9, tzinfo=LOCAL)] * 25
    assert [one["shipped_at"] for one in seen] == [datetime(2024, 5, 31, 9, 56, 9, tzinfo=LOCAL)] * 25


def test_a_time_in_good_parts_is_still_refused_as_a_whole(tmp_path: Path) -> None:
    bad = ["31/05/2024 09:56:60\t", "31/05/2024 24:56:09\t", "31/13/2024 09:56:09\t", "22/11/2026 12:00:01\t", "31/05/2024 09:56:0\t"]
    good = ["31/05/2024 09:56:09\t", "22/11/2026 12:00:00\t", "21/11/2026 23:59:59\t"]
    rows = [row(created_time=text) for text in [*good, *bad, *good]]
    accepted, rejected = read(write_xlsx(tmp_path / "o.xlsx", table(rows)))
    assert [seen["row"] for seen in accepted] == [3, 4, 5, 11, 12, 13]
    assert [(refused.row, refused.value_shown, refused.code) for refused in rejected] == [
        (6, "31/05/2024 09:56:60", "bad_date"),
        (7, "31/05/2024 24:56:09", "bad_date"),
        (8, "31/13/2024 09:56:09", "bad_date"),
        (9, "22/11/2026 12:00:01", "date_range"),
        (10, "31/05/2024 09:56:0", "bad_date"),
    ]


@pytest.mark.parametrize("shared", [False, True])
def test_empty_and_number_cells_among_times(tmp_path: Path, shared: bool) -> None:
    times = ["31/05/2024 09:56:09\t", "", None, 0, " ", "31/05/2024 09:56:09\t"]
    strings: list[str] | None = [] if shared else None
    for column, codes in (("created_time", ["empty", "empty", "bad_date", "empty"]), ("delivered_time", ["bad_date"])):
        rows = [row(), *(row(**{column: text}) for text in times)]
        accepted, rejected = read(write_xlsx(tmp_path / "o.xlsx", table(rows, strings=strings), strings=strings))
        assert [refused.code for refused in rejected] == codes
        assert len(accepted) == 7 - len(codes)


def test_an_id_in_a_number_cell_has_lost_digits(tmp_path: Path) -> None:
    rows = [row(), row(order_id=576461414838912345), row(sku_id=1.72938475612345e17), row(order_id=12345)]
    accepted, rejected = read(write_xlsx(tmp_path / "o.xlsx", table(rows)))
    assert [seen["order_number"] for seen in accepted] == ["576461414838912345", "12345"]
    assert [(refused.row, refused.column, refused.value_shown, refused.code) for refused in rejected] == [
        (4, "Order ID", "5.76461414838912e+17", "digits_lost"),
        (5, "SKU ID", "1.72938475612345e+17", "digits_lost"),
    ]


def test_other_kinds_of_cells(tmp_path: Path) -> None:
    xml = table([row(), row(quantity="@b"), row(quantity="@e"), row(variation=None)])
    xml = xml.replace(' t="inlineStr"><is><t>@b</t></is>', ' t="b"><v>1</v>').replace(
        ' t="inlineStr"><is><t>@e</t></is>', ' t="e"><v>#N/A</v>'
    )
    accepted, rejected = read(write_xlsx(tmp_path / "o.xlsx", xml))
    assert [(seen["row"], seen["variation"]) for seen in accepted] == [(3, "Hũ 500 g"), (6, "")]
    assert [(refused.row, refused.column, refused.value_shown, refused.code) for refused in rejected] == [
        (4, "Quantity", "TRUE", "bad_number"),
        (5, "Quantity", "#N/A", "bad_number"),
    ]


def test_the_named_sheet_is_read_else_the_first(tmp_path: Path) -> None:
    expect_all(write_xlsx(tmp_path / "o.xlsx", table(ROWS), sheets=["Ghi chú", "OrderSKUList"]))
    expect_all(write_xlsx(tmp_path / "o.xlsx", table(ROWS), sheets=["Trang tính1"]))
    with pytest.raises(errors.EmptyFile):
        read(write_xlsx(tmp_path / "o.xlsx", table(ROWS), sheets=["Ghi chú", "Trang tính2"]))


def test_columns_may_stand_anywhere(tmp_path: Path) -> None:
    headers = [*(f"New column {number}" for number in range(30)), *reversed(HEADERS), *(f"Newer {number}" for number in range(700))]
    expect_all(write_xlsx(tmp_path / "o.xlsx", table(ROWS, headers=headers)))


def test_more_rows_than_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_source.XlsxSource, "row_limit", 40)
    expect_all(write_xlsx(tmp_path / "o.xlsx", table(ROWS)))
    with pytest.raises(errors.TooManyRowsForXlsx) as caught, translation.override("en"):
        read(write_xlsx(tmp_path / "o.xlsx", table([*ROWS, row(order_id="1")])))
    with translation.override("en"):
        assert str(caught.value) == "“o.xlsx” has more than 40 rows. Export it as .csv, or export a shorter period."
    assert xlsx_source.ROW_LIMIT == 50_000


# What follows would cost a reader that builds the sheet in memory the whole process.


def test_a_cell_in_the_last_corner_costs_nothing(tmp_path: Path) -> None:
    expect_all(
        write_xlsx(tmp_path / "o.xlsx", table(ROWS) + '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>')
    )


def test_a_long_shared_string_named_by_many_cells_costs_nothing(tmp_path: Path) -> None:
    strings = [f"<si><t>{'x' * 900_000}</t></si>"]
    xml = table(ROWS) + "".join(f'<row r="{number}"><c r="A{number}" t="s"><v>0</v></c></row>' for number in range(100, 3_100))
    path = write_xlsx(tmp_path / "o.xlsx", xml, strings=strings)
    accepted, rejected = read(path)
    assert (len(accepted), len(rejected)) == (40, 3_000)
    assert {(refused.column, refused.code) for refused in rejected} == {("Order ID", "too_long")}


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    write_xlsx(path, "")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            with archive.open(name, "w") as part:
                part.write(content)
                if name == "xl/worksheets/sheet1.xml":
                    for _ in range(64):
                        part.write(b" " * (1 << 20))
    assert path.stat().st_size < 200_000
    with pytest.raises(errors.FileTooLarge) as caught:
        read(path)
    with translation.override("en"):
        assert str(caught.value) == "“bomb.xlsx” unpacks to more than 400 MB and was not opened. Export a shorter period."


def test_parts_that_are_too_much_together_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    strings: list[str] = []
    path = write_xlsx(tmp_path / "o.xlsx", table(ROWS, strings=strings), strings=strings)
    with zipfile.ZipFile(path) as archive:
        size = sum(archive.getinfo(name).file_size for name in ("xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"))
    monkeypatch.setattr(container, "MOST_BYTES", size)
    expect_all(path)
    monkeypatch.setattr(container, "MOST_BYTES", size - 1)
    with pytest.raises(errors.FileTooLarge):
        read(path)


def test_a_part_that_lies_about_its_size_gives_no_more_than_it_says(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "o.xlsx", table(ROWS))
    with zipfile.ZipFile(path) as archive:
        true_size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    data = path.read_bytes()
    assert data.count(true_size.to_bytes(4, "little")) == 2
    path.write_bytes(data.replace(true_size.to_bytes(4, "little"), (5_000).to_bytes(4, "little")))
    with pytest.raises(errors.DamagedFile):
        read(path)


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"])
@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
    ],
)
def test_document_types_and_entities_are_refused(tmp_path: Path, part: str, doctype: str) -> None:
    strings: list[str] = []
    path = write_xlsx(tmp_path / "o.xlsx", table(ROWS, strings=strings), strings=strings)
    with zipfile.ZipFile(path) as archive:
        content = archive.read(part).decode()
    declared, _, rest = content.rpartition("?>")
    path = write_xlsx(path, table(ROWS, strings=[]), strings=strings, more={part: f"{declared}{'?>' if declared else ''}{doctype}{rest}"})
    with pytest.raises(errors.ForbiddenXml):
        read(path)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp037"])
def test_xml_in_another_encoding_is_refused(tmp_path: Path, encoding: str) -> None:
    sheet = f'<?xml version="1.0" encoding="{encoding}"?><worksheet xmlns="{MAIN}"><sheetData>{table(ROWS[:1])}</sheetData></worksheet>'
    content = sheet.encode(encoding, "replace") if encoding != "cp037" else sheet.encode()
    with pytest.raises(errors.DamagedFile):
        read(write_xlsx(tmp_path / "o.xlsx", "", more={"xl/worksheets/sheet1.xml": content}))


@pytest.mark.parametrize(
    "junk",
    [
        "<row r='50'><c r='A50'>",
        "<row r='50'><c r='A50'><v>not a number</v></c></row>",
        "<row r='50'></c></row>",
        '<row r="50"><c r="A50" t="s"><v>-1</v></c></row>',
    ],
)
def test_broken_xml_is_a_damaged_file(tmp_path: Path, junk: str) -> None:
    with pytest.raises(errors.DamagedFile):
        read(write_xlsx(tmp_path / "o.xlsx", table(ROWS) + junk))


def test_a_row_without_end_is_not_gathered_in_memory(tmp_path: Path) -> None:
    endless = "".join(f'<c r="H9" t="inlineStr"><is><t>{number:060d}</t></is></c>' for number in range(40_000))
    for start in ("", "<!-- parsed -->"):
        with pytest.raises(errors.DamagedFile):
            read(write_xlsx(tmp_path / "o.xlsx", f"{table(ROWS)}{start}<row r='9'>{endless}</row>"))


def test_a_sheet_cut_off_behind_its_rows_is_damaged(tmp_path: Path) -> None:
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{table(ROWS)}'
    for content in (sheet, sheet.replace("<worksheet", "<!-- parsed --><worksheet")):
        with pytest.raises(errors.DamagedFile):
            read(write_xlsx(tmp_path / "o.xlsx", "", sheet_xml=content))


def test_row_numbers_follow_the_sheet_where_rows_are_missing(tmp_path: Path) -> None:
    xml = (
        sheet_row(4, HEADERS)
        + sheet_row(7, [ROWS[0][header] for header in HEADERS])
        + sheet_row(90, [row(quantity="0")[header] for header in HEADERS])
    )
    accepted, rejected = read(write_xlsx(tmp_path / "o.xlsx", xml))
    assert ([seen["row"] for seen in accepted], [(refused.row, refused.value_shown) for refused in rejected]) == ([7], [(90, "0")])
