"""Shopee's order file: its headers, states, returns and money, and that a made-up one reads back as it was written."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum
from django.utils import translation

from orders.intake.reading import CANCELLED, COMPLETED, DELIVERED, PLACED, SHIPPED, Rejection
from orders.intake.reading import errors as e
from orders.intake.reading.shopee import HEADERS, SHOPEE
from orders.intake.services import take_in_file
from orders.models import EntryKind, LedgerEntry, OrderLine
from orders.sampling import PLANTED, sample_rows, sample_skus, write_sample
from tests.orders.order_files import LOCAL, read, sheet_row, write_csv, write_xlsx
from tests.orders.test_merge import make_shop

GOOD: dict[str, Any] = {
    **dict.fromkeys(HEADERS, ""),
    "Mã đơn hàng": "2604014XKJ9ABC",
    "Ngày đặt hàng": "2026-04-01 02:22",
    "Trạng Thái Đơn Hàng": "Chờ giao hàng",
    "SKU phân loại hàng": "BAK-01",
    "Tên sản phẩm": "Muối ba khía",
    "Tên phân loại hàng": "Hũ 500 g",
    "Giá gốc": "99000.00",
    "Người bán trợ giá": "4000.00",
    "Được Shopee trợ giá": "1500.00",
    "Tổng số tiền được người bán trợ giá": "8000.00",
    "Số lượng": "2",
    "Số lượng sản phẩm được hoàn trả": "0",
    "Tổng số tiền Người mua thanh toán": "187000.00",
    "Tổng số tiền người mua thanh toán": "999999.00",
    "Tổng giá trị đơn hàng (VND)": "190000.00",
    "Đơn Vị Vận Chuyển": "SPX Express",
    "Tên Người nhận": "Khách Giả Định",
    "Tỉnh/Thành phố": "Tỉnh Cà Mau",
    "TP / Quận / Huyện": "Xã Khánh Hưng",
}


def one(tmp_path: Path, changes: dict[str, Any]) -> dict[str, Any]:
    """The observation of the row with these changes."""
    accepted, rejected = read(write_csv(tmp_path / "o.csv", [row(changes)], headers=HEADERS, described=False), platform="shopee")
    assert rejected == []
    return accepted[0]


def refused(tmp_path: Path, changes: dict[str, Any]) -> Rejection:
    """Why the row with these changes is not taken."""
    accepted, rejected = read(write_csv(tmp_path / "o.csv", [row(changes)], headers=HEADERS, described=False), platform="shopee")
    assert accepted == []
    return rejected[0]


def row(changes: dict[str, Any]) -> dict[str, Any]:
    """A good row with changes by header."""
    assert set(changes) <= set(HEADERS)
    return {**GOOD, **changes}


def test_the_table_is_whole() -> None:
    assert (len(HEADERS), len(set(HEADERS))) == (62, 62)
    kept = {column.header for column in SHOPEE.columns}
    assert kept <= set(HEADERS)
    personal = {"Người Mua", "Tên Người nhận", "Số điện thoại", "Địa chỉ nhận hàng", "Ghi chú", "Nhận xét từ Người mua", "Mã vận đơn"}
    assert personal <= set(HEADERS)
    assert kept.isdisjoint(personal)
    assert SHOPEE.marks <= set(HEADERS)


def test_all_fields_of_a_row(tmp_path: Path) -> None:
    assert one(tmp_path, {}) == {
        "row": 2,
        "order_number": "2604014XKJ9ABC",
        "line_key": "muối ba khía / hũ 500 g",
        "sku_id": "",
        "seller_sku": "BAK-01",
        "product_name": "Muối ba khía",
        "variation": "Hũ 500 g",
        "state": PLACED,
        "units": 2,
        "gross": 198_000,
        "seller_discount": 8_000,
        "platform_discount": 3_000,
        "cancelled_units": 0,
        "returned_units": 0,
        "was_delivered": False,
        "placed_at": datetime(2026, 4, 1, 2, 22, tzinfo=LOCAL),
        "shipped_at": None,
        "delivered_at": None,
        "cancelled_at": None,
        "order_amount": 190_000,
        "order_refund": None,
        "shipping_provider": "SPX Express",
        "delivery_province": "Tỉnh Cà Mau",
        "delivery_commune": "Xã Khánh Hưng",
        "delivery_district": "",
        "cancel_kind": "",
    }


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("Chờ giao hàng", PLACED),
        ("Đang giao", SHIPPED),
        ("Đã giao", DELIVERED),
        ("Đã nhận được hàng", DELIVERED),
        ("Hoàn thành", COMPLETED),
        ("Đã hủy", CANCELLED),
        ("Người mua xác nhận đã nhận được hàng, vẫn có thể trả hàng đến 2026-04-12", DELIVERED),
        ("NGƯỜI MUA  xác nhận đã nhận được hàng 12/04/2026", DELIVERED),
        (unicodedata.normalize("NFD", "Người mua xác nhận đã nhận được hàng 12/04/2026"), DELIVERED),
    ],
)
def test_states(tmp_path: Path, status: str, state: int) -> None:
    assert one(tmp_path, {"Trạng Thái Đơn Hàng": status})["state"] == state


@pytest.mark.parametrize(
    ("asked", "units", "status", "back"),
    [
        ("Đã Chấp Thuận Yêu Cầu", "1", "Hoàn thành", (0, 1)),
        ("ĐÃ CHẤP THUẬN YÊU CẦU", "2", "Đã giao", (0, 2)),
        # Granted before it arrived: a cancellation.
        ("Đã Chấp Thuận Yêu Cầu", "2", "Đang giao", (2, 0)),
        ("Đang chờ", "1", "Hoàn thành", (0, 0)),
        ("", "1", "Hoàn thành", (0, 0)),
        ("", "0", "Đã hủy", (2, 0)),
    ],
)
def test_only_a_granted_return_counts(tmp_path: Path, asked: str, units: str, status: str, back: tuple[int, int]) -> None:
    changes = {"Trạng thái Trả hàng/Hoàn tiền": asked, "Số lượng sản phẩm được hoàn trả": units, "Trạng Thái Đơn Hàng": status}
    found = one(tmp_path, changes)
    assert (found["cancelled_units"], found["returned_units"]) == back


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"Trạng Thái Đơn Hàng": "Thất lạc"}, "Trạng Thái Đơn Hàng", "unknown_status"),
        ({"Tên sản phẩm": " "}, "Tên sản phẩm", "empty"),
        ({"Giá gốc": "99000.50"}, "Giá gốc", "not_whole"),
        ({"Giá gốc": "999999999999", "Số lượng": "3"}, "Giá gốc", "too_big"),
        ({"Số lượng": "0"}, "Số lượng", "zero_units"),
        ({"Ngày đặt hàng": "2026-04-01"}, "Ngày đặt hàng", "bad_date"),
        ({"Tổng số tiền được người bán trợ giá": "198001"}, "Tổng số tiền được người bán trợ giá", "discount_too_large"),
        (
            {"Trạng thái Trả hàng/Hoàn tiền": "Đã Chấp Thuận Yêu Cầu", "Số lượng sản phẩm được hoàn trả": "3"},
            "Số lượng sản phẩm được hoàn trả",
            "returned_too_many",
        ),
    ],
)
def test_a_bad_row_names_its_column(tmp_path: Path, changes: dict[str, Any], column: str, code: str) -> None:
    rejection = refused(tmp_path, changes)
    assert (rejection.row, rejection.column, rejection.code) == (2, column, code)
    with translation.override("vi"):
        assert column in str(rejection.message) or code == "unknown_status"


def test_headers_in_either_form_and_pairs_that_differ_by_case(tmp_path: Path) -> None:
    headers = [unicodedata.normalize("NFD", header) for header in HEADERS]
    path = tmp_path / "o.xlsx"
    values = [GOOD[header] for header in HEADERS]
    write_xlsx(path, sheet_row(1, headers) + sheet_row(2, values), sheets=("orders",))
    accepted, rejected = read(path, platform="shopee")
    assert (len(accepted), rejected) == (1, [])
    assert (accepted[0]["gross"], accepted[0]["order_amount"]) == (198_000, 190_000)


def test_a_tiktok_file_for_a_shopee_shop_is_called_by_its_name(tmp_path: Path) -> None:
    path = write_sample(tmp_path / "a.csv", 10, 1).path
    with pytest.raises(e.OtherPlatform) as caught:
        read(path, platform="shopee")
    assert caught.value.params == {"found": "TikTok Shop", "expected": "Shopee"}


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_a_sample_reads_back_as_it_was_written(tmp_path: Path, name: str) -> None:
    end = datetime(2026, 11, 1, tzinfo=LOCAL)
    sample = write_sample(tmp_path / name, 600, 3, platform="shopee")
    accepted, rejected = read(sample.path, platform="shopee")
    assert rejected == []
    made = list(
        sample_rows(
            platform="shopee",
            rows=600,
            seed=3,
            skus=sample_skus(),
            start=end - timedelta(days=90),
            end=end,
            language="vi",
            observed_at=end,
        )
    )
    assert len(accepted) == len(made) == 600
    at = {header: index for index, header in enumerate(HEADERS)}
    for number, (seen, values) in enumerate(zip(accepted, made, strict=True), 2):
        text = {header: str(values[index]) for header, index in at.items()}
        assert (seen["row"], seen["order_number"]) == (number, text["Mã đơn hàng"])
        assert seen["gross"] == int(text["Giá gốc"][:-3]) * int(text["Số lượng"])
        assert f"{seen['placed_at']:%Y-%m-%d %H:%M}" == text["Ngày đặt hàng"]
        granted = text["Trạng thái Trả hàng/Hoàn tiền"] == "Đã Chấp Thuận Yêu Cầu"
        back = int(text["Số lượng sản phẩm được hoàn trả"]) if granted else 0
        cancelled = seen["units"] if text["Trạng Thái Đơn Hàng"] == "Đã hủy" else 0
        assert seen["cancelled_units"] + seen["returned_units"] == (cancelled or back)
    everything = repr(accepted)
    assert [mark for mark in PLANTED if mark in everything] == []
    assert {seen["state"] for seen in accepted} == {PLACED, SHIPPED, DELIVERED, COMPLETED, CANCELLED}


@pytest.mark.django_db
def test_two_exports_of_the_same_orders_are_one_ledger(tmp_path: Path) -> None:
    """A later export moves the orders on: the ledger's sums are those of the raw rows, whichever file came first."""
    march, middle, end = datetime(2026, 3, 1, tzinfo=LOCAL), datetime(2026, 3, 6, tzinfo=LOCAL), datetime(2026, 4, 10, tzinfo=LOCAL)
    early = tmp_path / "Order.all.2026-03-06-00_00.csv"
    late = tmp_path / "Order.all.2026-04-10-00_00.xlsx"
    for path, seen in ((early, middle), (late, end)):
        write_sample(path, 300, 8, platform="shopee", start=march.date(), days=10, observed_at=seen)
    rows, _rejected = read(late, platform="shopee")
    values = [(one, one["gross"] - one["seller_discount"]) for one in rows]
    expected = {
        EntryKind.PLACED: (sum(one["units"] for one in rows), sum(value for _one, value in values)),
        EntryKind.CANCELLED: _taken_off(values, "cancelled_units"),
        EntryKind.RETURNED: _taken_off(values, "returned_units"),
    }
    for number, paths in enumerate(([early, late], [late, early])):
        shop = make_shop(f"shopee-{number}", platform="shopee")
        for path in paths:
            take_in_file(path=path, shop=shop, file_name=path.name, commit=True)
        kept = {
            kind: (units, amount)
            for kind, units, amount in LedgerEntry.objects.filter(line__order__shop=shop)
            .values_list("kind")
            .annotate(units=Sum("units"), amount=Sum("amount"))
            .values_list("kind", "units", "amount")
        }
        assert {kind: kept[kind] for kind in expected} == expected
        assert OrderLine.objects.filter(order__shop=shop).count() == len({(one["order_number"], one["line_key"]) for one in rows})


def _taken_off(values: list[tuple[dict[str, Any], int]], field: str) -> tuple[int, int]:
    """Units and VND that a kind of movement takes off (FIGURES: floor of the value's share); a line has one kind at most."""
    return sum(one[field] for one, _value in values), sum(value * one[field] // one["units"] for one, value in values)
