"""Reading a LIVE analytics file: each edition, each way to write a cell, and what is no such file."""

from __future__ import annotations

import json
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from catalog.spreadsheets import UnreadableFileError
from livestreams.analytics.columns import COLUMNS, Kind
from livestreams.analytics.reading import Broadcast, read_live_file
from livestreams.analytics.values import UnreadableCellError, read
from tests.builders import at
from tests.livestreams.live_files import FULL, HEADERS, ROOM, broadcast, write


def only(path: Path) -> Broadcast:
    (found,) = read_live_file(path, "live.xlsx").broadcasts
    return found


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableFileError) as caught:
        read_live_file(path, "live.xlsx")
    return str(caught.value)


def test_the_35_columns_are_the_platforms() -> None:
    assert tuple(column.header for column in COLUMNS[:35]) == HEADERS


def test_a_whole_row(tmp_path: Path) -> None:
    file = read_live_file(write(tmp_path / "a.xlsx", [FULL]), "live.xlsx")
    assert (file.covers, file.missing) == ((date(2025, 5, 1), date(2025, 5, 31)), ())
    (found,) = file.broadcasts
    assert (found.row, found.room_id, found.title, found.started_at, found.problems) == (
        4, ROOM, "Đặc sản Gia Lai", at("2025-05-20 20:02:10"), (),
    )  # fmt: skip
    assert found.values == {
        "room_title": "Đặc sản Gia Lai", "started_at": at("2025-05-20 20:02:10"), "ended_at": at("2025-05-20 21:05"),
        "duration_seconds": 3720, "gmv": 1_234_567, "items_sold": 48, "orders": 40, "sku_orders": 44, "customers": 38,
        "order_value": 30_864, "views": 12_500, "impressions": 98_000, "impressions_an_hour": 93_651, "gmv_an_hour": 1_179_766,
        "show_gpm": 12_597, "watch_gpm": 98_765, "seconds_a_view": 45, "seconds_a_viewer": 80, "tap_through_rate": Decimal("0.1275"),
        "live_ctr": Decimal("0.031"), "product_impressions": 20_000, "product_clicks": 2_000, "ctr": Decimal("0.1"),
        "ctor": Decimal("0.02"), "ctor_sku_orders": Decimal("0.022"), "sku_order_rate": Decimal("0.00352"), "new_followers": 120,
        "follow_rate": Decimal("0.0096"), "comments": 640, "comment_rate": Decimal("0.0512"), "shares": 75, "share_rate": Decimal("0.006"),
        "likes": 31_000, "like_rate": Decimal("2.48"),
    }  # fmt: skip
    # It waits for confirmation as JSON and comes back the same.
    assert Broadcast.from_json(json.loads(json.dumps(found.as_json()))) == found


def test_an_older_edition_and_half_the_columns(tmp_path: Path) -> None:
    headers = ("Room ID", "Start Time", "Duration", "Gross revenue", "Direct GMV", "Orders paid for", "Viewers", "Peak viewers", "Note")
    row = {"Room ID": ROOM, "Start Time": "20/05/2025 20:02", "Duration": 9420, "Gross revenue": "2.500.000 ₫", "Direct GMV": "2000000.00"}
    row |= {"Orders paid for": "1,020", "Viewers": 900, "Peak viewers": 130, "Note": "0912345678"}
    file = read_live_file(write(tmp_path / "a.xlsx", [row], headers=headers, covers=""), "live.xlsx")
    (found,) = file.broadcasts
    # Absent is not 0: views are not there at all; a column that is not listed is never kept.
    assert found.values == {
        "started_at": at("2025-05-20 20:02"), "duration_seconds": 9420, "gmv": 2_500_000, "direct_gmv": 2_000_000, "orders": 1_020,
        "viewers": 900, "peak_viewers": 130,
    }  # fmt: skip
    assert file.covers == (None, None)
    assert {"Views", "Likes", "Product clicks"} <= set(file.missing)
    assert not {"Duration", "Attributed orders"} & set(file.missing)


