"""Runs whose workers die, that two hands reach for at once, and that nobody was woken for: each is done once, or given up and says so."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from orders.figures.fold import fold_all
from orders.figures.verify import verify_figures
from orders.intake import runs, services, staging
from orders.intake.copying import copy_texts
from orders.intake.models import IntakeRun, StagedRow
from orders.intake.one_go import OrdersApartError
from orders.leases.overdue import end_overdue
from orders.leases.work import EVERY, StoppedError
from orders.models import Lease, LedgerEntry, Mark, Order, OrderLine, Shop
from tests import builders
from tests.mortal import Nursery
from tests.ocop_portal.service_clients import wait_for
from tests.orders.busy_shop import Export, exports, open_shop
from tests.orders.interleaving import Held
from tests.orders.observations import rolled_back, take_back
from tests.orders.run_stage import Door, command, confirmed, merging, now, stage
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


def test_a_worker_that_hangs_loses_its_run(shop: Shop, files: list[Export], nursery: Nursery) -> None:
    """Its process stands still, its connection is open, the run's row is locked: once its lease ran out the sweep frees the run."""
    run = confirmed(shop, files[1])
    with Door(shop) as door:
        child = nursery.start("task", name="merge_run", arguments=[run.pk])
        wait_for(Lease.objects.filter(subject=run.pk, phase="merging", total=ROWS).exists, 20)
        os.kill(child.pid, signal.SIGSTOP)
        door.open()
        try:
            assert runs.waiting_for_merge() == []
            assert end_overdue() == 0, "it may be busy"
            Lease.objects.update(until=timezone.now())
            assert end_overdue() == 1
            wait_for(lambda: runs.waiting_for_merge() == [run.pk], 5)
            assert (now(run).state, Order.objects.count(), Lease.objects.count()) == (State.CONFIRMED, 0, 0)
            assert runs.merge_run(run_id=run.pk)
        finally:
            os.kill(child.pid, signal.SIGCONT)
        assert child.wait() != 0, "awake again it finds its connection gone"
    assert (now(run).state, now(run).lines_new) == (State.MERGED, ROWS)


def test_a_run_whose_worker_does_not_stop_is_cancelled_later(
    shop: Shop, files: list[Export], nursery: Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "STOPS_WITHIN", 0.1)
    run = stage(shop, files[1])
    with transaction.atomic():
        IntakeRun.objects.select_for_update().get(pk=run.pk)
        with Held(lambda: runs.cancel_run(run_id=run.pk)) as cancel, pytest.raises(runs.StillStoppingError):
            cancel.let_go()
    assert (now(run).state, runs.waiting_for_cancellation()) == (State.STAGED, [run.pk])
    nursery.do("task", name="sweep", arguments=[])
    assert (now(run).state, runs.waiting_for_cancellation(), StagedRow.objects.count()) == (State.CANCELLED, [], 0)


def test_an_undo_and_an_intake_of_the_shop_take_turns(shop: Shop, files: list[Export]) -> None:
    first = command(shop, files[0])
    runs.ask_undo(run_id=first.pk, by=None, reason="wrong file")
    second = confirmed(shop, files[1])
    with Door(shop) as door, Held(lambda: runs.undo_run(run_id=first.pk)) as undo, merging(second) as merge:
        assert undo.blocked()
        assert merge.blocked()
        assert runs.waiting_for_undo() == []
        door.open()
    assert (undo.result, merge.result) == (True, True)
    fold_all()
    both = totals()
    assert (verify_figures().differences, OrderLine.objects.standing().count()) == ([], ROWS)
    with rolled_back():
        take_back(second)
        fold_all()
        assert (verify_figures().differences, OrderLine.objects.standing().count()) == ([], 0)
    assert totals() == both


