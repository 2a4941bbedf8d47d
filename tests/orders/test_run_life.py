"""Runs whose workers die, that two hands reach for at once, and that nobody was woken for: each is done once, or given up and says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest
from django.db import connection, transaction

from orders.figures.fold import fold_all
from orders.figures.verify import verify_figures
from orders.intake import runs, services
from orders.intake.merge import SHOP_LOCK
from orders.intake.models import IntakeRun, StagedRow
from orders.intake.one_go import OrdersApartError
from orders.intake.services import take_in_file
from orders.intake.staging import stage_file
from orders.models import LedgerEntry, Mark, Order, Shop
from tests.mortal import Nursery
from tests.ocop_portal.service_clients import wait_for
from tests.orders.busy_shop import Export, exports, open_shop
from tests.orders.interleaving import Held
from tests.orders.observations import rolled_back
from tests.orders.totals import differences, totals

ROWS = 60
KILLED = -9
State = IntakeRun.State


@pytest.fixture
def shop(fresh_db: str) -> Shop:
    """A host's shop, in a database of the test's own."""
    return open_shop()


@pytest.fixture
def files(tmp_path: Path) -> list[Export]:
    """Two overlapping files, the older one first; the newer one has ROWS rows."""
    return exports(tmp_path, rows=ROWS, seed=11)[-2:]


@pytest.fixture
def nursery(fresh_db: str) -> Iterator[Nursery]:
    """Workers that can be killed."""
    with Nursery(fresh_db) as made:
        yield made


class Door:
    """Nobody gets beyond the shop's lock until it is opened: who checks or merges one of its files stands there, the run in hand."""

    def __init__(self, shop: Shop) -> None:
        self._keys = [SHOP_LOCK, shop.pk]

    def __enter__(self) -> Self:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", self._keys)
        return self

    def open(self) -> None:
        """Let them through, one after the other."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", self._keys)

    def __exit__(self, *_: object) -> None:
        pass


def stage(shop: Shop, file: Export) -> IntakeRun:
    """A file as the upload leaves it."""
    return stage_file(path=file.path, shop=shop, file_name=file.path.name, exported_at=file.exported_at)


def confirmed(shop: Shop, file: Export) -> IntakeRun:
    """A file that waits for its merge."""
    return runs.confirm_run(run_id=stage(shop, file).pk, by=None)


def command(shop: Shop, file: Export) -> IntakeRun:
    """What `intake_orders --commit` does."""
    return take_in_file(path=file.path, shop=shop, file_name=file.path.name, exported_at=file.exported_at, commit=True)


def now(run: IntakeRun) -> IntakeRun:
    """The run as the database has it now."""
    return IntakeRun.objects.get(pk=run.pk)


def merging(run: IntakeRun) -> Held:
    """A worker that has the run."""
    return Held(lambda: runs.merge_run(run_id=run.pk))


# Workers that die


def test_a_run_that_kills_its_workers_is_given_up(shop: Shop, files: list[Export], nursery: Nursery) -> None:
    run = confirmed(shop, files[0])
    for attempt in range(1, runs.ATTEMPTS_AT_MOST + 1):
        child = nursery.start("task", name="merge_run", arguments=[run.pk], die_before="INSERT INTO orders_order")
        assert child.wait() == KILLED
        assert (now(run).state, now(run).attempts) == (State.CONFIRMED, attempt)
        wait_for(lambda: runs.waiting_for_merge() == [run.pk], 5)  # as soon as the server misses its client
    nursery.do("task", name="sweep", arguments=[])
    assert (now(run).state, now(run).failure) == (State.FAILED, "given up after 5 attempts")
    assert runs.waiting_for_merge() == []
    assert (Order.objects.count(), LedgerEntry.objects.count(), Mark.objects.count()) == (0, 0, 0)
    assert not runs.merge_run(run_id=run.pk)
    with pytest.raises(runs.RunStateError):
        runs.confirm_run(run_id=run.pk, by=None)
    assert runs.cancel_run(run_id=run.pk).state == State.CANCELLED
    assert StagedRow.objects.count() == 0


def test_killed_before_any_statement_of_a_merge_or_a_fold_the_next_worker_does_it(
    shop: Shop, files: list[Export], nursery: Nursery
) -> None:
    command(shop, files[0])
    fold_all()
    with rolled_back():
        command(shop, files[1])
        fold_all()
        expected = totals()
    orders, entries = Order.objects.count(), LedgerEntry.objects.count()
    run = confirmed(shop, files[1])
    deaths = 0
    while now(run).state == State.CONFIRMED:
        wait_for(lambda: runs.waiting_for_merge() == [run.pk], 5)
        assert (Order.objects.count(), LedgerEntry.objects.count(), Mark.objects.count()) == (orders, entries, 0)
        assert verify_figures().differences == []
        IntakeRun.objects.update(attempts=0)  # each death is a story of its own
        assert nursery.start("task", name="merge_run", arguments=[run.pk], die_before=deaths).wait() == KILLED
        deaths += 1
    assert deaths > 10, "a merge is more statements than that"

    marks, deaths = Mark.objects.count(), 0
    while Mark.objects.exists():
        assert Mark.objects.count() == marks
        assert verify_figures().differences == []
        assert nursery.start("fold", die_before=deaths).wait() == KILLED
        deaths += 1
    assert deaths > 15, "so is a fold"
    assert (verify_figures().differences, verify_figures().pending) == ([], 0)
    assert differences(totals(), expected) == []


def test_a_file_whose_reader_died_once_it_was_confirmed_is_finished_by_the_sweep(shop: Shop, files: list[Export], nursery: Nursery) -> None:
    run = confirmed(shop, files[1])
    assert nursery.start("task", name="merge_run", arguments=[run.pk], die_before="SKIP LOCKED").wait() == KILLED
    assert (now(run).state, now(run).rows, StagedRow.objects.count(), Order.objects.count()) == (State.CONFIRMED, ROWS, ROWS, 0)
    files[1].path.unlink()
    nursery.do("task", name="sweep", arguments=[])
    assert (now(run).state, now(run).lines_new) == (State.MERGED, ROWS)
    assert not Mark.objects.exists()
    assert verify_figures().differences == []


def test_a_command_killed_at_any_moment_leaves_nothing(shop: Shop, files: list[Export], nursery: Nursery) -> None:
    told = {"path": str(files[1].path), "shop": shop.code, "exported_at": files[1].exported_at.isoformat()}
    for statement in ("INSERT INTO", "places_", "INSERT INTO orders_order", "SET CONSTRAINTS ALL DEFERRED", 'UPDATE "orders_intakerun"'):
        assert nursery.start("take_in", die_before=statement, **told).wait() == KILLED
        assert (IntakeRun.objects.count(), StagedRow.objects.count(), Order.objects.count()) == (0, 0, 0)


# Two hands at once


def test_two_files_of_a_shop_take_turns(shop: Shop, files: list[Export]) -> None:
    first, second = (confirmed(shop, file) for file in files)
    with Door(shop) as door, merging(first) as one, merging(second) as two:
        assert one.blocked()
        assert two.blocked()
        assert runs.waiting_for_merge() == [], "both are in somebody's hands"
        door.open()
    assert (one.result, two.result) == (True, True)
    assert set(IntakeRun.objects.values_list("state", "attempts")) == {(State.MERGED, 0)}


def test_a_file_can_be_read_while_another_of_its_shop_is_merged(shop: Shop, files: list[Export]) -> None:
    run = confirmed(shop, files[0])
    with Door(shop) as door, merging(run) as merge:
        assert merge.blocked()
        with Held(lambda: stage(shop, files[1])) as staging:
            assert not staging.blocked()
        door.open()
    assert now(run).state == State.MERGED


def test_of_two_workers_one_has_the_run_and_the_other_goes_home(shop: Shop, files: list[Export]) -> None:
    run = confirmed(shop, files[0])
    with Door(shop) as door, merging(run) as first:
        assert first.blocked()
        with merging(run) as second:
            assert not second.blocked()
        assert second.result is False
        assert runs.waiting_for_merge() == []
        door.open()
    assert first.result is True
    assert (now(run).state, now(run).attempts) == (State.MERGED, 0)


def test_confirmed_again_or_cancelled_while_it_is_merged(shop: Shop, files: list[Export]) -> None:
    run = confirmed(shop, files[0])
    with Door(shop) as door, merging(run) as merge:
        assert merge.blocked()
        with Held(lambda: runs.confirm_run(run_id=run.pk, by=None)) as confirm, Held(lambda: runs.cancel_run(run_id=run.pk)) as cancel:
            assert confirm.blocked()
            assert cancel.blocked()
            door.open()
            assert merge.let_go() is True
            assert confirm.let_go().state == State.MERGED
            with pytest.raises(runs.RunStateError):
                cancel.let_go()
    assert (now(run).state, StagedRow.objects.count()) == (State.MERGED, now(run).rows)


def test_cancelled_while_it_is_checked(shop: Shop, files: list[Export]) -> None:
    run = stage(shop, files[0])
    with Door(shop) as door, Held(lambda: runs.check_run(run_id=run.pk)) as check:
        assert check.blocked()
        assert runs.waiting_for_check() == []
        with Held(lambda: runs.cancel_run(run_id=run.pk)) as cancel:
            assert cancel.blocked()
            door.open()
            assert check.let_go() is True
        assert cancel.result.state == State.CANCELLED
    assert StagedRow.objects.count() == 0
    assert not runs.check_run(run_id=run.pk)
    assert not runs.merge_run(run_id=run.pk)
    assert not Order.objects.exists()


def test_confirmed_before_it_was_checked(shop: Shop, files: list[Export]) -> None:
    run = confirmed(shop, files[0])
    assert not runs.check_run(run_id=run.pk), "the dry run comes too late and does nothing"
    assert runs.merge_run(run_id=run.pk)
    assert now(run).lines_new == now(run).rows


@pytest.fixture
def step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the rows of an order stand apart: commands stage first and merge then."""

    def apart(**_file: object) -> IntakeRun:
        raise OrdersApartError

    monkeypatch.setattr(services, "take_in_one_go", apart)


@pytest.mark.usefixtures("step_by_step")
def test_a_command_whose_run_a_worker_takes_first_tells_what_the_worker_did(shop: Shop, files: list[Export]) -> None:
    with Held(lambda: command(shop, files[1]), before="SKIP LOCKED") as taking:
        (waiting,) = runs.waiting_for_merge()
        assert runs.merge_run(run_id=waiting)
    assert (taking.result.pk, taking.result.state, taking.result.lines_new) == (waiting, State.MERGED, ROWS)


@pytest.mark.usefixtures("step_by_step")
def test_a_command_waits_for_whoever_looks_at_its_run(shop: Shop, files: list[Export]) -> None:
    def look() -> int:
        with transaction.atomic():
            return IntakeRun.objects.select_for_update().get().pk

    with (
        Held(lambda: command(shop, files[1]), before="SKIP LOCKED") as taking,
        Held(look, after=1) as looking,  # as the sweep does, but slowly
    ):
        taking.go_on()
        assert taking.blocked()
        looking.let_go()
    assert (taking.result.state, taking.result.lines_new, taking.result.attempts) == (State.MERGED, ROWS, 0)
