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
from orders.spans.rule import QUIET, Span, reach, together, told
from tests.orders.observations import EPOCH, File, Seen, hours, rolled_back, take_back, take_in
from tests.orders.test_merge import make_shop

START = date(2025, 1, 1)
DAY = timedelta(days=1)
offsets = st.integers(0, 500)


def day(offset: int) -> date:
    return START + offset * DAY


def is_told(asked: date, orders: dict[date, date], newest: date) -> bool:
    """The rule in words: between two orders at most QUIET apart; after an order to the day before a file was exported that shows it, or the
    newest of all after the last order, if that was at most QUIET later; and of the last QUIET days before the newest, if it was not.
    """
    if any(earlier <= asked <= later for earlier in orders for later in orders if timedelta() <= later - earlier <= QUIET):
        return True
    if any(one <= asked < seen and seen - DAY - one <= QUIET for one, seen in orders.items()):
        return True
    last = max(orders, default=None)
    if last is not None and newest - DAY - last <= QUIET:
        return last <= asked < newest
    return newest - DAY - QUIET < asked < newest


@settings(max_examples=400, deadline=None)
@given(orders=st.dictionaries(offsets, st.integers(0, 150), max_size=8), more=st.integers(0, 200), asked=st.integers(0, 800))
def test_a_day_is_told_of_as_the_rule_says(orders: dict[int, int], more: int, asked: int) -> None:
    """`orders`: by its day, how many days later a file was exported that shows it; `more`: how long after all of these the newest was."""
    days = {day(one): day(one + after) for one, after in orders.items()}
    newest = max(days.values(), default=day(0)) + more * DAY
    spans = told(together((one, one, reach(one, seen)) for one, seen in days.items()), newest)
    assert any(first <= day(asked) <= last for first, last in spans) is is_told(day(asked), days, newest)
    assert told([], None) == []


@given(spans=st.lists(st.tuples(offsets, st.integers(0, 60)), max_size=8), cut=st.integers(0, 8))
def test_whatever_came_first_the_stretches_are_the_same(spans: list[tuple[int, int]], cut: int) -> None:
    days: list[Span] = [(day(first), day(first + length), day(first + 2 * length)) for first, length in spans]
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
            exported = EPOCH + hours(24 * (500 + number))
            standing.append((take_in(shop, File(exported, rows)), days, exported))
            if data.draw(st.booleans()):
                run, *_rest = standing.pop(data.draw(st.integers(0, len(standing) - 1)))
                assert take_back(run).state == IntakeRun.State.UNDONE
        shown = [(EPOCH.date() + one * DAY, exported.date()) for _run, days, exported in standing for one in days]
        expected = together((one, one, reach(one, seen)) for one, seen in shown)
        kept = ShopSpan.objects.filter(shop=shop).values_list("first", "last", "told_to")
        assert list(kept.all()) == expected
        ShopSpan.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(import_module("orders.migrations.0023_span_ends").FILL)
        assert list(kept.all()) == expected
