"""The readers against slow and obvious ones: a written file gives back what was written, in either format, and what calamine sees."""

from __future__ import annotations

import string
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from orders.intake.reading import container, csv_source
from orders.intake.reading.tiktok import HEADERS
from orders.intake.reading.xlsx_source import XlsxSource
from orders.sampling import PLANTED, SampleSku, sample_rows, write_sample
from orders.sampling.files import LAST_DAY
from tests.orders.order_files import LOCAL, read, table, write_xlsx

RANKS = {
    "Chờ thanh toán": 0, "Chờ giao hàng": 0, "Đã vận chuyển": 1, "Đã giao": 2, "Hoàn thành": 3, "Đã hủy": 4,
    "Unpaid": 0, "To ship": 0, "Shipped": 1, "Delivered": 2, "Completed": 3, "Canceled": 4,
}  # fmt: skip


def expected(number: int, values: Sequence[str | int]) -> dict[str, Any]:
    """What a row of a sample says, spelled out."""
    seen = dict(zip(HEADERS, values, strict=True))

    def text(header: str) -> str:
        return " ".join(str(seen[header]).split())

    def moment(header: str) -> datetime | None:
        return datetime.strptime(text(header), "%d/%m/%Y %H:%M:%S").replace(tzinfo=LOCAL) if text(header) else None

    state, units, back = RANKS[text("Order Status")], int(seen["Quantity"]), int(seen["Sku Quantity of return"])
    delivered = state in (2, 3) or moment("Delivered Time") is not None
    gone = units if state == 4 else back
    return {
        "row": number,
        "order_number": text("Order ID"),
        "line_key": text("SKU ID"),
        "sku_id": text("SKU ID"),
        "seller_sku": text("Seller SKU"),
        "product_name": text("Product Name"),
        "variation": text("Variation"),
        "state": state,
        "units": units,
        "gross": int(seen["SKU Subtotal Before Discount"]),
        "seller_discount": int(seen["SKU Seller Discount"]),
        "platform_discount": int(seen["SKU Platform Discount"]),
        "cancelled_units": 0 if delivered else gone,
        "returned_units": gone if delivered else 0,
        "was_delivered": delivered,
        "placed_at": moment("Created Time"),
        "shipped_at": moment("Shipped Time"),
        "delivered_at": moment("Delivered Time"),
        "cancelled_at": moment("Cancelled Time"),
        "order_amount": int(seen["Order Amount"]),
        "order_refund": int(seen["Order Refund Amount"]),
        "shipping_provider": text("Shipping Provider Name"),
        "delivery_province": text("Province"),
        "delivery_commune": text("Commune") or text("District"),
        "delivery_district": text("District") if text("Commune") else "",
        "cancel_kind": {"": "", "Cancel": "cancel", "Return/Refund": "return"}[text("Cancelation/Return Type")],
    }


NAMES = st.text(alphabet=string.ascii_letters + " ,;\"'&<>\t\n|%{}ắệĐ₫“”–", min_size=1, max_size=40).filter(str.strip)
SKUS = st.lists(
    st.builds(
        SampleSku,
        sku_id=st.integers(10**17, 10**18 - 1).map(str),
        seller_sku=NAMES,
        product_name=NAMES,
        variation=NAMES | st.just(""),
        price=st.integers(1_000, 5_000_000),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda sku: sku.sku_id,
)


def with_written_times(observation: dict[str, Any]) -> dict[str, Any]:
    """The same, its times as text."""
    return {field: value.isoformat() if isinstance(value, datetime) else value for field, value in observation.items()}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    seed=st.integers(0, 10**6), rows=st.integers(1, 60), skus=SKUS, language=st.sampled_from(["vi", "en"]), seen_after=st.integers(0, 110),
    block=st.integers(900, 60_000),
)  # fmt: skip
def test_a_written_sample_reads_back_the_same_in_both_formats(
    tmp_path: Path,
    *,
    seed: int,
    rows: int,
    skus: list[SampleSku],
    language: str,
    seen_after: int,
    block: int,
) -> None:
    end = datetime.combine(LAST_DAY, time(), LOCAL)
    start = end - timedelta(days=90)
    moment = start + timedelta(days=seen_after)
    made = sample_rows(rows=rows, seed=seed, skus=skus, start=start, end=end, language=language, observed_at=moment)
    truth = [expected(number, values) for number, values in enumerate(made, 3)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_source, "BLOCK_CHARACTERS", block)
        patch.setattr(container, "BLOCK", block)
        for name in ("sample.csv", "sample.xlsx"):
            write_sample(tmp_path / name, rows, seed, skus=skus, language=language, observed_at=moment)
            accepted, rejected = read(tmp_path / name)
            assert rejected == []
            assert accepted == truth
            assert read(tmp_path / name, written_times=True) == (list(map(with_written_times, truth)), [])


VALUES = (
    st.none()
    | st.integers(0, 10**9)
    | st.floats(0, 1e9, allow_nan=False)
    | st.text(alphabet=string.printable + "ắệĐ₫“”–\xa0<&>", max_size=30).map(str.strip).filter(lambda text: text.isprintable())
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rows=st.lists(st.lists(VALUES, min_size=54, max_size=54), min_size=1, max_size=8), shared=st.booleans(), odd=st.booleans())
def test_cells_are_those_that_calamine_reads(tmp_path: Path, rows: list[list[Any]], shared: bool, odd: bool) -> None:
    strings: list[str] | None = [] if shared else None
    xml = table([dict(zip(HEADERS, values, strict=True)) for values in rows], strings=strings)
    if odd:
        xml += "<!-- so that the slow parser reads it -->"
    path = write_xlsx(tmp_path / "o.xlsx", xml, strings=strings)
    ours = XlsxSource(path, "o.xlsx", sheet="OrderSKUList")
    cells: dict[int, list[Any]] = {}
    for block in ours.blocks(range(54), width=54, after=2):
        for number, raws in zip(block.numbers, block.rows, strict=True):
            cells[number] = [ours.decode(raw) or "" for raw in raws]
    theirs = CalamineWorkbook.from_path(path).get_sheet_by_name("OrderSKUList").to_python(skip_empty_area=False)
    for number, values in enumerate(theirs[2:], 3):
        assert cells.get(number, [""] * 54) == [value or "" for value in values]


def test_nothing_planted_in_a_sample_comes_through(tmp_path: Path) -> None:
    for name in ("sample.csv", "sample.xlsx"):
        path = tmp_path / name
        write_sample(path, 400, 7)
        everything = repr(read(path))
        assert [mark for mark in PLANTED if mark in everything] == []
        if name.endswith("csv"):
            written = path.read_text(encoding="utf-8-sig")
            assert [mark for mark in PLANTED if mark not in written] == []
