"""Of which days a shop tells: whatever comes and goes, its spans are those of the days that its standing runs show."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import import_module
from itertools import pairwise

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders.intake.models import IntakeRun, Source
from orders.models import ShopSpan
from orders.spans.rule import QUIET, Days, together, told
from tests.orders.observations import EPOCH, File, Seen, hours, rolled_back, take_back, take_in
from tests.orders.test_merge import make_shop

START = date(2025, 1, 1)
DAY = timedelta(days=1)
offsets = st.integers(0, 500)


def day(offset: int) -> date:
    return START + offset * DAY


def is_told(asked: date, orders: set[date], exported: date | None) -> bool:
    """The rule in words: between two orders at most QUIET apart, or after the last one up to the newest file, which reaches back QUIET."""
    earlier, later = (
        max((one for one in orders if one <= asked), default=None),
        min((one for one in orders if one >= asked), default=None),
    )
    if earlier is not None and later is not None:
        return later - earlier <= QUIET
    if later is not None or exported is None or asked >= exported:
        return False
    newest = exported - DAY
    return (earlier is not None and newest - earlier <= QUIET) or newest - asked < QUIET


@settings(max_examples=300, deadline=None)
@given(orders=st.sets(offsets, max_size=8), exported=st.none() | offsets, asked=offsets)
def test_a_day_is_told_of_as_the_rule_says(orders: set[int], exported: int | None, asked: int) -> None:
    days = {day(one) for one in orders}
    file = None if exported is None else day(exported)
    spans = told(together((one, one) for one in days), file)
    if file is not None and days and file <= max(days):
        file = None  # an older file adds nothing to what orders say by themselves
    assert any(first <= day(asked) <= last for first, last in spans) is is_told(day(asked), days, file)


@given(spans=st.lists(st.tuples(offsets, st.integers(0, 60)), max_size=8), cut=st.integers(0, 8))
def test_whatever_came_first_the_stretches_are_the_same(spans: list[tuple[int, int]], cut: int) -> None:
    days: list[Days] = [(day(first), day(first + length)) for first, length in spans]
    whole = together(days)
    assert together([*together(days[cut:]), *days[:cut]]) == together(reversed(days)) == whole
    assert all(later[0] - earlier[1] > QUIET for earlier, later in pairwise(whole))


def spans_of(shop: object) -> list[tuple[str, str]]:
    return [(f"{first}", f"{last}") for first, last in ShopSpan.objects.filter(shop=shop).values_list("first", "last")]


@pytest.mark.django_db
def test_spans_come_with_a_run_and_go_with_its_undo() -> None:
    shop, exported = make_shop(), EPOCH + hours(5000)
    take_in(shop, File(exported, (Seen(number="A", placed_at=EPOCH), Seen(number="B", placed_at=EPOCH + hours(24 * 90)))))
    # 17:00 UTC is the next day in Vietnam.
    pushed = take_in(shop, File(exported, (Seen(number="C", placed_at=EPOCH + hours(24 * 180 + 17)),), Source.API))
    assert spans_of(shop) == [("2026-03-01", "2026-05-30"), ("2026-08-29", "2026-08-29")]
    typed = take_in(shop, File(exported, (Seen(number="D", placed_at=EPOCH + hours(24 * 170)),), Source.TYPED))
    assert spans_of(shop) == [("2026-03-01", "2026-08-29")]
    take_back(pushed)
    assert spans_of(shop) == [("2026-03-01", "2026-08-18")]
    take_back(typed)
    assert spans_of(shop) == [("2026-03-01", "2026-05-30")]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(files=st.lists(st.lists(st.integers(0, 400), min_size=1, max_size=3), min_size=1, max_size=5), data=st.data())
@pytest.mark.django_db
def test_spans_are_those_of_what_stands_and_of_what_the_migration_finds(files: list[list[int]], data: st.DataObject) -> None:
    with rolled_back():
        shop, standing = make_shop(), []
        for number, days in enumerate(files):
            rows = tuple(Seen(number=f"{number}-{one}-{place}", placed_at=EPOCH + hours(24 * one)) for place, one in enumerate(days))
            standing.append((take_in(shop, File(EPOCH + hours(10_000), rows)), days))
            if data.draw(st.booleans()):
                run, _days = standing.pop(data.draw(st.integers(0, len(standing) - 1)))
                assert take_back(run).state == IntakeRun.State.UNDONE
        shown = {EPOCH.date() + one * DAY for _run, days in standing for one in days}
        expected = together((one, one) for one in shown)
        assert list(ShopSpan.objects.filter(shop=shop).values_list("first", "last")) == expected
        ShopSpan.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(import_module("orders.migrations.0021_shop_spans").FILL)
        assert list(ShopSpan.objects.filter(shop=shop).values_list("first", "last")) == expected
