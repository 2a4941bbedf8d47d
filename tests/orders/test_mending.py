"""Refused rows out as a file, mended there, and in again by the same door."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import load_workbook

from catalog.models import Platform
from orders import tasks
from orders.intake import mending
from orders.intake.models import IntakeRun
from orders.intake.reading import exported_at_from_name
from orders.intake.reading.shopee import HEADERS as SHOPEE
from orders.intake.staging import stage_file
from orders.models import OrderLine
from orders.shops.models import Shop
from tests import builders
from tests.orders import order_files, own_files
from tests.roles import People, Role, client_of

pytestmark = pytest.mark.django_db

EXPORTED = builders.at("2026-11-02 10:00")
ID = "57646141483891234"


@pytest.fixture
def shop() -> Shop:
    return builders.shop("TT-1", builders.producer("HTX-1"))


@pytest.fixture
def client(shop: Shop) -> Client:
    assert shop.producer
    return client_of(People.of(shop.producer), Role.COOPERATIVE)


def tiktok(path: Path, ending: str) -> Path:
    """A good row, and three bad ones with a product that a spreadsheet program would take for a formula."""
    rows = [
        order_files.row(order_id=f"{ID}1"),
        order_files.row(order_id=f"{ID}2", quantity="-1", product_name="=1+1 Muối"),
        order_files.row(order_id=f"{ID}3", created_time="hôm qua"),
        order_files.row(order_id="", quantity="3"),
    ]
    if ending == "csv":
        return order_files.write_csv(path / "don.csv", rows)
    # A day as a workbook counts it, and a quantity as a number.
    rows[1] |= {"Created Time": 45443.5, "Quantity": -1}
    return order_files.write_xlsx(path / "don.xlsx", order_files.table(rows))


def lines_of(content: bytes, ending: str) -> list[list[Any]]:
    if ending == "csv":
        return list(csv.reader(StringIO(content.decode("utf-8-sig"))))
    return load_workbook(BytesIO(content)).get_sheet_by_index(0).to_python()


def written(lines: list[list[Any]], ending: str, path: Path) -> bytes:
    if ending == "csv":
        text = StringIO()
        csv.writer(text).writerows(lines)
        return text.getvalue().encode()
    return own_files.write_xlsx(path / "mended.xlsx", lines[1:], headers=lines[0]).read_bytes()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_rows_of_a_platform_go_out_are_mended_and_come_in_again(shop: Shop, client: Client, tmp_path: Path, ending: str) -> None:
    path = tiktok(tmp_path, ending)
    first = stage_file(path=path, shop=shop, file_name=f"don-2026-11-02-10_00.{ending}")
    assert (first.rows, first.rejected, first.exported_at) == (4, 3, EXPORTED)
    answer = client.get(f"/en/intake/{first.pk}/rejected.{ending}")
    lines = lines_of(answer.content, ending)
    head = lines[0]
    assert [header for header in head if header in order_files.GOOD] == head[:-1]
    assert not {"Recipient", "Phone #", "Detail Address", "Buyer Username"} & set(head)
    whole = str(lines)
    assert not any(value in whole for value in ("Khách Giả Định", "000000000", "Đường Không Có Thật"))
    assert [(str(line[0]).strip(), line[-1][-4:]) for line in lines[2:]] == [(f"{ID}2", " (4)"), (f"{ID}3", " (5)"), ("", " (6)")]
    assert lines[2][-1] == "“Quantity” is negative: -1. (4)"
    # As it is: the same three rows for the same three reasons, nothing taken for a description.
    name = answer.headers["Content-Disposition"].split('"')[1]
    assert exported_at_from_name(name) == EXPORTED
    post = {"shop": shop.pk, "file": SimpleUploadedFile(name, answer.content)}
    client.post("/intake/new/", post)
    again = IntakeRun.objects.latest("pk")
    reasons = [list(run.rejected_rows.values_list("column", "value", "code", "cells")) for run in (first, again)]
    assert (again.rows, again.rejected, again.exported_at) == (3, 3, EXPORTED)
    assert reasons[0] == reasons[1]
    # Mended.
    lines[2][head.index("Quantity")] = 5
    lines[3][head.index("Created Time")] = "01/11/2026 08:00:00"
    lines[4][head.index("Order ID")] = f"{ID}4"
    client.post("/intake/new/", {"shop": shop.pk, "file": SimpleUploadedFile(name, written(lines, ending, tmp_path))})
    mended = IntakeRun.objects.latest("pk")
    assert (mended.rows, mended.rejected, mended.exported_at) == (3, 0, EXPORTED)
    for run in (first, mended):
        client.post(f"/intake/{run.pk}/confirm/")
        tasks.merge_run(run.pk)
    found = OrderLine.objects.order_by("order__number").values_list("order__number", "units", "product_name")
    assert list(found) == [
        (f"{ID}1", 2, "Muối ba khía"),
        (f"{ID}2", 5, "=1+1 Muối"),
        (f"{ID}3", 2, "Muối ba khía"),
        (f"{ID}4", 3, "Muối ba khía"),
    ]


def test_a_row_that_could_not_be_taken_apart_keeps_no_cell(shop: Shop, tmp_path: Path) -> None:
    path = order_files.write_csv(tmp_path / "don.csv", [order_files.row()], described=False)
    path.write_text(path.read_text() + "Nguyễn Thị Bí Mật,0905111222\n")
    run = stage_file(path=path, shop=shop, file_name="don.csv")
    assert (run.rejected, run.rejected_rows.get().cells) == (1, {})
    assert "Bí Mật" not in mending.as_csv(run).decode()


def test_where_columns_have_slipped_no_text_is_kept(shop: Shop, tmp_path: Path) -> None:
    slipped = order_files.row(product_name="Nguyễn Thị Bí Mật", quantity="chị Mật", created_time="Thôn Bí Mật")
    one = order_files.row(order_id=f"{ID}2", quantity="chị Mật")
    run = stage_file(path=order_files.write_csv(tmp_path / "don.csv", [slipped, one]), shop=shop, file_name="don.csv")
    kept = [(row.cells["product_name"], row.cells["units"], row.cells["order_number"]) for row in run.rejected_rows.all()]
    assert kept == [("…", "…", order_files.GOOD["Order ID"]), ("Muối ba khía", "…", f"{ID}2")]


@pytest.mark.parametrize("by", [1, 2, 3, 4])
def test_a_separator_too_many_before_the_place_lets_no_buyer_in(shop: Shop, tmp_path: Path, by: int) -> None:
    """The last columns are often empty, so such a row is not too long; its only cell without sense is a sum or a day."""
    buyer = {"Recipient": "Nguyễn Thị Bí Mật", "Phone #": "0905111222", "Buyer Username": "bimat", "Buyer Message": "chị Mật"}
    good = order_files.row(**{"Cancelled Time": "x", **buyer})
    place = [*good].index("Cancel By")
    cells = [*good.values()]
    path = order_files.write_csv(tmp_path / "don.csv", [])
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow([*cells[:place], *[""] * by, *cells[place:]][: len(cells)])
    run = stage_file(path=path, shop=shop, file_name="don.csv")
    kept = run.rejected_rows.get().cells
    assert (kept["order_number"], kept["units"]) == (order_files.GOOD["Order ID"], "2")
    assert not any(told in str(kept) for told in ("Mật", "0905111222", "bimat"))


def test_known_places_of_a_refused_row_are_kept(shop: Shop, tmp_path: Path) -> None:
    rows = [order_files.row(quantity="-1"), order_files.row(quantity="-1", district="chị Mật", commune="bimat")]
    run = stage_file(path=order_files.write_csv(tmp_path / "don.csv", rows), shop=shop, file_name="don.csv")
    fields = ("delivery_province", "delivery_district", "delivery_commune", "product_name")
    assert [[row.cells.get(field) for field in fields] for row in run.rejected_rows.all()] == [
        ["Tỉnh Cà Mau", "Huyện Trần Văn Thời", "Xã Khánh Hưng", "Muối ba khía"],
        ["Tỉnh Cà Mau", "…", "…", "Muối ba khía"],
    ]


def test_a_comma_in_an_address_of_ones_own_sheet_lets_no_buyer_in(tmp_path: Path) -> None:
    stall = builders.stall("ZL-1", builders.producer("HTX-1"))
    builders.mapping(stall)
    path = tmp_path / "so.csv"
    # The state, which would make no sense either, is cut off by whoever filled the row in: it counts as ordered.
    path.write_bytes(own_files.content([["A-01", "5/6/2026", "Khách", "0905", "Số 1", " ngõ Bí Mật", "Mật ong", "2", ""]]))
    run = stage_file(path=path, shop=stall, file_name="so.csv")
    kept = run.rejected_rows.get().cells
    assert ("Bí Mật" in str(kept), kept["order_number"]) == (False, "A-01")


def test_other_platforms_keep_their_own_headers(tmp_path: Path) -> None:
    maker = builders.producer("HTX-1")
    shopee = builders.stall("SP-1", maker, platform=Platform.SHOPEE)
    row = {
        "Mã đơn hàng": "2611ABC",
        "Trạng Thái Đơn Hàng": "Lạ",
        "Tên sản phẩm": "Mật ong",
        "Số lượng": "1",
        "Giá gốc": "9",
        "Người Mua": "Bí Mật",
    }
    path = order_files.write_csv(tmp_path / "sp.csv", [row], headers=SHOPEE, described=False)
    lines = lines_of(mending.as_csv(stage_file(path=path, shop=shopee, file_name="sp.csv")), "csv")
    assert (lines[0][0], lines[1][0], "Bí Mật" in str(lines)) == ("Mã đơn hàng", "2611ABC", False)
    stall = builders.stall("ZL-1", maker)
    builders.mapping(stall)
    path.write_bytes(own_files.content([own_files.line(state="Lạ")]))
    run = stage_file(path=path, shop=stall, file_name="so.csv")
    lines = lines_of(mending.as_csv(run), "csv")
    assert lines[0][:-1] == ["Mã đơn", "Ngày đặt", "Tên hàng", "SL", "Đơn giá", "Tình trạng"]
    path.write_bytes(mending.as_csv(run).replace("…".encode(), "Chờ gửi".encode(), 1))
    mended = stage_file(path=path, shop=stall, file_name=mending.file_name(run, "csv"))
    assert (mended.rejected, mended.mapping, mended.staged_rows.get().number) == (0, run.mapping, "A-01")
