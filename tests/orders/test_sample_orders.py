"""Made-up order files: the same for the same arguments, and with the quirks of real ones."""

from __future__ import annotations

import csv
import re
import zipfile
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from python_calamine import CalamineWorkbook

from orders.intake.reading.tiktok import HEADERS
from orders.sampling import SampleSku, sample_skus, write_sample
from tests.orders.order_files import LOCAL, read


def lines(path: Path) -> list[dict[str, str]]:
    """The data rows of a csv sample."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header, described, *rows = csv.reader(stream)
    assert header == list(HEADERS)
    assert described[0] == "Platform unique order ID."
    return [dict(zip(header, values, strict=True)) for values in rows]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_the_same_arguments_give_the_same_bytes(tmp_path: Path, name: str) -> None:
    first, again, other = tmp_path / name, tmp_path / f"again-{name}", tmp_path / f"other-{name}"
    write_sample(first, 300, 5)
    write_sample(again, 300, 5)
    write_sample(other, 300, 6)
    assert first.read_bytes() == again.read_bytes()
    assert first.read_bytes() != other.read_bytes()


def test_shape_of_a_csv_sample(tmp_path: Path) -> None:
    sample = write_sample(tmp_path / "a.csv", 6_000, 2)
    rows = lines(sample.path)
    assert len(rows) == sample.rows == 6_000
    orders = defaultdict(list)
    for row in rows:
        orders[row["Order ID"]].append(row)
    assert 1.30 < len(rows) / len(orders) < 1.40
    for parts in orders.values():
        assert len({part["SKU ID"] for part in parts}) == len(parts)
        assert len({(part["Order Amount"], part["Created Time"], part["Order Status"]) for part in parts}) == 1
    assert all(re.fullmatch(r"57\d{16}\t", row["Order ID"]) for row in rows)
    assert all(re.fullmatch(r"17291\d{13}\t", row["SKU ID"]) for row in rows)
    assert all(re.fullmatch(r"\d\d/\d\d/2026 \d\d:\d\d:\d\d\t", row["Created Time"]) for row in rows)
    statuses = Counter(row["Order Status"] for row in rows)
    assert set(statuses) == {"Chờ thanh toán", "Chờ giao hàng", "Đã vận chuyển", "Đã giao", "Hoàn thành", "Đã hủy"}
    assert 0.07 < statuses["Đã hủy"] / 6_000 < 0.13
    returned = [row for row in rows if row["Cancelation/Return Type"] == "Return/Refund"]
    assert 0.02 < len(returned) / 6_000 < 0.06
    assert all(1 <= int(row["Sku Quantity of return"]) <= int(row["Quantity"]) for row in returned)
    assert all(row["Cancelled Time"] for row in rows if row["Order Status"] == "Đã hủy")
    for row in rows:
        before, by_platform, by_seller, after = (
            int(row[f"SKU {name}"])
            for name in ("Subtotal Before Discount", "Platform Discount", "Seller Discount", "Subtotal After Discount")
        )
        assert before == int(row["SKU Unit Original Price"]) * int(row["Quantity"])
        assert (after, after > 0) == (before - by_platform - by_seller, True)


def test_an_odd_seed_speaks_english_and_a_language_may_be_chosen(tmp_path: Path) -> None:
    write_sample(tmp_path / "a.csv", 500, 3)
    assert {row["Order Status"] for row in lines(tmp_path / "a.csv")} <= {
        "Unpaid",
        "To ship",
        "Shipped",
        "Delivered",
        "Completed",
        "Canceled",
    }
    write_sample(tmp_path / "b.csv", 500, 3, language="vi")
    assert "Hoàn thành" in {row["Order Status"] for row in lines(tmp_path / "b.csv")}


def test_orders_fall_in_the_period_asked_for(tmp_path: Path) -> None:
    sample = write_sample(tmp_path / "a.csv", 400, 1, start=date(2026, 3, 1), days=7)
    assert sample.observed_at == datetime(2026, 3, 8, tzinfo=LOCAL)
    days = Counter(seen["placed_at"].date() for seen in read(sample.path)[0])
    assert set(days) == {date(2026, 3, 1) + timedelta(days=day) for day in range(7)}
    default = read(write_sample(tmp_path / "b.csv", 400, 1).path)[0]
    assert min(seen["placed_at"] for seen in default) >= datetime(2026, 8, 3, tzinfo=LOCAL)
    assert max(seen["placed_at"] for seen in default) < datetime(2026, 11, 1, tzinfo=LOCAL)


def test_observed_later_the_same_orders_are_further_on_their_way(tmp_path: Path) -> None:
    march = date(2026, 3, 1)
    early, late = (
        read(write_sample(tmp_path / "a.csv", 600, 8, start=march, days=10, observed_at=datetime(2026, 3, day, tzinfo=LOCAL)).path)[0]
        for day in (6, 30)
    )
    assert [(seen["order_number"], seen["line_key"], seen["gross"]) for seen in early] == [
        (seen["order_number"], seen["line_key"], seen["gross"]) for seen in late
    ]
    assert all(before["state"] <= after["state"] for before, after in zip(early, late, strict=True))
    assert {seen["state"] for seen in late} == {1, 3, 4}  # what was refunded on the road stays shipped


def test_other_skus_may_be_sold(tmp_path: Path) -> None:
    sku = SampleSku("172900000000000001", "X", "Một", "", 50_000)
    write_sample(tmp_path / "a.csv", 50, 1, skus=[sku])
    rows = lines(tmp_path / "a.csv")
    assert {(row["SKU ID"], row["Product Name"]) for row in rows} == {("172900000000000001\t", "Một")}
    assert len({row["Order ID"] for row in rows}) == 50


def test_the_catalogue(tmp_path: Path) -> None:
    skus = sample_skus()
    assert (skus, len(skus), len({sku.sku_id for sku in skus}), len({sku.seller_sku for sku in skus})) == (sample_skus(), 60, 60, 60)
    assert skus[0] == SampleSku("172910000000000007", "BAK-01", "Muối ba khía Rạch Gốc", "Hũ 300 g", 65_000)


def test_quirks_of_an_xlsx_sample(tmp_path: Path) -> None:
    path = write_sample(tmp_path / "a.xlsx", 100, 2).path
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert '<dimension ref="A1:A1"/>' in sheet
    assert sheet.count('<row r="1">') == 54
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("OrderSKUList").to_python()
    assert (rows[0], len(rows)) == (list(HEADERS), 102)
    assert rows[2][HEADERS.index("Quantity")] in range(1, 11)
    assert isinstance(rows[2][HEADERS.index("Order ID")], str)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("sample_orders", "--rows", "20", "--seed", "2", "--out", str(tmp_path / "a.csv"))
    assert capsys.readouterr().out == f"20 rows in {tmp_path / 'a.csv'}, as at 01/11/2026 00:00\n"
    call_command("sample_orders", "--rows", "20", "--seed", "2", "--out", str(tmp_path / "b"), "--format", "csv", "--language", "vi")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b").read_bytes()
    call_command("sample_orders", "--rows", "3", "--seed", "2", "--out", str(tmp_path / "c.xlsx"), "--start", "2026-01-01", "--days", "2")
    assert [seen["placed_at"].year for seen in read(tmp_path / "c.xlsx")[0]] == [2026, 2026, 2026]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--rows", "0", "--out", "a.csv"], "a sample has at least one row and one day"),
        (["--rows", "5", "--out", "a.txt"], "the format is xlsx or csv, not 'txt'"),
        (["--rows", "5", "--out", "a.csv", "--days", "0"], "a sample has at least one row and one day"),
        (["--rows", "5", "--out", "no/such/folder/a.csv"], "No such file or directory"),
    ],
)
def test_what_the_command_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandError, match=said):
        call_command("sample_orders", "--seed", "1", *arguments)
    assert list(tmp_path.iterdir()) == []
