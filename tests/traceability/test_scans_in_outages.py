"""Scans while Valkey, PostgreSQL or both are away, and when one of them is killed: pages answer, nothing is lost, nothing counts twice."""

from __future__ import annotations

import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from ocop_portal.embedded import Servers
from ocop_portal.embedded.place import shelter_of
from tests import trace_builders
from tests.mortal import Nursery
from tests.traceability.scanning import counts, packs, scan
from traceability import valkey
from traceability.codes.paths import code_path, lot_path, product_path
from traceability.models import Lot, Scan, UnitCode
from traceability.scans import queue
from traceability.scans.record import Record, new_id, packed


@pytest.fixture
def code(fresh_db: str) -> UnitCode:
    """A good pack, in a database of the test's own."""
    return packs()[0]


@pytest.fixture
def own_valkey(settings: Any) -> Iterator[Servers]:
    """A Valkey that the test may kill, where scans wait meanwhile."""
    folder = Path(tempfile.mkdtemp(prefix="ocop-scans-"))
    folder.chmod(0o755)
    servers = Servers(folder / "data")
    servers.start_valkey()
    settings.SCAN_STORE = f"{servers.endpoints.redis_url}?db=0"
    try:
        yield servers
    finally:
        servers.kill_valkey()
        valkey.forget_failure()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(shelter_of(servers.data_dir), ignore_errors=True)


@contextmanager
def without_postgres() -> Iterator[None]:
    """Nothing listens where PostgreSQL should be."""
    known = connection.settings_dict["HOST"]
    connection.close()
    connection.settings_dict["HOST"] = "/nowhere"
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["HOST"] = known


@pytest.fixture
def no_valkey(settings: Any) -> Iterator[Callable[[], None]]:
    """Called, it takes Valkey away."""

    def away() -> None:
        settings.SCAN_STORE = "unix:///nowhere/valkey.sock?db=0"

    yield away
    valkey.forget_failure()


def total() -> int:
    """All scans that are counted."""
    return sum(scans for scans, _visits in counts().values())


def test_with_valkey_away_a_scan_is_written_by_its_request(code: UnitCode, no_valkey: Callable[[], None]) -> None:
    no_valkey()
    for number in range(3):
        assert scan(code_path(code), address=f"203.0.113.{number}").status_code == 200
    # No salt, no visit.
    assert counts() == {("P1", "RANG-1", timezone.localdate()): (3, 0)}
    assert Scan.objects.count() == 3


def test_a_valkey_that_hangs_holds_up_one_page_in_a_second(code: UnitCode, own_valkey: Servers) -> None:
    assert scan(code_path(code)).status_code == 200
    assert own_valkey.valkey.process is not None
    own_valkey.valkey.process.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    assert [scan(code_path(code)).status_code for _ in range(10)] == [200] * 10
    assert time.monotonic() - began < 10 * 2 * valkey.WAIT
    own_valkey.valkey.process.send_signal(signal.SIGCONT)
    valkey.forget_failure()
    queue.drain()
    # What it took while it hung was written by the request as well.
    assert (total(), Scan.objects.count()) == (11, 11)


def test_what_a_killed_valkey_forgot_is_handed_over_again(code: UnitCode, own_valkey: Servers) -> None:
    for _ in range(3):
        scan(code_path(code))
    own_valkey.kill_valkey()
    # As if it had not yet written any of them to its file.
    for file in own_valkey.valkey.folder.rglob("*.aof*"):
        file.unlink()
    own_valkey.start_valkey()
    scan(code_path(code))
    queue.drain()
    assert (total(), Scan.objects.count()) == (4, 4)


def test_what_waits_outlives_a_killed_valkey(code: UnitCode, own_valkey: Servers) -> None:
    for _ in range(3):
        scan(code_path(code))
    own_valkey.kill_valkey()
    assert scan(code_path(code)).status_code == 200
    # Written by the request: the one at hand, and those of the last seconds, of which it cannot know.
    assert total() == 4
    own_valkey.start_valkey()
    valkey.forget_failure()
    assert valkey.ask(("LLEN", queue.WAITING)) == [3]
    assert queue.drain() == 0
    assert (total(), Scan.objects.count()) == (4, 4)


def test_a_worker_killed_between_commit_and_cut_counts_nothing_twice(code: UnitCode, fresh_db: str, own_valkey: Servers) -> None:
    now = timezone.now()
    for number in range(7):
        queue.hand_over(Record(new_id(), now, "vi", code.lot.product_id, code.lot_id, code.pk, visit=number.to_bytes(16)))
    with Nursery(fresh_db, own_valkey.endpoints.redis_url) as nursery:
        for statement in ("traceability_dayvisit", "traceability_scancount", "traceability_unitday"):
            assert nursery.start("drain_scans", die_before=statement).wait() == -signal.SIGKILL
            assert (total(), valkey.ask(("LLEN", queue.WAITING))) == (0, [7])
        assert nursery.start("drain_scans", die_before_cut=True).wait() == -signal.SIGKILL
        assert (total(), valkey.ask(("LLEN", queue.WAITING))) == (7, [7])
        assert nursery.do("drain_scans") == 0
    assert valkey.ask(("LLEN", queue.WAITING)) == [0]
    assert counts() == {("P1", "RANG-1", timezone.localdate()): (7, 7)}


