"""Rows of an order file: what an observation says, and which row is refused for what."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from orders.intake.reading import CANCELLED, COMPLETED, DELIVERED, PLACED, SHIPPED, Rejection, rejection_message
from orders.intake.reading.rejections import MESSAGES
from orders.intake.reading.tiktok import HEADERS, TIKTOK
from tests.orders.order_files import GOOD, LOCAL, read, row, write_csv


def one(tmp_path: Path, **changes: Any) -> dict[str, Any]:
    """The observation of one row with these changes."""
    accepted, rejected = read(write_csv(tmp_path / "orders.csv", [row(**changes)]))
    assert rejected == []
    return accepted[0]


def test_all_fields_of_a_row(tmp_path: Path) -> None:
    assert one(tmp_path) == {
        "row": 3,
        "order_number": "576461414838912345",
        "line_key": "172938475612345678",
        "sku_id": "172938475612345678",
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
        "placed_at": datetime(2024, 5, 31, 9, 56, 9, tzinfo=LOCAL),
        "shipped_at": None,
        "delivered_at": None,
        "cancelled_at": None,
        "order_amount": 187_000,
        "order_refund": 0,
        "shipping_provider": "J&T Express",
        "delivery_province": "Tỉnh Cà Mau",
        "delivery_commune": "Xã Khánh Hưng",
        "delivery_district": "Huyện Trần Văn Thời",
        "cancel_kind": "",
    }


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("Chờ thanh toán", PLACED),
        ("Unpaid", PLACED),
        ("Chờ giao hàng", PLACED),
        ("To ship", PLACED),
        ("Đã vận chuyển", SHIPPED),
        ("Shipped", SHIPPED),
        ("Đã giao", DELIVERED),
        ("Delivered", DELIVERED),
        ("Hoàn thành", COMPLETED),
        ("Completed", COMPLETED),
        ("Đã hủy", CANCELLED),
        ("Đã huỷ", CANCELLED),
        ("Canceled", CANCELLED),
        ("  ĐÃ   GIAO \t", DELIVERED),
        (unicodedata.normalize("NFD", "Đã vận chuyển"), SHIPPED),
    ],
)
def test_statuses_in_both_languages(tmp_path: Path, status: str, state: int) -> None:
    assert one(tmp_path, order_status=status)["state"] == state


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        # status, Cancelation/Return Type, Sku Quantity of return, Delivered Time → state, cancelled, returned, was delivered
        (("Shipped", "", "0", ""), (SHIPPED, 0, 0, False)),
        (("Shipped", "", "", "03/06/2024 10:00:00"), (DELIVERED, 0, 0, True)),
        (("Delivered", "", "", ""), (DELIVERED, 0, 0, True)),
        (("Completed", "", "", "03/06/2024 10:00:00"), (COMPLETED, 0, 0, True)),
        (("Canceled", "Cancel", "", ""), (CANCELLED, 2, 0, False)),
        (("Canceled", "Cancel", "0", "03/06/2024 10:00:00"), (CANCELLED, 0, 2, True)),
        (("Canceled", "Return/Refund", "1", ""), (CANCELLED, 2, 0, False)),
        (("Completed", "Return/Refund", "1", "03/06/2024 10:00:00"), (COMPLETED, 0, 1, True)),
        (("Completed", "Return/Refund", "2", ""), (COMPLETED, 0, 2, True)),
        (("Delivered", "Return/Refund", "2", ""), (DELIVERED, 0, 2, True)),
        (("Shipped", "Return/Refund", "1", ""), (SHIPPED, 1, 0, False)),
        (("To ship", "Return/Refund", "2", ""), (PLACED, 2, 0, False)),
        (("Completed", "Return/Refund", "", ""), (COMPLETED, 0, 0, True)),
    ],
)
def test_what_became_of_the_units(tmp_path: Path, changes: tuple[str, str, str, str], outcome: tuple[int, int, int, bool]) -> None:
    status, kind, returned, delivered = changes
    seen = one(tmp_path, order_status=status, cancelation_return_type=kind, sku_quantity_of_return=returned, delivered_time=delivered)
    assert (seen["state"], seen["cancelled_units"], seen["returned_units"], seen["was_delivered"]) == outcome
    assert seen["cancel_kind"] == {"": "", "Cancel": "cancel", "Return/Refund": "return"}[kind]


@pytest.mark.parametrize(
    ("sku", "name", "variation", "key"),
    [
        ("1729", "Muối", "Hũ", "1729"),
        ("1729\t", "", "", "1729"),
        ("", "  MUỐI  ba\tKhía ", "Hũ 500 G", "muối ba khía / hũ 500 g"),
        ("", unicodedata.normalize("NFD", "Muối ba khía"), "", "muối ba khía"),
        ("", "STRASSE ẞ", "", "strasse ss"),
    ],
)
def test_line_keys(tmp_path: Path, sku: str, name: str, variation: str, key: str) -> None:
    assert one(tmp_path, sku_id=sku, product_name=name, variation=variation)["line_key"] == key


@pytest.mark.parametrize(
    ("district", "commune", "kept"),
    [
        ("Phường Pleiku", "", ("Phường Pleiku", "")),
        ("Huyện A", "Xã B", ("Xã B", "Huyện A")),
        ("", "Xã B", ("Xã B", "")),
        ("", "", ("", "")),
    ],
)
def test_the_district_stands_in_for_a_missing_commune(tmp_path: Path, district: str, commune: str, kept: tuple[str, str]) -> None:
    seen = one(tmp_path, district=district, commune=commune)
    assert (seen["delivery_commune"], seen["delivery_district"]) == kept


def test_empty_cells_that_mean_something(tmp_path: Path) -> None:
    seen = one(
        tmp_path, sku_seller_discount="", sku_platform_discount=" ", order_amount="", order_refund_amount="", sku_quantity_of_return=""
    )
    assert (seen["seller_discount"], seen["platform_discount"]) == (0, 0)
    assert (seen["order_amount"], seen["order_refund"], seen["returned_units"]) == (None, None, 0)


@pytest.mark.parametrize(
    ("changes", "column", "shown", "code"),
    [
        ({"order_id": ""}, "Order ID", "", "empty"),
        ({"order_id": "5.76461E+17"}, "Order ID", "5.76461E+17", "digits_lost"),
        ({"sku_id": "1.72938E+17"}, "SKU ID", "1.72938E+17", "digits_lost"),
        ({"order_status": "Đang bay"}, "Order Status", "Đang bay", "unknown_status"),
        ({"order_status": ""}, "Order Status", "", "empty"),
        ({"quantity": "-2"}, "Quantity", "-2", "negative"),
        ({"quantity": "0"}, "Quantity", "0", "zero_units"),
        ({"quantity": ""}, "Quantity", "", "empty"),
        ({"quantity": "hai"}, "Quantity", "hai", "bad_number"),
        ({"sku_quantity_of_return": "-1"}, "Sku Quantity of return", "-1", "negative"),
        ({"sku_quantity_of_return": "3"}, "Sku Quantity of return", "3", "returned_too_many"),
        ({"sku_subtotal_before_discount": ""}, "SKU Subtotal Before Discount", "", "empty"),
        ({"sku_subtotal_before_discount": "198000.5"}, "SKU Subtotal Before Discount", "198000.5", "not_whole"),
        ({"sku_seller_discount": "198001"}, "SKU Seller Discount", "198001", "discount_too_large"),
        ({"sku_platform_discount": "n/a"}, "SKU Platform Discount", "n/a", "bad_number"),
        ({"order_amount": "?"}, "Order Amount", "?", "bad_number"),
        ({"created_time": ""}, "Created Time", "", "empty"),
        ({"created_time": "05/31/2024 09:56:09"}, "Created Time", "05/31/2024 09:56:09", "bad_date"),
        ({"created_time": "22/11/2027 09:00:00"}, "Created Time", "22/11/2027 09:00:00", "date_range"),
        ({"delivered_time": "soon"}, "Delivered Time", "soon", "bad_date"),
        ({"cancelled_time": "01/01/2001 00:00:00"}, "Cancelled Time", "01/01/2001 00:00:00", "date_range"),
        ({"product_name": "x" * 501}, "Product Name", "x" * 60, "too_long"),
        ({"product_name": "a\x00b"}, "Product Name", "ab", "bad_text"),
        ({"sku_id": "", "product_name": ""}, "SKU ID", "", "no_product"),
        ({"sku_id": "", "product_name": "x" * 200, "variation": "y" * 200}, "Product Name", "", "too_long"),
    ],
)
def test_a_bad_row_is_refused_and_costs_no_other(tmp_path: Path, changes: dict[str, str], column: str, shown: str, code: str) -> None:
    rows = [row(order_id="576461414838900001"), row(**changes), row(order_id="576461414838900003")]
    accepted, rejected = read(write_csv(tmp_path / "orders.csv", rows))
    assert [seen["row"] for seen in accepted] == [3, 5]
    assert [(refused.row, refused.column, refused.value_shown, refused.code) for refused in rejected] == [(4, column, shown, code)]


def test_each_bad_row_is_reported_however_often_its_value_occurs(tmp_path: Path) -> None:
    rows = [row(order_status="Lạ") if number % 3 == 0 else row(order_id=str(576461414838900000 + number)) for number in range(3_000)]
    accepted, rejected = read(write_csv(tmp_path / "orders.csv", rows))
    assert len(accepted) == 2_000
    assert [refused.row for refused in rejected] == list(range(3, 3_003, 3))


def test_the_first_problem_of_a_row_is_told_in_the_order_of_columns(tmp_path: Path) -> None:
    _accepted, rejected = read(write_csv(tmp_path / "orders.csv", [row(quantity="-1", order_status="Lạ", created_time="x"), row()]))
    assert [(refused.column, refused.code) for refused in rejected] == [("Order Status", "unknown_status")]


def test_blank_rows_are_not_counted(tmp_path: Path) -> None:
    blank = dict.fromkeys(HEADERS, "")
    spaces = {**blank, "Order ID": " ", "Recipient": "Khách Giả Định"}
    accepted, rejected = read(write_csv(tmp_path / "orders.csv", [row(), blank, spaces, row(order_id="1")]))
    assert ([seen["row"] for seen in accepted], rejected) == ([3, 6], [])


def test_nothing_of_the_buyers_is_kept_or_shown(tmp_path: Path) -> None:
    kept = {column.header for column in TIKTOK.columns}
    secret = {header: f"SECRET {header}" for header in HEADERS if header not in kept}
    assert {"Buyer Username", "Recipient", "Phone #", "Detail Address", "Buyer Message", "Tracking ID", "Seller Note"} <= secret.keys()
    rows = [{**GOOD, **secret}, {**GOOD, **secret, "Quantity": "-1"}, {**GOOD, **secret, "Created Time": "no"}]
    for path in (write_csv(tmp_path / "orders.csv", rows),):
        everything = repr(read(path))
        assert "SECRET" not in everything
        assert "Khách" not in everything


def test_messages_name_column_value_and_limit() -> None:
    refused = Rejection(7, "Quantity", "-2", "negative")
    with translation.override("en"):
        assert str(refused.message) == "“Quantity” is negative: -2."
        assert (
            str(rejection_message("too_long", column="Variation", value="xxx", limit=300))
            == "“xxx” in “Variation” is longer than 300 characters."
        )
        assert str(rejection_message("unknown_status", column="Order Status", value="{Lạ}")).startswith("“{Lạ}” is not a status we know.")


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_every_message_can_be_filled_in(code: str) -> None:
    with translation.override("en"):
        said = str(rejection_message(code, column="Quantity", value="12", limit=54))
    assert "{" not in said
    assert "}" not in said


def test_a_number_of_thousands_of_digits_is_refused_not_parsed(tmp_path: Path) -> None:
    rows = [row(quantity="9" * 1_999), row(order_amount="9" * 5_000), row(order_id="9" * 100_000), row()]
    accepted, rejected = read(write_csv(tmp_path / "orders.csv", rows))
    assert [seen["row"] for seen in accepted] == [6]
    assert [(refused.column, refused.value_shown, refused.code) for refused in rejected] == [
        ("Quantity", "9" * 60, "too_big"),
        ("Order Amount", "9" * 60, "too_long"),
        ("Order ID", "9" * 60, "too_long"),
    ]
