"""Readings: the same rows under the same label, and a label that is true."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from dashboards import readings
from dashboards.readings import Query, Reading, current_reading, read
from orders.models import Snapshot

QUERY = Query.of("test", province="96", first=date(2026, 11, 1))


def snapshot(number: int) -> None:
    Snapshot.objects.create(number=number, made_at=timezone.now(), orders=1)


def numbers(_reading: Reading) -> tuple[int, ...]:
    return tuple(Snapshot.objects.order_by("number").values_list("number", flat=True))


def age(reading: Reading, by: timedelta) -> Reading:
    """As if the current reading had been begun that much earlier."""
    older = Reading(reading.number, reading.at - by)
    cache.set(readings.CURRENT, older, timeout=60)
    return older


@pytest.mark.django_db
def test_rows_are_kept_with_their_reading() -> None:
    before = timezone.now()
    first = read(QUERY, numbers)
    assert (first.rows, first.reading.number, first.replaced) == ((), 0, False)
    assert before <= first.reading.at <= timezone.now()
    snapshot(1)
    again = read(QUERY, numbers)
    assert again == first  # within 60 s the rows kept for the current reading


@pytest.mark.django_db
def test_what_takes_long_is_reckoned_once_and_after_the_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []

    @contextmanager
    def state() -> Iterator[None]:
        steps.append("begin")
        yield
        steps.append("end")

    def compute(reading: Reading) -> int:
        steps.append("read")
        return reading.number

    def reckon(number: int) -> int:
        steps.append("reckon")
        return number + 7

    monkeypatch.setattr(readings, "one_state", state)
    first = readings.read_and_reckon(QUERY, compute, reckon)
    assert (first.rows, first.reading.number, steps) == (7, 0, ["begin", "read", "end", "reckon"])
    assert readings.read_and_reckon(QUERY, compute, reckon) == first
    assert len(steps) == 4


@pytest.mark.django_db
def test_another_query_begins_a_new_reading_when_the_figures_have_moved() -> None:
    first = read(QUERY, numbers)
    same = read(Query.of("other"), numbers)
    assert same.reading == first.reading
    snapshot(1)
    moved = read(Query.of("third"), numbers)
    assert (moved.rows, moved.reading.number) == ((1,), 1)
    assert moved.reading.at > first.reading.at
    assert current_reading() == moved.reading
    # The page seen before keeps its rows for its exports, and a fresh look at it is of the new reading.
    assert read(QUERY, numbers, token=first.reading.token) == first
    assert read(QUERY, numbers).rows == (1,)


@pytest.mark.django_db
def test_a_reading_is_reused_for_sixty_seconds_at_most() -> None:
    old = age(read(QUERY, numbers).reading, timedelta(seconds=61))
    assert current_reading() is None
    fresh = read(QUERY, numbers)
    assert fresh.reading.number == old.number
    assert fresh.reading.at - old.at > timedelta(seconds=60)


def test_a_reading_is_not_reused_across_midnight() -> None:
    before_midnight = Reading(7, datetime(2026, 11, 21, 16, 59, 50, tzinfo=UTC))  # 23:59:50 in Vietnam
    assert before_midnight.day == date(2026, 11, 21)
    assert before_midnight.covers(Reading(7, before_midnight.at + timedelta(seconds=9)))
    assert not before_midnight.covers(Reading(7, before_midnight.at + timedelta(seconds=11)))
    assert not before_midnight.covers(Reading(8, before_midnight.at))


@pytest.mark.django_db
def test_a_token_gives_the_very_same_rows_later() -> None:
    snapshot(1)
    page = read(QUERY, numbers)
    age(page.reading, timedelta(minutes=20))
    snapshot(2)
    export = read(QUERY, numbers, token=page.reading.token)
    assert (export.rows, export.reading, export.replaced) == ((1,), page.reading, False)


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["5-1700000000000000", "none", "", "-", "1-", "9" * 40, "1-99999999999999999", "1-١٢٣"])
def test_rows_that_are_gone_are_read_anew_and_that_is_said(token: str) -> None:
    snapshot(1)
    answer = read(QUERY, numbers, token=token)
    assert (answer.rows, answer.reading.number) == ((1,), 1)
    assert answer.replaced is bool(token)
    # Also where the current reading has rows.
    assert read(QUERY, numbers, token=token).replaced is bool(token)


@pytest.mark.django_db
def test_the_current_reading_asked_for_by_another_query_is_no_replacement() -> None:
    page = read(QUERY, numbers)
    linked = read(Query.of("linked"), numbers, token=page.reading.token)
    assert (linked.reading, linked.replaced) == (page.reading, False)


@pytest.mark.django_db
def test_of_two_that_compute_at_once_both_show_the_first_ones_rows() -> None:
    def slow(reading: Reading) -> str:
        read(QUERY, lambda _same: "first")
        return "second"

    read(Query.of("begins"), numbers)
    assert read(QUERY, slow).rows == "first"


@pytest.mark.django_db
def test_empty_rows_and_none_are_kept_too() -> None:
    calls: list[int] = []

    def nothing(_reading: Reading) -> None:
        calls.append(1)

    assert read(QUERY, nothing).rows is None
    assert read(QUERY, nothing).rows is None
    assert calls == [1]


@dataclass(frozen=True)
class Part:
    value: object


def test_queries_are_told_apart_by_every_parameter_and_made_of_plain_values_alone() -> None:
    reading = Reading(1, datetime(2026, 11, 21, tzinfo=UTC))
    keys = {
        query.key(reading)
        for query in (
            Query.of("a", province="96", commune=None),
            Query.of("a", province="96", commune="None"),
            Query.of("a", province="52", commune=None),
            Query.of("b", province="96", commune=None),
            Query.of("a", part=Part("96")),
            Query.of("a", part=("96",)),
        )
    }
    assert len(keys) == 6
    assert Query.of("a", x=1, y=2) == Query.of("a", y=2, x=1)
    for value in ({1, 2}, [1], Part(object()), (object(),), Snapshot()):
        with pytest.raises(TypeError, match="plain values"):
            Query.of("a", value=value)


def test_a_token_says_the_reading_to_the_microsecond() -> None:
    reading = Reading(184, datetime(2026, 11, 21, 7, 5, 9, 123457, tzinfo=UTC))
    assert reading.token == "184-1795244709123457"
    assert Reading.parse(reading.token) == reading


@pytest.fixture
def _cache_away(settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "unix:///nonexistent/valkey.sock"}}


@pytest.mark.django_db
@pytest.mark.usefixtures("_cache_away")
def test_without_the_cache_boards_are_computed_directly() -> None:
    snapshot(3)
    first = read(QUERY, numbers)
    assert (first.rows, first.reading.number, first.replaced) == ((3,), 3, False)
    snapshot(4)
    answer = read(QUERY, numbers, token=first.reading.token)
    assert (answer.rows, answer.reading.number, answer.replaced) == ((3, 4), 4, True)


@pytest.mark.usefixtures("fresh_db")
def test_rows_and_their_number_are_of_one_state_of_the_database() -> None:
    snapshot(1)
    other = connection.copy()

    def fold_commits_meanwhile(reading: Reading) -> tuple[int, ...]:
        before = numbers(reading)
        with other.cursor() as cursor:
            cursor.execute("INSERT INTO orders_snapshot (number, made_at, orders) VALUES (2, now(), 1)")
        return before + numbers(reading)

    try:
        answer = read(QUERY, fold_commits_meanwhile)
    finally:
        other.close()
    assert (answer.rows, answer.reading.number) == ((1, 1), 1)
    # The next query sees the fold's commit, so the label "1" would be untrue of its rows.
    later = read(Query.of("later"), numbers)
    assert (later.rows, later.reading.number) == ((1, 2), 2)


@pytest.mark.usefixtures("fresh_db")
def test_a_board_cannot_write() -> None:
    def write(_reading: Reading) -> None:
        snapshot(9)

    with pytest.raises(Exception, match="read-only transaction"):
        read(QUERY, write)
    assert not Snapshot.objects.exists()


@pytest.mark.usefixtures("fresh_db")
def test_a_board_is_read_by_one_process_of_the_database() -> None:
    """Two periods together look dear enough for workers, which cost more than what they would read; afterwards all is as it was."""

    def planned(_reading: Reading) -> tuple[str, ...]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0"
            )
            cursor.execute("EXPLAIN SELECT max(code) FROM places_commune UNION ALL SELECT min(code) FROM places_commune")
            return tuple(line for (line,) in cursor.fetchall())

    plan = read(QUERY, planned).rows
    assert plan
    assert not any("Gather" in line for line in plan)
    with connection.cursor() as cursor:
        cursor.execute("SHOW max_parallel_workers_per_gather")
        assert cursor.fetchone() != ("0",)