def test_killed_before_any_statement_of_an_undo_the_next_worker_does_it(shop: Shop, files: list[Export], nursery: Nursery) -> None:
    first, second = (command(shop, file) for file in files)
    fold_all()
    before = totals()
    with rolled_back():
        take_back(second)
        fold_all()
        expected = totals()
    runs.ask_undo(run_id=second.pk, by=None, reason="wrong file")
    deaths = 0
    while now(second).state == State.UNDOING:
        wait_for(lambda: runs.waiting_for_undo() == [second.pk], 5)
        assert totals() == before
        IntakeRun.objects.update(attempts=0)
        assert nursery.start("task", name="undo_run", arguments=[second.pk], die_before=deaths).wait() == KILLED
        deaths += 2
    assert deaths > 12, "an undo is more statements than that"
    fold_all()
    assert differences(totals(), expected) == []
    assert now(first).state == State.MERGED


def test_a_file_that_is_being_read_is_seen_and_can_be_stopped(
    shop: Shop, files: list[Export], monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    """Its run is nobody's to see yet; its lease is."""
    slowly = Event()

    def copy_slowly(texts: Iterator[bytes]) -> None:
        copy_texts(texts)
        slowly.wait(20)

    monkeypatch.setattr(staging, "copy_texts", copy_slowly)
    client.force_login(builders.user(superuser=True), backend="allauth.account.auth_backends.AuthenticationBackend")
    with Held(lambda: stage(shop, files[1])) as reading:
        wait_for(Lease.objects.filter(kind=staging.READING, done=ROWS).exists, 20)
        lease = Lease.objects.get()
        assert (lease.shop, lease.label, lease.phase) == (shop, files[1].path.name, "reading")
        assert "Being read now" in client.get("/en/intake/").content.decode()
        assert client.post(f"/intake/{lease.subject + 1}/stop/").status_code == 404
        assert client.post(f"/intake/{lease.subject}/stop/").status_code == 302
        time.sleep(1.5 * EVERY)  # until the one that reads hears of it
        slowly.set()
        with pytest.raises(StoppedError):
            reading.let_go()
    assert (IntakeRun.objects.count(), StagedRow.objects.count(), Lease.objects.count()) == (0, 0, 0)
    assert "Being read now" not in client.get("/en/intake/").content.decode()


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
        with Held(lambda: runs.confirm_run(run_id=run.pk, by=None)) as confirm:
            assert confirm.blocked()
            # The one that merges stands in a statement: it is broken off, and the door stays shut.
            assert runs.cancel_run(run_id=run.pk).state == State.CANCELLED
            assert merge.let_go() is False
            assert confirm.let_go().state == State.CONFIRMED
        door.open()
    assert not runs.merge_run(run_id=run.pk)
    assert (now(run).state, StagedRow.objects.count(), Order.objects.count(), Lease.objects.count()) == (State.CANCELLED, 0, 0, 0)


def test_cancelled_at_the_last_moment_of_its_merge(shop: Shop, files: list[Export]) -> None:
    """Everything is written, nothing is committed; asked a moment later it is too late, and says so."""
    run = confirmed(shop, files[0])
    with Held(lambda: runs.merge_run(run_id=run.pk), before='UPDATE "orders_intakerun" SET "shop_id"') as merge:
        with Held(lambda: runs.cancel_run(run_id=run.pk)) as cancel:
            assert cancel.blocked()
            wait_for(lambda: Lease.objects.filter(server_pid=merge.backend, stop_asked=True).exists(), 5)
            merge.go_on()
            assert cancel.let_go().state == State.CANCELLED
        assert merge.let_go() is False
    assert (now(run).state, Order.objects.count(), LedgerEntry.objects.count(), Lease.objects.count()) == (State.CANCELLED, 0, 0, 0)
    second = confirmed(shop, files[1])
    assert runs.merge_run(run_id=second.pk)
    with pytest.raises(runs.RunStateError):
        runs.cancel_run(run_id=second.pk)
    assert (now(second).state, Lease.objects.count()) == (State.MERGED, 0)


def test_cancelled_while_it_is_checked(shop: Shop, files: list[Export]) -> None:
    run = stage(shop, files[0])
    with Door(shop) as door, Held(lambda: runs.check_run(run_id=run.pk)) as check:
        assert check.blocked()
        assert runs.waiting_for_check() == []
        assert runs.cancel_run(run_id=run.pk).state == State.CANCELLED
        assert check.let_go() is False
        door.open()
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
