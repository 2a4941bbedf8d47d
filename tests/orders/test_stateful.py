"""Anything in any order: files, repeats, late ones, undos, crashes, moved sessions, mappings, corrected facts. After each step ledger,
lines, figures and boards say what a recomputation in plain Python says of the files that stand and the facts as they are.

`make test` plays a few games, always the same; FUZZ=500 plays so many new ones, and longer.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from dashboards.boards.audience import sales
from dashboards.boards.measures import Filters
from orders.figures.fold import fold_all, fold_once
from orders.figures.verify import verify_figures
from orders.intake import runs
from orders.intake.models import IntakeRun, Source
from orders.models import EntryKind, LedgerEntry, Shop
from tests.orders import naive
from tests.orders.observations import (
    EPOCH,
    File,
    Seen,
    expected_headers,
    expected_ledger,
    expected_lines,
    headers_of,
    hours,
    ledger_of,
    lines_of,
    rolled_back,
    stage,
)
from tests.orders.test_fold import World, apply
from tests.orders.test_merge import observations

pytestmark = pytest.mark.django_db
FUZZ = int(os.environ.get("FUZZ") or 0)
State = IntakeRun.State

FACTS = ("map", "map", "unmap", "move", "move", "slot", "drop_slot", "link", "unlink", "star", "revoke")
FACTS += ("facts", "seat", "owner", "handed", "sold_on", "report", "event")
PLACED = [EPOCH + timedelta(minutes=minutes) for minutes in (0, 0, 29, 61, 149, 150, 610, 1600, 9000)]
EXPORTED = [EPOCH + hours(h) for h in (48, 72, 72, 96)]
numbers = st.lists(st.integers(0, 1000), min_size=12, max_size=12)
a_shop = st.integers(0, 2)
which = st.integers(0, 99)


@st.composite
def files(draw: st.DrawFn) -> File:
    """What a platform exports, an API sends or somebody types: few orders and keys, so that they overlap; equal keys in one order, too."""
    source = draw(st.sampled_from([Source.FILE, Source.FILE, Source.API, Source.TYPED]))
    rows = draw(st.lists(observations(), min_size=1, max_size=4))
    placed = {number: draw(st.sampled_from(PLACED)) for number in "AB"}
    rows = [replace(seen, placed_at=placed[seen.number], key=draw(st.sampled_from("xyz"))) for seen in rows]
    if source == Source.TYPED:  # one order at a time
        rows = [seen for seen in rows if seen.number == rows[0].number]
    return File(draw(st.sampled_from(EXPORTED)), tuple(rows), source)


class CrashError(Exception):
    """The process ends here, as far as the database can tell."""


@contextmanager
def crashing(after: int) -> Iterator[None]:
    """Whatever runs within dies before its statement of that number, if it has so many."""
    left = after

    def execute_or_die(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal left
        # Savepoints are how a test's transactions begin and end: a process that dies neither begins nor ends one.
        if not str(sql).startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            left -= 1
            if left == -1:
                raise CrashError
        return execute(sql, params, many, context)

    with connection.execute_wrapper(execute_or_die), suppress(CrashError):
        yield


@dataclass
class Taken:
    """A file in a shop, with its run."""

    shop: Shop
    file: File
    run: int

    @property
    def state(self) -> str:
        """What became of it."""
        return IntakeRun.objects.values_list("state", flat=True).get(pk=self.run)


class Portal(RuleBasedStateMachine):
    """A small province, and all that may happen to its sales."""

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        self.merged: list[Taken] = []
        """In the order in which they were merged; those that were undone are gone."""
        self.waiting: list[Taken] = []

    @initialize()
    def open(self) -> None:
        """A transaction of the game's own."""
        self._stack.enter_context(rolled_back())
        self.world = World()

    def teardown(self) -> None:
        """Nothing of it stays."""
        self._stack.close()

    def settle(self, taken: Taken) -> None:
        """Count it with those that it belongs to now."""
        for pile in (self.merged, self.waiting):
            if taken in pile and (pile is self.waiting or taken.state == State.UNDONE):
                pile.remove(taken)
        if taken.state == State.CONFIRMED:
            self.waiting.append(taken)
        elif taken.state == State.MERGED and taken not in self.merged:
            self.merged.append(taken)

    # What happens

    @rule(shop=a_shop, file=files())
    def a_file_comes(self, shop: int, file: File) -> None:
        self._arrives(self.world.shops[shop], file)

    @precondition(lambda self: self.merged)
    @rule(chosen=which)
    def the_same_file_comes_again(self, chosen: int) -> None:
        known = self.merged[chosen % len(self.merged)]
        entries = LedgerEntry.objects.count()
        self._arrives(known.shop, known.file)
        assert LedgerEntry.objects.count() == entries

    @rule(shop=a_shop, file=files(), after=st.integers(0, 30))
    def a_worker_dies_in_a_merge(self, shop: int, file: File, after: int) -> None:
        self._arrives(self.world.shops[shop], file, dies_after=after)

    @precondition(lambda self: self.waiting)
    @rule(chosen=which)
    def the_sweep_finds_one(self, chosen: int) -> None:
        taken = self.waiting[chosen % len(self.waiting)]
        assert taken.run in runs.waiting_for_merge()
        assert runs.merge_run(run_id=taken.run)
        self.settle(taken)

    @precondition(lambda self: self.waiting)
    @rule(chosen=which)
    def one_that_waits_is_cancelled(self, chosen: int) -> None:
        taken = self.waiting.pop(chosen % len(self.waiting))
        assert runs.cancel_run(run_id=taken.run).state == State.CANCELLED

    @precondition(lambda self: self.merged)
    @rule(chosen=which, after=st.none() | st.integers(0, 30))
    def one_is_undone(self, chosen: int, after: int | None) -> None:
        """At once, or by a worker that dies over it: then it counts until the next one has done it."""
        taken = self.merged[chosen % len(self.merged)]
        runs.ask_undo(run_id=taken.run, by=None, reason="wrong file")
        with crashing(10_000 if after is None else after):
            assert runs.undo_run(run_id=taken.run)
        self.settle(taken)

    @rule()
    def what_was_to_be_undone_is(self) -> None:
        for run in runs.waiting_for_undo():
            assert runs.undo_run(run_id=run)
        for taken in list(self.merged):
            self.settle(taken)

    @rule(kind=st.sampled_from(FACTS), n=numbers)
    def a_fact_changes(self, kind: str, n: list[int]) -> None:
        apply(self.world, kind, n)

    @rule(limit=st.integers(1, 3), after=st.none() | st.integers(0, 25))
    def some_is_folded(self, limit: int, after: int | None) -> None:
        with crashing(10_000 if after is None else after):
            fold_once(limit=limit)

    def _arrives(self, shop: Shop, file: File, *, dies_after: int = 10_000) -> None:
        taken = Taken(shop, file, stage(shop, file).pk)
        with crashing(dies_after):
            assert runs.merge_run(run_id=taken.run)
        self.settle(taken)

    # What must be so

    @invariant()
    def the_ledger_is_that_of_the_files(self) -> None:
        if not hasattr(self, "world"):
            return
        for shop in self.world.shops:
            files = [taken.file for taken in self.merged if taken.shop == shop]
            expected = expected_ledger(files)
            assert ledger_of(shop) == expected
            assert lines_of(shop) == expected_lines(files)
            assert headers_of(shop) == expected_headers(files)
            assert happened(shop) == happened_by(expected)

    @invariant()
    def the_figures_are_those_of_ledger_and_facts(self) -> None:
        if not hasattr(self, "world"):
            return
        assert verify_figures().differences == []
        with rolled_back():  # marks stay for the folds of the game
            fold_all()
            lines = naive.contributions()
            assert naive.stored_figures() == naive.expected_figures(lines)
            assert naive.stored_orders() == naive.expected_orders(lines)
            for dimension, position in BOARDS.items():
                found = {key: shown(measures) for (key,), measures in sales((dimension,), Filters()).items()}
                assert found == recomputed(lines, position), dimension


