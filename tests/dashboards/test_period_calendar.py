"""Which days a report has, where its actual figures end, and how the rest is estimated."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.boards.amounts import NOTHING, Measures, Orders, States
from dashboards.models import PeriodKind, ReportingRule
from dashboards.reports.periods.calendar import MONTHS, NUMBERS, cut_off, days_of, span
from dashboards.reports.periods.rows import estimated

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("kind", "number", "first", "last"),
    [
        ("month", 2, "2024-02-01", "2024-02-29"),
        ("month", 12, "2025-12-01", "2025-12-31"),
        ("quarter", 3, "2025-07-01", "2025-09-30"),
        ("half", 1, "2025-01-01", "2025-06-30"),
        ("nine", 1, "2025-01-01", "2025-09-30"),
        ("year", 1, "2025-01-01", "2025-12-31"),
    ],
)
def test_days_of_a_period(kind: str, number: int, first: str, last: str) -> None:
    assert days_of(kind, int(first[:4]), number) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(("kind", "number"), [("month", 0), ("month", 13), ("quarter", 5), ("half", 2), ("programme", 1), ("week", 1)])
def test_a_period_that_does_not_exist(kind: str, number: int) -> None:
    with pytest.raises(ValueError):
        days_of(kind, 2025, number)


@given(st.sampled_from(sorted(NUMBERS)), st.integers(2000, 2100))
def test_the_periods_of_a_kind_meet(kind: PeriodKind, year: int) -> None:
    found = [days_of(kind, year, number) for number in range(1, NUMBERS[kind] + 1)]
    assert found[0][0] == date(year, 1, 1)
    assert all(later[0] == earlier[1] + DAY for earlier, later in itertools.pairwise(found))
    assert found[-1][1].month == min(MONTHS[kind] * NUMBERS[kind], 12)


def test_the_cut_off_of_a_short_month() -> None:
    assert [cut_off(date(2025, 2, 28), day) for day in (14, 28, 31, None)] == [
        date(2025, 2, 14),
        *[date(2025, 2, 28)] * 3,
    ]


@pytest.mark.parametrize(
    ("today", "at_cut_off", "counted_to", "left"),
    [
        ("2025-09-20", False, "2025-09-14", 16),  # the rule closed early: days that are known already are not counted
        ("2025-09-10", False, "2025-09-09", 21),  # before the cut-off: to yesterday
        ("2025-09-30", False, "2025-09-14", 16),  # the last day is not over
        ("2025-10-01", False, "2025-09-30", 0),  # once it is, actual figures take the place of the estimate
        ("2026-11-28", True, "2025-09-14", 16),
    ],
)
def test_where_actual_figures_end(today: str, at_cut_off: bool, counted_to: str, left: int) -> None:
    first, last = days_of("nine", 2025)
    made = span(kind="nine", first=first, last=last, closes_on=14, today=date.fromisoformat(today), at_cut_off=at_cut_off)
    assert (made.counted_to.isoformat(), made.days_left) == (counted_to, left)
    assert made.days_counted + made.days_left == 273


@given(
    kind=st.sampled_from(sorted(NUMBERS)),
    year=st.integers(2000, 2100),
    number=st.integers(1, 12),
    closes_on=st.none() | st.integers(1, 31),
    offset=st.integers(-40, 800),
    at_cut_off=st.booleans(),
)
def test_no_day_is_counted_before_it_is_over_and_none_is_both_counted_and_estimated(
    *, kind: PeriodKind, year: int, number: int, closes_on: int | None, offset: int, at_cut_off: bool
) -> None:
    first, last = days_of(kind, year, 1 + number % NUMBERS[kind])
    today = first + DAY * offset
    made = span(kind=kind, first=first, last=last, closes_on=closes_on, today=today, at_cut_off=at_cut_off)
    assert made.counted_to < today
    assert made.counted_to <= last
    if today <= first:
        assert made.days_counted == 0
        return
    assert made.days_counted + made.days_left == (last - first).days + 1
    if today > last and not at_cut_off:
        assert (made.counted_to, made.days_left) == (last, 0)
    elif closes_on is not None:
        # A day that the last month does not have is its end; yesterday where the rule has not closed it yet.
        assert made.counted_to == min(today - DAY, last, date(last.year, last.month, 1) + DAY * (closes_on - 1))


@pytest.mark.django_db
def test_rules_are_dated() -> None:
    ReportingRule.objects.create(kind="month", since=date(2025, 9, 1), closes_on=20, source="QĐ 1")
    closing = ReportingRule.objects.closing_day
    assert [closing("month", day, "52") for day in (date(2018, 1, 31), date(2025, 8, 31), date(2025, 9, 30))] == [None, 14, 20]
    assert closing("programme", date(2025, 9, 30), "52") is None
    # A province's own rule holds for it alone, also where the country's is newer.
    ReportingRule.objects.create(kind="month", since=date(2025, 3, 1), closes_on=25, source="QĐ 2", province_id="52")
    assert [closing("month", date(2025, month, 28), "52") for month in (2, 3, 9)] == [14, 25, 25]
    assert closing("month", date(2025, 9, 30), "96") == 20


def sold(placed: int, orders: int) -> Measures:
    amounts = States(placed=placed, cancelled=placed // 5, returned=placed // 10, handed_over=placed // 2)
    return Measures(1, amounts, amounts, amounts, Orders(orders, orders, orders, 0))


def test_the_estimate_is_the_mean_of_a_day_times_the_days_left() -> None:
    guessed = estimated(sold(1_000, 14), counted=14, left=16)
    assert guessed is not None
    assert guessed.orders is not None
    # 1,000 × 16 ÷ 14 = 1,142.86; cancelled 228.57, returned 114.29, handed over 571.43
    assert (guessed.value.placed, guessed.value.cancelled, guessed.value.returned, guessed.value.handed_over) == (1143, 229, 114, 571)
    assert (guessed.value.net, guessed.value.delivered, guessed.orders.placed) == (800, 457, 16)


def test_nothing_to_estimate_by() -> None:
    assert estimated(sold(10, 1), counted=30, left=0) is None
    assert estimated(sold(10, 1), counted=0, left=30) is None
    assert estimated(NOTHING, counted=10, left=20) is None


@given(st.integers(0, 10**13), st.integers(1, 365), st.integers(1, 365))
def test_an_estimate_keeps_what_adds_up(placed: int, counted: int, left: int) -> None:
    guessed = estimated(sold(placed, 3), counted, left)
    assert guessed is not None
    value = guessed.value
    assert value.net == value.placed - value.cancelled - value.returned
    assert abs(value.placed * counted - placed * left) <= counted
