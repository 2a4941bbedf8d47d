"""Whole files: what is refused, in which words, and what a file's name and headers say."""

from __future__ import annotations

import io
import pickle
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import translation

from orders.intake.reading import PLATFORMS, exported_at_from_name, read_observations
from orders.intake.reading import errors as e
from orders.intake.reading.shopee import SHOPEE as SHOPEE_FILES
from orders.intake.reading.tiktok import HEADERS, TIKTOK
from tests.orders.order_files import LOCAL, NOW, read, row, table, write_csv, write_xlsx

SHOPEE = [
    "Mã đơn hàng", "Mã Kiện Hàng", "Ngày đặt hàng", "Trạng Thái Đơn Hàng", "Mã vận đơn", "Tên sản phẩm", "Số lượng", "Giá gốc",
]  # fmt: skip
LIVE = ["Room ID", "Room Title", "Start Time", "End Time", "Duration", "Attributed GMV"]


def said(error: Exception) -> str:
    """The error's sentence in English."""
    with translation.override("en"):
        return str(error)


def _ole(stream: str) -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(504)
        + "Root Entry".encode("utf-16-le")
        + bytes(44)
        + stream.encode("utf-16-le")
        + bytes(2_000)
    )


def _zip(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", e.EmptyFile),
        (b" \n\n \t\n", e.EmptyFile),
        (b"\xef\xbb\xbf", e.EmptyFile),
        (b"\xff\xfe", e.EmptyFile),
        (b"%PDF-1.7\n1 0 obj", e.NotASpreadsheet),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", e.NotASpreadsheet),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", e.NotASpreadsheet),
        (b"\x1f\x8b\x08\x00\x00", e.NotASpreadsheet),
        (b"<html><table><tr><td>Order ID</td></tr></table></html>", e.NotASpreadsheet),
        (b'{"Order ID": 1}', e.NotASpreadsheet),
        (b"Dear Sir or Madam,\nplease find the orders.\n", e.NotASpreadsheet),
        (b"Only one column\n1\n2\n", e.NotASpreadsheet),
        ("Order ID,SKU ID\n1,2\n".encode("utf-16-le"), e.NotASpreadsheet),
        (bytes(range(256)) * 40, e.NotASpreadsheet),
        (_zip(word__document_xml=b"<w/>"), e.NotASpreadsheet),
        (_zip(**{"content.xml": b"<office/>", "mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), e.OldWorkbook),
        (_zip(**{"xl__workbook.bin": b"\x00"}), e.OldWorkbook),
        (_ole("Workbook"), e.OldWorkbook),
        (_ole("EncryptedPackage"), e.EncryptedFile),
        (b"PK\x03\x04" + bytes(200), e.DamagedFile),
    ],
)
def test_files_that_are_no_order_files(tmp_path: Path, content: bytes, error: type[Exception]) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    with pytest.raises(error) as caught:
        read(path, file_name="Đơn hàng.xlsx")
    assert said(caught.value).startswith("“Đơn hàng.xlsx” ")


def test_a_zip_with_a_password_is_encrypted(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "o.xlsx", table([row()]))
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(signature, at + 4)
    path.write_bytes(data)
    with pytest.raises(e.EncryptedFile) as caught:
        read(path)
    assert said(caught.value) == "“o.xlsx” is protected by a password. Save it without a password and upload it again."


@pytest.mark.parametrize("share", [0.05, 0.5, 0.9, 0.999])
def test_a_workbook_cut_short_is_damaged(tmp_path: Path, share: float) -> None:
    path = write_xlsx(tmp_path / "o.xlsx", table([row()] * 50))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(e.DamagedFile) as caught:
        read(path)
    assert said(caught.value) == "“o.xlsx” is damaged or was cut short. Download it again from the platform."


def test_a_workbook_with_a_flipped_bit_is_damaged_not_half_read(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "o.xlsx", table([row(order_id=str(number)) for number in range(1, 300)]), compression=zipfile.ZIP_STORED)
    data = path.read_bytes()
    assert data.count(b"<v>") == 0
    path.write_bytes(data.replace(b"<t>298</t>", b"<t>299</t>", 1))
    with pytest.raises(e.DamagedFile):
        read(path)


def test_names_twice_in_the_zip_or_a_foreign_method_are_damaged(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "o.xlsx", table([row()]))
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(e.DamagedFile):
        read(path)
    with pytest.raises(e.DamagedFile):
        read(write_xlsx(path, table([row()]), compression=zipfile.ZIP_BZIP2))


def _csv(tmp_path: Path, headers: list[str]) -> Path:
    return write_csv(tmp_path / "o.csv", [row()], headers=headers)


def _xlsx(tmp_path: Path, headers: list[str]) -> Path:
    return write_xlsx(tmp_path / "o.csv", table([row()], headers=headers))


FORMATS = pytest.mark.parametrize("write", [_csv, _xlsx])


@FORMATS
def test_a_file_of_another_platform_is_called_by_its_name(tmp_path: Path, write: Callable[[Path, list[str]], Path]) -> None:
    decomposed = [header.replace("ơ", "o\u031b") for header in SHOPEE]
    for headers, name in ((SHOPEE, "Shopee"), (decomposed, "Shopee"), (LIVE, "TikTok LIVE (analytics)")):
        with pytest.raises(e.OtherPlatform) as caught:
            read(write(tmp_path, headers))
        assert said(caught.value) == (
            f"“o.csv” is a file of {name}, not an order file of TikTok Shop. Choose a shop of that platform, or another file."
        )


@FORMATS
def test_missing_columns_are_named(tmp_path: Path, write: Callable[[Path, list[str]], Path]) -> None:
    with pytest.raises(e.MissingColumns) as caught:
        read(write(tmp_path, [header for header in HEADERS if header not in ("Quantity", "SKU ID")]))
    assert said(caught.value) == (
        "“o.csv” has no column “SKU ID”, “Quantity”, which an order file of TikTok Shop needs. Export it again with all columns."
    )
    with pytest.raises(e.MissingColumns) as caught:
        read(write(tmp_path, [header.lower() for header in HEADERS]))
    assert len(caught.value.params["columns"]) == 14
    assert said(caught.value) == (
        "“o.csv” is not laid out like an order file of TikTok Shop: it has no column “Order ID”, “Order Status”, "
        "“Cancelation/Return Type” and lacks 11 more. Export it from there with all columns, or choose the shop to which a "
        "spreadsheet of your own belongs."
    )


@FORMATS
def test_a_column_twice_is_refused_where_it_counts(tmp_path: Path, write: Callable[[Path, list[str]], Path]) -> None:
    with pytest.raises(e.DuplicateColumn) as caught:
        read(write(tmp_path, [*HEADERS, "Quantity"]))
    assert said(caught.value) == "“o.csv” has the column “Quantity” more than once, so it is not clear which one counts."
    assert len(read(write(tmp_path, [*HEADERS, "Recipient"]))[0]) == 1


def test_headers_are_matched_without_bom_and_outer_space(tmp_path: Path) -> None:
    headers = ["\ufeffOrder ID\t", *(f" {header}\xa0" for header in HEADERS[1:])]
    rows = [dict(zip(headers, row().values(), strict=True))]
    for path in (write_csv(tmp_path / "o.csv", rows, headers=headers), write_xlsx(tmp_path / "o.csv", table(rows, headers=headers))):
        assert read(path) == read(write_csv(tmp_path / "plain.csv", [row()]))


@FORMATS
def test_unknown_columns_are_ignored_and_absent_ones_told(tmp_path: Path, write: Callable[[Path, list[str]], Path]) -> None:
    headers = ["Something new", *(header for header in HEADERS if header not in ("Province", "Seller SKU")), "Another"]
    reading = read_observations(write(tmp_path, headers), file_name="o.csv", now=NOW)
    chunk = next(reading.chunks())
    assert (len(chunk.accepted), chunk.rejected) == (1, [])
    assert reading.absent == ("Seller SKU", "Province")
    assert read_observations(write(tmp_path, list(HEADERS)), file_name="o.csv", now=NOW).absent == ()


def test_no_data_rows(tmp_path: Path) -> None:
    for path in (
        write_csv(tmp_path / "o.csv", []),
        write_csv(tmp_path / "o.csv", [], described=False),
        write_csv(tmp_path / "o.csv", [dict.fromkeys(HEADERS, "")]),
        write_xlsx(tmp_path / "o.csv", table([])),
    ):
        with pytest.raises(e.NoDataRows) as caught:
            read_observations(path, file_name="o.csv", now=NOW)
    assert said(caught.value) == "“o.csv” has its column headers but no orders below them."


def test_the_row_of_descriptions_is_no_data_and_a_bad_first_row_is_no_description(tmp_path: Path) -> None:
    assert [seen["row"] for seen in read(write_csv(tmp_path / "o.csv", [row()]))[0]] == [3]
    assert [seen["row"] for seen in read(write_csv(tmp_path / "o.csv", [row()], described=False))[0]] == [2]
    for changes in ({"order_id": ""}, {"quantity": "x", "created_time": "y"}, {"order_id": "5.7E+17", "quantity": "0"}):
        accepted, rejected = read(write_csv(tmp_path / "o.csv", [row(**changes), row()], described=False))
        assert ([seen["row"] for seen in accepted], [refused.row for refused in rejected]) == ([3], [2])


def test_ids_that_a_spreadsheet_program_has_rounded(tmp_path: Path) -> None:
    rounded = [row(order_id=f"57646141483{number:04d}000") for number in range(20)]
    with pytest.raises(e.LostDigits) as caught:
        read(write_csv(tmp_path / "o.csv", rounded))
    assert said(caught.value).startswith(
        "In “o.csv” every “Order ID” ends in zeros after its 15th digit: a spreadsheet program has rounded them."
    )
    assert len(read(write_csv(tmp_path / "o.csv", [*rounded[:7], row()]))[0]) == 8
    assert len(read(write_csv(tmp_path / "o.csv", rounded[:7]))[0]) == 7


def test_errors_survive_a_task_queue() -> None:
    error = pickle.loads(pickle.dumps(e.MissingColumns("o.csv", columns=["Quantity"], platform="TikTok Shop")))
    assert (type(error), error.file_name, error.params) == (e.MissingColumns, "o.csv", {"columns": ["Quantity"], "platform": "TikTok Shop"})
    assert said(error) == said(e.MissingColumns("o.csv", columns=["Quantity"], platform="TikTok Shop"))


def test_the_platform_table_is_whole() -> None:
    assert (len(HEADERS), len(set(HEADERS))) == (54, 54)
    assert PLATFORMS == {"tiktok": TIKTOK, "shopee": SHOPEE_FILES}
    assert {column.header for column in TIKTOK.columns} <= set(HEADERS)
    assert {column.header for column in TIKTOK.columns}.isdisjoint(
        {
            "Tracking ID",
            "Buyer Message",
            "Buyer Username",
            "Recipient",
            "Phone #",
            "Detail Address",
            "Additional address information",
            "Seller Note",
        }
    )
    assert TIKTOK.marks <= set(HEADERS)


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("Tất cả đơn hàng-2026-04-05-09_31.xlsx", datetime(2026, 4, 5, 9, 31)),
        ("All order-2026-04-05-09_31.csv", datetime(2026, 4, 5, 9, 31)),
        ("All order-2026-04-05-09_31 (1).csv", datetime(2026, 4, 5, 9, 31)),
        ("Hoàn thành đơn hàng-2026-04-05-09_31_22.csv", datetime(2026, 4, 5, 9, 31, 22)),
        ("OrderSKUList20250531095609.xlsx", datetime(2025, 5, 31, 9, 56, 9)),
        ("orders_20250531_0956.csv", datetime(2025, 5, 31, 9, 56)),
        ("orders 20250531-095609.csv", datetime(2025, 5, 31, 9, 56, 9)),
        ("orders 2025-05-31T09:56:09.csv", datetime(2025, 5, 31, 9, 56, 9)),
        ("orders.2025.05.31.21h05.csv", datetime(2025, 5, 31, 21, 5)),
        ("2025-05-31 0956.csv", datetime(2025, 5, 31, 9, 56)),
        ("2026-04-05-09_31 copy of 2026-04-05-09_31.csv", datetime(2026, 4, 5, 9, 31)),
        ("orders.csv", None),
        ("2026-04-05.csv", None),
        ("2026-04-01_2026-04-30.csv", None),
        ("2026-04-01-2026-04.csv", None),
        ("20260401-20260430.csv", None),
        ("20260401_20260430_orders.csv", None),
        ("2026-04-05 2031.csv", None),
        ("2026-04-05-09_31 and 2026-04-06-09_31.csv", None),
        ("2026-02-30-09_31.csv", None),
        ("2026-04-05-25_31.csv", None),
        ("05-04-2026-09_31.csv", None),
        ("576461202604050931.csv", None),
        ("2026040509310.csv", None),
        ("2014-04-05-09_31.csv", None),
        ("2026-11-23-09_31.csv", None),
        ("1743820291.csv", None),
        ("", None),
    ],
)
def test_when_a_file_was_exported(name: str, moment: datetime | None) -> None:
    assert exported_at_from_name(name, now=NOW) == (moment and moment.replace(tzinfo=LOCAL))


def test_without_a_clock_a_later_name_is_believed() -> None:
    assert exported_at_from_name("2036-11-23-09_31.csv") == datetime(2036, 11, 23, 9, 31, tzinfo=LOCAL)
    assert exported_at_from_name("2026-11-22-11_59.csv", now=NOW) == NOW + timedelta(days=1) - timedelta(minutes=1)
