"""Periods: the days of an address, and the earlier days they are compared with."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from dashboards import formats
from dashboards.periods import CHOICES, Comparison, Period, PeriodError, Unit, add_months, chosen, comparison, named, parse
from dashboards.readings import Reading

TODAY = date(2026, 11, 21)
DAY = timedelta(days=1)
days = st.dates(min_value=date(2010, 1, 1), max_value=date(2040, 12, 31))
names = st.sampled_from([name for name, _words in CHOICES if name != "custom"])


def span(first: str, last: str, unit: Unit = Unit.DAYS) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last), unit)


@pytest.mark.parametrize(
    ("name", "expected", "before", "last_year"),
    [
        ("30d", ("2026-10-23", "2026-11-21"), ("2026-09-23", "2026-10-22"), ("2025-10-23", "2025-11-21")),
        ("7d", ("2026-11-15", "2026-11-21"), ("2026-11-08", "2026-11-14"), ("2025-11-15", "2025-11-21")),
        ("month", ("2026-11-01", "2026-11-21"), ("2026-10-01", "2026-10-21"), ("2025-11-01", "2025-11-21")),
        ("last_month", ("2026-10-01", "2026-10-31"), ("2026-09-01", "2026-09-30"), ("2025-10-01", "2025-10-31")),
        ("quarter", ("2026-10-01", "2026-11-21"), ("2026-07-01", "2026-08-21"), ("2025-10-01", "2025-11-21")),
        ("12m", ("2025-11-22", "2026-11-21"), ("2024-11-22", "2025-11-21"), ("2024-11-22", "2025-11-21")),
        ("year", ("2026-01-01", "2026-11-21"), ("2025-01-01", "2025-11-21"), ("2025-01-01", "2025-11-21")),
    ],
)
def test_named_periods_and_what_they_are_compared_with(
    name: str, expected: tuple[str, str], before: tuple[str, str], last_year: tuple[str, str]
) -> None:
    period = named(name, TODAY)
    for found, (first, last) in ((period, expected), (period.before(), before), (period.last_year(), last_year)):
        assert (found.first.isoformat(), found.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("period", "before"),
    [
        # A full month with the full month before, also where their lengths differ.
        (span("2026-03-01", "2026-03-31", Unit.MONTH), ("2026-02-01", "2026-02-28")),
        (span("2028-02-01", "2028-02-29", Unit.MONTH), ("2028-01-01", "2028-01-31")),
        # A month to date that is longer than the month before ends with it.
        (span("2026-03-01", "2026-03-30", Unit.MONTH), ("2026-02-01", "2026-02-28")),
        (span("2028-03-01", "2028-03-30", Unit.MONTH), ("2028-02-01", "2028-02-29")),
        # 28 days of a leap February are not the full month.
        (span("2028-02-01", "2028-02-28", Unit.MONTH), ("2028-01-01", "2028-01-28")),
        (span("2026-07-01", "2026-09-30", Unit.QUARTER), ("2026-04-01", "2026-06-30")),
        (span("2026-04-01", "2026-05-31", Unit.QUARTER), ("2026-01-01", "2026-02-28")),
        (span("2027-01-01", "2027-01-05", Unit.QUARTER), ("2026-10-01", "2026-10-05")),
        (span("2025-01-01", "2025-12-31", Unit.YEAR), ("2024-01-01", "2024-12-31")),
        (span("2028-01-01", "2028-02-29", Unit.YEAR), ("2027-01-01", "2027-02-28")),
        (span("2026-11-30", "2026-11-30"), ("2026-11-29", "2026-11-29")),
    ],
)
def test_before(period: Period, before: tuple[str, str]) -> None:
    assert (period.before().first.isoformat(), period.before().last.isoformat()) == before


@pytest.mark.parametrize(
    ("period", "last_year"),
    [
        (span("2028-02-29", "2028-02-29"), ("2027-02-28", "2027-02-28")),
        (span("2028-02-01", "2028-02-29", Unit.MONTH), ("2027-02-01", "2027-02-28")),
        (span("2029-02-01", "2029-02-28", Unit.MONTH), ("2028-02-01", "2028-02-29")),
        (span("2029-02-01", "2029-02-27", Unit.MONTH), ("2028-02-01", "2028-02-27")),
    ],
)
def test_last_year_knows_29_february(period: Period, last_year: tuple[str, str]) -> None:
    assert (period.last_year().first.isoformat(), period.last_year().last.isoformat()) == last_year


@given(name=names, today=days)
def test_what_comes_before_never_overlaps_and_touches_unless_to_date(name: str, today: date) -> None:
    period = named(name, today)
    before = period.before()
    assert before.first <= before.last < period.first
    assert before.unit is period.unit
    if not period.unit.months or period.is_whole:
        assert before.last + DAY == period.first
    if not period.unit.months:
        assert before.length == period.length
    elif period.is_whole:
        assert before.is_whole
    else:
        assert before.first == add_months(period.first, -period.unit.months)
        assert before.last.day == period.last.day or before.last + DAY == add_months(before.last.replace(day=1), 1)
        assert before.last.day <= period.last.day


@given(first=days, length=st.integers(1, 900))
def test_n_days_follow_the_n_days_before(first: date, length: int) -> None:
    period = Period(first, first + DAY * (length - 1))
    assert period.length == length == len(period.days())
    assert (period.before().length, period.before().last + DAY) == (length, first)


@given(name=names, today=days)
def test_last_year_is_the_same_days_of_a_year_earlier(name: str, today: date) -> None:
    period = named(name, today)
    last_year = period.last_year()
    for now, then in ((period.first, last_year.first), (period.last, last_year.last)):
        assert (then.year, then.month) == (now.year - 1, now.month)
        assert then.day == now.day or {then.day, now.day} == {28, 29}
    assert last_year.is_whole == period.is_whole


@given(name=names, today=days, later=st.integers(0, 400))
def test_an_address_means_the_same_days_for_ever(name: str, today: date, later: int) -> None:
    period = named(name, today)
    assert parse(period.address(), today=today + DAY * later) == period


@given(first=days, last=days, today=days, by=st.sampled_from(["", "days", "month", "quarter", "year", "week"]))
def test_any_two_days_make_a_period_to_date_or_a_named_error(first: date, last: date, today: date, by: str) -> None:
    query = {"from": first.isoformat(), "to": last.isoformat(), "by": by}
    length = (min(last, today) - first).days + 1
    reason = "future" if first > today else "reversed" if first > last else "too_long" if length > 3 * 366 else ""
    if reason:
        with pytest.raises(PeriodError, match=reason):
            parse(query, today=today)
        return
    period = parse(query, today=today)
    assert (period.first, period.last) == (first, min(last, today))
    if period.unit.months:
        assert period.first.day == 1
        assert period.last < add_months(period.first, period.unit.months)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, span("2026-10-23", "2026-11-21")),
        ({"period": "month"}, span("2026-11-01", "2026-11-21", Unit.MONTH)),
        # A form sends its two dates along; the named choice wins.
        ({"period": "7d", "from": "2020-01-01", "to": "2020-02-02"}, span("2026-11-15", "2026-11-21")),
        ({"period": "custom", "from": "2026-11-01", "to": "2026-11-30"}, span("2026-11-01", "2026-11-21", Unit.MONTH)),
        ({"period": "custom"}, span("2026-10-23", "2026-11-21")),
        ({"from": "2026-10-01", "to": "2026-10-31"}, span("2026-10-01", "2026-10-31", Unit.MONTH)),
        ({"from": "2026-10-01", "to": "2026-10-30", "by": "days"}, span("2026-10-01", "2026-10-30")),
        ({"from": "2026-10-02", "to": "2026-10-31", "by": "month"}, span("2026-10-02", "2026-10-31")),
        ({"from": "2026-10-05"}, span("2026-10-05", "2026-11-21")),
        ({"to": "2026-10-05"}, span("2026-10-05", "2026-10-05")),
    ],
)
def test_addresses(query: dict[str, str], expected: Period) -> None:
    assert parse(query, today=TODAY) == expected


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"from": "01/11/2026"}, "unreadable"),
        ({"from": "2026-02-30"}, "unreadable"),
        ({"period": "fortnight"}, "unreadable"),
        ({"from": "2026-11-02", "to": "2026-11-01"}, "reversed"),
        ({"from": "2026-11-22"}, "future"),
        ({"from": "1999-12-31", "to": "2000-01-01"}, "too_early"),
        ({"from": "2020-01-01", "to": "2024-01-01"}, "too_long"),
    ],
)
def test_days_that_make_no_period(query: dict[str, str], reason: str) -> None:
    with pytest.raises(PeriodError) as raised:
        parse(query, today=TODAY)
    assert raised.value.reason == reason


def test_which_choice_a_form_shows() -> None:
    assert chosen({}, today=TODAY) == "30d"
    assert chosen({"from": "2026-10-01", "to": "2026-10-31", "by": "month"}, today=TODAY) == "last_month"
    assert chosen({"from": "2026-10-01", "to": "2026-10-30"}, today=TODAY) == "custom"


def test_comparison_is_with_the_period_before_unless_asked() -> None:
    assert comparison({}) is Comparison.BEFORE
    assert comparison({"compare": "last_year"}) is Comparison.LAST_YEAR
    assert comparison({"compare": "Tết"}) is Comparison.BEFORE
    assert span("2026-11-01", "2026-11-21", Unit.MONTH).compared(Comparison.LAST_YEAR) == span("2025-11-01", "2025-11-21", Unit.MONTH)


@given(day=days, months=st.integers(-120, 120))
def test_months_end_where_the_calendar_ends_them(day: date, months: int) -> None:
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == min(day.day, monthrange(moved.year, moved.month)[1])
    back = add_months(moved, -months)
    assert (back.year, back.month, back.day) == (day.year, day.month, min(day.day, moved.day))


@given(today=days, unit=st.sampled_from(["month", "quarter", "year"]))
def test_what_a_period_to_date_is_compared_with_grows_day_by_day_to_the_whole_one(today: date, unit: str) -> None:
    now, tomorrow = named(unit, today), named(unit, today + DAY)
    if now.is_whole:
        assert now.before().is_whole
        assert (tomorrow.first, tomorrow.length, tomorrow.before().length) == (today + DAY, 1, 1)
        # The whole period that has just ended is what the new one follows.
        assert tomorrow.before().first == now.first
        return
    assert tomorrow.first == now.first
    assert tomorrow.before().first == now.before().first
    grown = (tomorrow.before().last - now.before().last).days
    assert grown >= 0
    # With the first of a month it skips the days that the month just over did not have.
    assert grown <= 1 or tomorrow.is_whole or tomorrow.last.day == 1
    # A shorter one stops growing at its end; a longer one is taken whole with the last day.
    assert tomorrow.before().last <= now.first - DAY
    assert tomorrow.before().last == now.first - DAY or not tomorrow.is_whole


@given(year=st.integers(2010, 2040), before=st.booleans())
def test_february_has_its_days(year: int, before: bool) -> None:
    length = 29 if year % 4 == 0 else 28
    march = Period(date(year, 3, 1), date(year, 3, 31), Unit.MONTH)
    assert march.before().length == length
    compared = Period(date(year, 1, 1), date(year, 3, 31), Unit.QUARTER).compared(Comparison.BEFORE if before else Comparison.LAST_YEAR)
    assert compared.is_whole
    assert compared.length == (92 if before else 91 if (year - 1) % 4 == 0 else 90)


@given(now=st.integers(0, 10**13), then=st.integers(1, 10**13))
def test_nothing_before_is_no_growth_and_nothing_after_is_a_fall_to_nothing(now: int, then: int) -> None:
    with translation.override("en"):
        assert formats.change(now, 0) == formats.change(now, None) == "no earlier figure"
        assert (formats.direction(now, 0), formats.direction(now, None)) == ("none", "none")
        assert (formats.change(0, then), formats.direction(0, then)) == (f"{formats.MINUS}100%", "down")
        assert (formats.change(then, then), formats.direction(then, then)) == ("0%", "same")


@given(at=st.datetimes(datetime(2010, 1, 1), datetime(2040, 12, 31)), offset=st.integers(-12 * 60, 14 * 60))
@example(at=datetime(2026, 12, 31, 16, 59, 59, 999999), offset=0)
@example(at=datetime(2026, 12, 31, 17), offset=-300)
@example(at=datetime(2028, 2, 28, 17), offset=420)
def test_a_day_begins_at_midnight_in_vietnam_wherever_the_clock_stands(at: datetime, offset: int) -> None:
    moment = at.replace(tzinfo=UTC).astimezone(timezone(timedelta(minutes=offset)))
    local = (at + timedelta(hours=7)).date()
    reading = Reading(1, moment)
    kept = Reading.parse(reading.token)
    assert kept is not None
    assert (reading.day, kept.day, formats.day(moment)) == (local, local, local.strftime("%d/%m/%Y"))
    # What is "this month" changes with it.
    assert named("month", reading.day).first == local.replace(day=1)
