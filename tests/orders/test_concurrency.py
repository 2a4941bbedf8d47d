"""The same files again, in any order, and by eight processes at once: the ledger and the figures of one clean intake."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import permutations
from pathlib import Path
from threading import Event, Thread

import pytest
from django.db import connection, connections
from django.db.models import F

from orders.figures.fold import fold_all, fold_once
from orders.figures.verify import verify_figures
from orders.intake.merge import SHOP_LOCK
from orders.intake.models import IntakeRun, StagedRow
from orders.intake.services import take_in_file
from orders.models import LedgerEntry, Order, OrderLine, Shop
from tests import databases
from tests.measuring import unmeasured
from tests.ocop_portal.service_clients import PROJECT, wait_for
from tests.orders.busy_shop import Export, exports, open_shop
from tests.orders.observations import rolled_back
from tests.orders.totals import Totals, by_kind, differences, entries, totals

PROCESSES = 8
PATIENCE = 300.0  # seconds; eight starts of Python on a machine that is busy with other tests


def take_in(shop: Shop, files: Iterable[Export]) -> None:
    """One after the other, each folded before the next comes."""
    for file in files:
        take_in_file(path=file.path, shop=shop, file_name=file.path.name, exported_at=file.exported_at, commit=True)
        fold_all()


def clean_intake(files: Iterable[Export]) -> tuple[Totals, list[tuple[int, int, int]]]:
    """What files taken in once, in order, with nothing else going on, say; in a transaction that leaves nothing."""
    with rolled_back():
        take_in(Shop.objects.get(), files)
        return totals(), by_kind()


def counts() -> tuple[int, int, int]:
    """Orders, lines, ledger entries."""
    return Order.objects.count(), OrderLine.objects.count(), LedgerEntry.objects.count()


@pytest.mark.django_db
def test_the_same_file_three_times_is_one_intake(tmp_path: Path) -> None:
    shop = open_shop()
    file = exports(tmp_path, rows=300, seed=1)[-1]
    take_in(shop, [file])
    once, rows = totals(), counts()
    assert rows[:2] == (Order.objects.count(), 300)
    take_in(shop, [file, file])
    assert differences(totals(), once) == []
    assert counts() == rows, "a file that says nothing new writes nothing"
    newest = IntakeRun.objects.latest("pk")
    assert (newest.unchanged, newest.lines_new, newest.lines_changed, newest.orders_changed) == (300, 0, 0, 0)
    assert verify_figures().differences == []


@pytest.mark.django_db
def test_files_in_any_order_of_arrival_are_one_intake(tmp_path: Path) -> None:
    shop = open_shop()
    files = exports(tmp_path, rows=120, seed=2)[1:]
    expected, sums = clean_intake(files)
    kinds = {kind for kind, *_ in sums}
    assert kinds == {1, 2, 3, 4}, "the files show orders placed, cancelled, returned and delivered"
    whole, whole_sums = clean_intake(files[-1:])
    assert sums == whole_sums, "what happened adds up to what the last file alone tells of it"
    for name in ("lines", "attributions", "contributions", "figures", "order figures"):
        assert expected[name] == whole[name]
    for number, arrival in enumerate(permutations(files)):
        with rolled_back():
            take_in(shop, arrival if number % 2 else (*arrival, *arrival[:2]))
            assert differences(totals(), expected) == []
            assert by_kind() == sums
            assert verify_figures().differences == []


@contextmanager
def held(shop: Shop) -> Iterator[None]:
    """Nobody merges a file of the shop meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [SHOP_LOCK, shop.pk])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [SHOP_LOCK, shop.pk])


def waiting_for_shop(shop: Shop) -> int:
    """How many stand at the shop's lock in this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND NOT granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """,
            [SHOP_LOCK, shop.pk],
        )
        (count,) = cursor.fetchone()
    return int(count)


def deadlocks() -> int:
    """How many the server had to end in this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        (count,) = cursor.fetchone()
    return int(count)


def start_intake(database_url: str, shop: Shop, file: Export) -> subprocess.Popen[str]:
    """`manage.py intake_orders` as an operator would start it, on a machine whose broker is away."""
    return subprocess.Popen(
        [
            *(sys.executable, "manage.py", "intake_orders", str(file.path), "--shop", shop.code, "--commit", "--json"),
            *("--exported-at", file.exported_at.isoformat()),
        ],
        cwd=PROJECT,
        env={**unmeasured(), "DATABASE_URL": database_url, "REDIS_URL": "unix:///nowhere/valkey.sock"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_eight_processes_with_overlapping_files_are_one_clean_intake(fresh_db: str, tmp_path: Path) -> None:
    shop = open_shop()
    files = exports(tmp_path, rows=700, seed=3)
    template = connection.settings_dict["NAME"]
    connections.close_all()
    with databases.clone(template) as clean, databases.connected_to(clean):
        take_in(shop, files)
        expected, sums = totals(), by_kind()

    done = Event()
    folder = Thread(target=fold_until, args=(done,))
    with held(shop):
        processes = [start_intake(fresh_db, shop, files[n % len(files)]) for n in range(PROCESSES)]
        # All eight have read and staged, and stand at the same door: they overlap, however slow the machine.
        wait_for(lambda: waiting_for_shop(shop) == PROCESSES or any(process.poll() for process in processes), PATIENCE)
        assert waiting_for_shop(shop) == PROCESSES, [process.communicate()[1] for process in processes if process.poll()]
        assert Order.objects.count() == 0
    folder.start()
    results = [process.communicate(timeout=PATIENCE) for process in processes]
    done.set()
    folder.join()

    assert [process.returncode for process in processes] == [0] * PROCESSES, [errors for _, errors in results]
    told = [json.loads(output.splitlines()[-1]) for output, _ in results]
    assert sum(result["lines_new"] for result in told) == 700, "each line was new to one process and known to the others"
    assert sum(result["orders_new"] for result in told) == Order.objects.count()
    assert deadlocks() == 0
    fold_all()
    assert differences(totals(), expected) == []
    assert by_kind() == sums
    verdict = verify_figures()
    assert (verdict.differences, verdict.pending) == ([], 0)
    assert IntakeRun.objects.filter(state=IntakeRun.State.MERGED, rejected=0).count() == PROCESSES
    assert StagedRow.objects.count() == sum(IntakeRun.objects.values_list(F("rows") - F("rejected"), flat=True))
    assert entries() >= sum(1 for _ in expected["ledger"])


def fold_until(done: Event) -> None:
    """What a worker does meanwhile."""
    try:
        while not done.is_set():
            fold_once(limit=100)
            done.wait(0.02)
    finally:
        connections.close_all()
