"""What is kept of a file's name and of a refused value: words of order files and numbers that are nobody's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.intake.kept_words import kept_name, kept_words


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("don hang Nguyen Van A 0912345678.xlsx", "don hang ….xlsx"),
        ("Đơn hàng chị Hoa 0912 345 678.csv", "Đơn hàng ….csv"),
        ("+84 912 345 678.csv", "….csv"),
        ("052099001234.csv", "….csv"),
        ("C:\\Users\\Lan\\orders.csv", "orders.csv"),
        ("../../etc/passwd", "…"),
        ("OrderSKUList20250531095609.xlsx", "OrderSKUList20250531095609.xlsx"),
        ("All order-2026-04-05-09_31.csv", "All order-2026-04-05-09_31.csv"),
        ("Order.all.20260401_20260430.xlsx", "Order.all.20260401_20260430.xlsx"),
        ("Tất cả đơn hàng-01-04-2026 (2).csv", "Tất cả đơn hàng-01-04-2026 (2).csv"),
    ],
)
def test_a_files_name_keeps_what_tells_it_from_other_order_files(name: str, kept: str) -> None:
    assert kept_name(name) == kept


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("-1", "-1"),
        ("1,5", "1,5"),
        ("31 tháng 5", "31 tháng 5"),
        ("Nguyễn Văn An", "…"),
        ("12 Lê Lợi, Pleiku", "12 …"),
        ("(+84)912345678", "…"),
    ],
)
def test_a_refused_value_keeps_numbers_and_words_of_order_files(value: str, kept: str) -> None:
    assert kept_words(value) == kept


@given(st.text(max_size=300))
def test_any_name_fits_and_what_is_kept_stays(name: str) -> None:
    kept = kept_name(name)
    assert len(kept) <= 255
    assert "\0" not in kept
    assert kept_name(kept) == kept