def test_two_workers_at_once_cut_off_nothing_unwritten(code: UnitCode, own_valkey: Servers) -> None:
    """The slower one, which read the same scans, finds another at the head and cuts nothing."""
    made = [Record(new_id(), timezone.now(), "vi", code.lot.product_id) for _ in range(3)]
    for record in made[:2]:
        queue.hand_over(record)
    (read,) = valkey.ask(("LRANGE", queue.WAITING, 0, -1))
    assert queue.drain() == 2
    queue.hand_over(made[2])
    queue.cut(read)
    assert valkey.ask(("LLEN", queue.WAITING)) == [1]
    assert queue.drain() == 1


def test_two_workers_at_once_while_a_process_hands_over_again(code: UnitCode, own_valkey: Servers) -> None:
    """Its first record stands at the head once more, but what follows is not what the slower worker read and wrote."""
    ours, others, more = (packed(Record(new_id(), timezone.now(), "vi", code.lot.product_id)) for _ in range(3))
    valkey.ask(("RPUSH", queue.WAITING, ours, others))
    (read,) = valkey.ask(("LRANGE", queue.WAITING, 0, -1))
    valkey.ask(("RPUSH", queue.WAITING, ours, more))
    queue.cut(read)
    queue.cut(read)
    assert valkey.ask(("LRANGE", queue.WAITING, 0, -1)) == [[ours, more]]


def test_with_postgresql_away_the_page_tells_what_was_known_and_no_verdict(code: UnitCode) -> None:
    path, lot, product = code_path(code), lot_path(code.lot), product_path(code.lot.product)
    for page in (path, product, f"/en/trace{lot}"):
        assert scan(page).status_code == 200
    with without_postgres():
        for page in (path, lot, f"/trace{path}", product):
            answer = scan(page)
            assert answer.status_code == 200, page
            told = answer.content.decode()
            assert "verdict not_looked_up" in told
            assert "verdict valid" not in told
            assert "Cổng" in told or "cổng" in told
            assert f"{timezone.localtime():%d/%m/%Y}" in told
            assert "Cà phê bột" in told
            assert answer["Cache-Control"] == "no-store"
        assert "of this product before" in scan(f"/en/trace{path}").content.decode()
        # A code of ours with no link to a lot in it, one that nothing was kept of, and what asks for a list of links.
        for page in (f"/t/{code.serial}", "/01/09520000000066/10/X", "/t/0000000000"):
            answer = scan(page)
            assert (answer.status_code, answer["Retry-After"]) == (503, "30")
            assert "verdict valid" not in answer.content.decode()
        assert Client().head(path).status_code == 200
        assert queue_length() == 11
    assert queue.drain() == 9
    assert total() == 9


def queue_length() -> int:
    """How many scans wait."""
    return int(valkey.ask(("LLEN", queue.WAITING))[0])


def test_with_postgresql_away_what_is_bad_for_certain_is_still_said(code: UnitCode) -> None:
    today = timezone.localdate()
    Lot.objects.update(made_on=today - timedelta(days=9), best_before=today - timedelta(days=1))
    scan(code_path(code))
    with without_postgres():
        assert "verdict past_its_date" in scan(code_path(code)).content.decode()
    trace_builders.recall(code.lot, reason="Có sạn")
    scan(code_path(code))
    with without_postgres():
        told = scan(code_path(code)).content.decode()
    assert "verdict recalled" in told
    assert "Có sạn" in told


def test_with_postgresql_away_a_recall_of_some_packs_is_told_of_the_lot(code: UnitCode) -> None:
    (other,) = trace_builders.codes(code.lot)
    trace_builders.recall(code.lot, other.number, other.number)
    assert "verdict valid" in scan(code_path(code)).content.decode()
    with without_postgres():
        told = scan(code_path(code)).content.decode()
    assert "verdict recalled" in told
    assert "Một phần của lô" in told


def test_with_both_away_there_is_a_plain_page(code: UnitCode, no_valkey: Callable[[], None]) -> None:
    scan(code_path(code))
    no_valkey()
    with without_postgres():
        answer = scan(code_path(code))
        assert (answer.status_code, answer["Content-Type"]) == (503, "text/html; charset=utf-8")
        assert "Lúc này chưa tra cứu được" in answer.content.decode()
        assert scan("/01/09520000000074").status_code == 400


def test_a_page_is_made_when_nothing_can_be_kept(code: UnitCode, no_valkey: Callable[[], None]) -> None:
    no_valkey()
    assert "verdict valid" in scan(code_path(code)).content.decode()
    trace_builders.step(code.lot, note="Vừa ghi xong")
    assert "Vừa ghi xong" in scan(code_path(code)).content.decode()
