"""Single cells: what is read, what is refused, and why."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from orders.intake.reading import values
from orders.intake.reading.values import Problem

LOCAL = timezone(timedelta(hours=7))
LATEST = datetime(2026, 11, 22, 12, tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("150000", 150_000),
        ("  150000\t", 150_000),
        ("0", 0),
        ("1.234.000", 1_234_000),
        ("1,234,000", 1_234_000),
        ("1 234 000", 1_234_000),
        ("1\xa0234\u202f000", Problem("bad_number")),
        ("1\xa0234\xa0000", 1_234_000),
        ("17.000", 17_000),
        ("17000.00", 17_000),
        ("17000,0", 17_000),
        ("1.234.000,00", 1_234_000),
        ("1,234,000.00", 1_234_000),
        ("1 234 000,00", 1_234_000),
        ("150000 ₫", 150_000),
        ("₫150.000", 150_000),
        ("150.000đ", 150_000),
        ("150000 VND", 150_000),
        ("150000vnđ", 150_000),
        (150_000.0, 150_000),
        (149_999.99999999997, 150_000),
        ("", None),
        ("  ", None),
        (None, None),
        ("17.5", Problem("not_whole")),
        ("17000.50", Problem("not_whole")),
        ("0.500", Problem("not_whole")),
        ("1.2345", Problem("not_whole")),
        ("1.234,000", Problem("not_whole")),
        (17.5, Problem("not_whole")),
        ("-5000", Problem("negative")),
        ("−5.000", Problem("negative")),
        ("(5000)", Problem("negative")),
        (-5000.0, Problem("negative")),
        ("1.5E5", Problem("bad_number")),
        ("12O00", Problem("bad_number")),
        ("15đ000", Problem("bad_number")),
        ("₫", Problem("bad_number")),
        ("-", Problem("bad_number")),
        ("free", Problem("bad_number")),
        ("100000000000", 10**11),
        ("100000000001", Problem("too_big")),
        ("99999999999999", Problem("too_big")),
        (1e300, Problem("too_big")),
        (float("inf"), Problem("too_big")),
        (float("nan"), Problem("bad_number")),
    ],
)
def test_money(cell: Any, amount: object) -> None:
    assert values.vnd(cell) == amount


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        ("3", 3),
        ("3.0", 3),
        (3.0, 3),
        ("0", Problem("zero_units")),
        (0.0, Problem("zero_units")),
        ("-2", Problem("negative")),
        ("1.000", Problem("not_whole")),
        ("2,5", Problem("not_whole")),
        ("two", Problem("bad_number")),
        ("100000", 100_000),
        ("100001", Problem("too_big")),
        ("", Problem("empty")),
        (None, Problem("empty")),
    ],
)
def test_units(cell: Any, count: object) -> None:
    assert values.positive(values.needed(values.units))(cell) == count


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("576461414838912345", "576461414838912345"),
        ("576461414838912345\t", "576461414838912345"),
        ("2404015E8XYZ12", "2404015E8XYZ12"),
        ("240401E12345", "240401E12345"),
        (12_345.0, "12345"),
        (9_007_199_254_740_991.0, "9007199254740991"),
        (9_007_199_254_740_992.0, Problem("digits_lost")),
        (5.76461414838912345e17, Problem("digits_lost")),
        (float("inf"), Problem("digits_lost")),
        (float("nan"), Problem("digits_lost")),
        ("5.76461E+17", Problem("digits_lost")),
        ("5,76461E+17", Problem("digits_lost")),
        ("576E+15", Problem("digits_lost")),
        ("5.76461E17", Problem("digits_lost")),
        ("576461414838912345.0", Problem("digits_lost")),
        (12.5, Problem("bad_id")),
        (-5.0, Problem("bad_id")),
        ("57646 1414", Problem("bad_id")),
        ("=A1", Problem("bad_id")),
        ("1" * 65, Problem("bad_id")),
        ("1\x002", Problem("bad_id")),
        ("", Problem("empty")),
        (None, Problem("empty")),
    ],
)
def test_order_ids(cell: Any, text: object) -> None:
    assert values.order_id(cell) == text


def test_an_empty_sku_id_is_none() -> None:
    assert values.sku_id(None) == ""
    assert values.sku_id(" ") == ""


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("31/05/2024 09:56:09", datetime(2024, 5, 31, 9, 56, 9, tzinfo=LOCAL)),
        ("31/05/2024 09:56:09\t", datetime(2024, 5, 31, 9, 56, 9, tzinfo=LOCAL)),
        ("2024-05-31 09:56:09", datetime(2024, 5, 31, 9, 56, 9, tzinfo=LOCAL)),
        ("2024-05-31T09:56:09.750", datetime(2024, 5, 31, 9, 56, 9, tzinfo=LOCAL)),
        ("2024-05-31 09:56", datetime(2024, 5, 31, 9, 56, tzinfo=LOCAL)),
        ("2024-05-31T02:56:09Z", datetime(2024, 5, 31, 9, 56, 9, tzinfo=LOCAL)),
        ("2024-05-31T09:56:09+07:00", datetime(2024, 5, 31, 9, 56, 9, tzinfo=LOCAL)),
        (45443.413993055554, datetime(2024, 5, 31, 9, 56, 9, tzinfo=LOCAL)),
        ("01/01/2015 00:00:00", datetime(2015, 1, 1, tzinfo=LOCAL)),
        ("22/11/2026 12:00:00", datetime(2026, 11, 22, 12, tzinfo=LOCAL)),
        ("", None),
        (None, None),
        ("\t", None),
        ("22/11/2026 12:00:01", Problem("date_range")),
        ("31/12/2014 23:59:59", Problem("date_range")),
        ("05/31/2024 09:56:09", Problem("bad_date")),
        ("30/02/2024 09:56:09", Problem("bad_date")),
        ("31/05/2024 24:00:00", Problem("bad_date")),
        ("31/05/2024 09:56:09 AM", Problem("bad_date")),
        ("31/05/24 09:56:09", Problem("bad_date")),
        ("31-05-2024 09:56:09", Problem("bad_date")),
        ("31/05/2024", Problem("bad_date")),
        ("2024-05-31", Problem("bad_date")),
        ("yesterday", Problem("bad_date")),
        ("0001-01-01T00:00:00+14:00", Problem("bad_date")),
        (20240531.0, Problem("bad_date")),
        (float("nan"), Problem("bad_date")),
        (1.0, Problem("date_range")),
    ],
)
def test_times(cell: Any, moment: object) -> None:
    read = values.time_reader(latest=LATEST, first_day=date(1899, 12, 30))
    assert read(cell) == moment
    if isinstance(moment, datetime):
        assert read(cell).utcoffset() == timedelta(hours=7)


def test_serial_dates_may_count_from_1904() -> None:
    read = values.time_reader(latest=LATEST, first_day=date(1904, 1, 1))
    assert read(43981.5) == datetime(2024, 5, 31, 12, tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  Muối \n ba\tkhía ", "Muối ba khía"),
        ("Muo\u0302\u0301i", "Muối"),
        (12.0, "12"),
        (0.5, "0.5"),
        (None, ""),
        ("a\x00b", Problem("bad_text")),
        ("x" * 11, Problem("too_long", 10)),
    ],
)
def test_texts(cell: Any, text: object) -> None:
    assert values.text_reader(10 if text != "Muối ba khía" else 20)(cell) == text
