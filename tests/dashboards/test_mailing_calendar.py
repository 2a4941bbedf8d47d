"""When a schedule is due."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.mailing.calendar import next_monthly, next_weekly
from dashboards.mailing.making import dated
from tests.builders import VIETNAM, at

START = at("2020-01-01 00:00")
moments = st.integers(0, 6_800_000).map(lambda minutes: START + timedelta(minutes=minutes))
hours = st.integers(0, 23)


@given(moments, st.integers(1, 7), hours)
def test_each_week_has_one_time_at_that_hour_of_that_day(moment: datetime, weekday: int, hour: int) -> None:
    found = next_weekly(weekday, hour, moment).astimezone(VIETNAM)
    assert (found.isoweekday(), found.hour, found.minute, found.second) == (weekday, hour, 0, 0)
    assert timedelta(0) < found - moment <= timedelta(days=7)
    assert next_weekly(weekday, hour, found) == found + timedelta(days=7)


@given(moments, st.integers(1, 31), hours)
def test_each_month_has_one_time_on_that_day_or_its_last(moment: datetime, day: int, hour: int) -> None:
    found = next_monthly(day, hour, moment).astimezone(VIETNAM)
    assert found.hour == hour
    assert found.day == day or (found.day < day and (found + timedelta(days=1)).day == 1)
    assert moment < found
    # None is left out: the one before this is not after the moment.
    later = next_monthly(day, hour, found).astimezone(VIETNAM)
    assert (later.year * 12 + later.month) - (found.year * 12 + found.month) == 1
    assert found - moment <= timedelta(days=31)


@pytest.mark.parametrize(
    ("day", "after", "due"),
    [
        (31, "2028-02-01 00:00", "2028-02-29 07:00"),
        (31, "2027-01-31 07:00", "2027-02-28 07:00"),
        (1, "2026-12-01 06:59", "2026-12-01 07:00"),
        (1, "2026-12-01 07:00", "2027-01-01 07:00"),
    ],
)
def test_ends_of_months_and_of_the_year(day: int, after: str, due: str) -> None:
    assert next_monthly(day, 7, at(after)) == at(due)


@pytest.mark.parametrize(
    ("filters", "days"),
    [
        ("", ("2026-10-30", "2026-11-28")),
        ("period=month&star=4", ("2026-11-01", "2026-11-28")),
        ("period=last_month", ("2026-10-01", "2026-10-31")),
        # As on the page, days that are given win.
        ("period=30d&from=2026-05-01&to=2026-05-31", ("2026-05-01", "2026-05-31")),
        ("period=month&to=2026-05-31", ("2026-05-31", "2026-05-31")),
        ("from=2026-01-01&to=2026-03-31", ("2026-01-01", "2026-03-31")),
    ],
)
def test_a_named_period_is_that_of_the_day_and_days_stay(filters: str, days: tuple[str, str]) -> None:
    period, query = dated("product_list", filters, date(2026, 11, 28))
    assert period is not None
    assert (period.first.isoformat(), period.last.isoformat()) == days == (query["from"], query["to"])
    assert query.get("star") == ("4" if "star" in filters else None)
    assert "period" not in query


def test_a_board_that_asks_what_a_row_is_keeps_its_answer() -> None:
    days = {"from": "2026-11-01", "to": "2026-11-28", "by": "month"}
    assert dated("platform_list", "rows=shop&period=month", date(2026, 11, 28))[1] == {"rows": "shop", **days}
    assert dated("scanned", "period=month", date(2026, 11, 28))[1] == days


def test_fairs_are_those_of_the_year_and_livestreams_have_no_period() -> None:
    assert dated("beyond_air", "", date(2026, 11, 28))[1]["from"] == "2026-01-01"
    assert dated("session_list", "state=done", date(2026, 11, 28)) == (None, {"state": "done"})