# Dimensions of boards → where naive.Line has them: in (dimensions + product).
BOARDS = {"day": 1, "session": 3, "bucket": 4, "product": 7}
AMOUNTS = ("units", "value", "grams")


def shown(measures: Any) -> tuple[int, ...]:
    """What a board says of one thing: five states in three amounts, then orders placed, net and delivered."""
    states = [getattr(measures, name) for name in AMOUNTS]
    five = [amount for s in states for amount in (s.placed, s.cancelled, s.returned, s.net, s.delivered)]
    return (*five, measures.orders.placed, measures.orders.net, measures.orders.delivered)


def recomputed(lines: list[naive.Line], position: int) -> dict[Any, tuple[int, ...]]:
    """The same from the lines, as FIGURES says it."""
    members: dict[Any, list[naive.Line]] = defaultdict(list)
    for line in lines:
        members[(line.dimensions + line.product)[position]].append(line)
    return {key: _recomputed(group) for key, group in members.items()}


def _recomputed(group: list[naive.Line]) -> tuple[int, ...]:
    five: list[int] = []
    for name in AMOUNTS:
        placed, cancelled, returned, delivered = (sum(line.amounts[f"{state}_{name}"] for line in group) for state, _ in naive.STATES)
        five += [placed, cancelled, returned, placed - cancelled - returned, delivered - returned]
    left, kept = set(), set()
    for line in group:
        if line.amounts["placed_units"] > line.amounts["cancelled_units"] + line.amounts["returned_units"]:
            left.add(line.order)
        if line.amounts["delivered_units"] > line.amounts["returned_units"]:
            kept.add(line.order)
    return (*five, len({line.order for line in group}), len(left), len(kept))