def test_cells_of_a_spreadsheet_program(tmp_path: Path) -> None:
    """Percent and time cells as such, dashes for nothing, a remark below."""
    path = tmp_path / "a.xlsx"
    write(path, [broadcast(Start_Time="", CTR="--", Views="-", Likes=None), {"Room Title": "Total"}])
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("performance_detail")
        sheet.write_row(0, 0, ["Room ID", "Start Time", "CTR", "Views", "Likes", "Duration"])
        sheet.write_string(1, 0, ROOM)
        sheet.write_datetime(1, 1, datetime(2025, 5, 20, 20, 2), book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
        sheet.write_number(1, 2, 0.125, book.add_format({"num_format": "0.0%"}))
        sheet.write_row(1, 3, ["--", "n/a", "02:37:00"])
    assert only(path).values == {"started_at": at("2025-05-20 20:02"), "ctr": Decimal("0.125"), "duration_seconds": 9420}


@pytest.mark.parametrize(
    ("cell", "kind", "value"),
    [
        ("1,234", Kind.COUNT, 1234),
        ("1.234", Kind.COUNT, 1234),
        ("1,234,567", Kind.COUNT, 1_234_567),
        (12.0, Kind.COUNT, 12),
        ("0", Kind.COUNT, 0),
        ("", Kind.COUNT, None),
        ("—", Kind.ROUNDED, None),
        ("1.234.567,50 ₫", Kind.ROUNDED, 1_234_568),
        ("17000.00", Kind.ROUNDED, 17_000),
        ("2h37m", Kind.SECONDS, 9420),
        ("37min 5s", Kind.SECONDS, 2225),
        (61.4, Kind.SECONDS, 61),
        ("12,5%", Kind.SHARE, Decimal("0.125")),
        ("0.5", Kind.SHARE, Decimal("0.5")),
        (7508812345678901.0, Kind.TEXT, "7508812345678901"),
    ],
)
def test_cells(cell: Any, kind: Kind, value: Any) -> None:
    assert read(cell, kind) == value


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("-5", Kind.COUNT), ("1.5", Kind.COUNT), ("1,23", Kind.COUNT), ("12.5K", Kind.COUNT), (True, Kind.COUNT), (1e30, Kind.COUNT),
        ("9" * 400, Kind.ROUNDED), ("1,2345", Kind.COUNT), (float("inf"), Kind.ROUNDED), ("a\x00b", Kind.COUNT),
        (date(2025, 1, 1), Kind.COUNT),
        ("soon", Kind.SECONDS), ("99999h", Kind.SECONDS), ("abc%", Kind.SHARE), ("1e9%", Kind.SHARE), ("-1%", Kind.SHARE),
        ("yesterday", Kind.MOMENT), ("2025-13-01 10:00", Kind.MOMENT), ("0001-01-01 10:00", Kind.MOMENT), (7.508812345678901e18, Kind.TEXT),
    ],
)  # fmt: skip
def test_cells_that_are_something_else(cell: Any, kind: Kind) -> None:
    with pytest.raises(UnreadableCellError):
        read(cell, kind)


def test_what_is_wrong_names_the_column(tmp_path: Path) -> None:
    rows = [
        broadcast(Views="many", Room_ID="7508812345678900001"),
        broadcast(Room_ID=7508812345678901234),
        broadcast(Room_ID="abc"),
        broadcast(Start_Time=None, Room_ID="7508812345678900004"),
        broadcast(Room_ID="7508812345678900005", End_Time="2025-05-20 19:00"),
        broadcast(),
        broadcast(),
    ]
    found = read_live_file(write(tmp_path / "a.xlsx", rows), "live.xlsx").broadcasts
    assert [[header for header, _text in one.problems] for one in found] == [
        ["Views"], ["Room ID"], ["Room ID"], ["Start Time"], ["End Time"], [], ["Room ID"],
    ]  # fmt: skip
    assert found[-1].problems[0][1] == "đã có ở dòng 9"


def test_what_is_no_such_file(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    assert "Room ID" in refusal(write(path, [FULL], head=False))
    assert "Start Time" in refusal(write(path, [FULL], headers=[header for header in HEADERS if header != "Start Time"]))
    assert refusal(write(path, [])) == "live.xlsx chỉ có tiêu đề cột, bên dưới không có phiên nào."
    path.write_bytes(b"Room ID,Start Time\n1,2\n")
    assert ".xlsx" in refusal(path)
    path.write_bytes(b"")
    assert refusal(path)
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(50 * 1024 * 1024)
    assert "10 MB" in refusal(path)


def test_a_file_that_unpacks_to_gigabytes_ends_its_reader_and_not_us(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [FULL])
    with zipfile.ZipFile(path) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name, content in parts.items():
            if name != "xl/worksheets/sheet1.xml":
                bomb.writestr(name, content)
        with bomb.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            head, tail = parts["xl/worksheets/sheet1.xml"].split(b"</sheetData>")
            sheet.write(head + b'<row r="9"><c r="A9" t="inlineStr"><is><t>')
            for _part in range(250):
                sheet.write(b"0" * 1024 * 1024)
            sheet.write(b"</t></is></c></row></sheetData>" + tail)
    assert path.stat().st_size < 2 * 1024 * 1024
    assert refusal(path)