def happened(shop: Shop) -> Counter[tuple[Any, ...]]:
    """Movements by the local day on which they happened: (day, kind) → units and VND, as a query reads them."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT (e.happened_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, e.kind, sum(e.units)::int, sum(e.amount)::bigint
            FROM orders_ledgerentry e JOIN orders_orderline l ON l.id = e.line_id JOIN orders_order o ON o.id = l.order_id
            WHERE o.shop_id = %s GROUP BY 1, 2
            """,
            [shop.pk],
        )
        found: Counter[tuple[Any, ...]] = Counter()
        for day, kind, units, amount in cursor.fetchall():
            found[day, kind, "units"] = units
            found[day, kind, "amount"] = amount
    return Counter({key: value for key, value in found.items() if value})


def happened_by(ledger: Counter[tuple[Any, ...]]) -> Counter[tuple[Any, ...]]:
    """The same from a recomputed ledger."""
    found: Counter[tuple[Any, ...]] = Counter()
    for (_number, _key, kind, at, what), total in ledger.items():
        found[at.astimezone(naive.LOCAL).date(), int(kind), what] += total
    return Counter({key: value for key, value in found.items() if value})


@pytest.mark.slow
@pytest.mark.no_cover
def test_whatever_happens_everything_agrees() -> None:
    chosen = settings(
        max_examples=FUZZ or 6,
        stateful_step_count=40 if FUZZ else 25,
        derandomize=not FUZZ,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink) if FUZZ else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    run_state_machine_as_test(Portal, settings=chosen)


def test_the_game_plays_every_kind() -> None:
    """Each kind of entry is seen, or the figures above prove nothing."""
    with rolled_back():
        world = World()
        seen = Seen(number="A", key="x", state=3, units=4, cancelled=1, delivered=3, returned=1)
        stage_and_merge = stage(world.shops[0], File(EPOCH + hours(48), (seen,), Source.API))
        assert runs.merge_run(run_id=stage_and_merge.pk)
        assert {kind for _, kind, _ in happened(world.shops[0])} == {int(kind) for kind in EntryKind}
