"""The broker is away: pages and commands answer all the same, and the sweep finds what nobody was woken for."""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ocop_portal.embedded import Servers
from ocop_portal.embedded.place import shelter_of
from orders.figures.verify import verify_figures
from orders.intake.models import IntakeRun
from orders.models import Mark, Order, OrderLine, Shop
from tests import builders
from tests.mortal import Nursery
from tests.orders.busy_shop import Export, exports, open_shop

# What tells waiting from not waiting, also where the machine is busy: with the default settings a sender would try for ever.
QUICK = 15.0  # seconds of a page while the broker is away: it is asked once
STUCK = 30.0  # while it takes connections and answers none: whoever asks it waits two seconds, twice
State = IntakeRun.State


@pytest.fixture
def broker() -> Iterator[Servers]:
    """A Valkey that the test may take away; its PostgreSQL is never started."""
    folder = Path(tempfile.mkdtemp(prefix="ocop-broker-"))
    folder.chmod(0o755)
    servers = Servers(folder / "data")
    servers.start_valkey()
    try:
        yield servers
    finally:
        servers.kill_valkey()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(shelter_of(servers.data_dir), ignore_errors=True)


@pytest.fixture
def shop(fresh_db: str) -> Shop:
    """A host's shop, in a database of the test's own."""
    return open_shop()


@pytest.fixture
def files(tmp_path: Path) -> list[Export]:
    """Overlapping files of one shop, the oldest first; the last one shows all its sixty order lines."""
    return exports(tmp_path, rows=60, seed=12)[1:]


def hang(broker: Servers) -> None:
    """It takes connections and says nothing."""
    assert broker.valkey.process is not None
    broker.valkey.process.send_signal(signal.SIGSTOP)


@pytest.mark.slow
def test_pages_answer_and_nothing_is_lost(fresh_db: str, shop: Shop, files: list[Export], broker: Servers) -> None:
    builders.administrator("admin@example.vn")
    absences = ((Servers.stop_valkey, QUICK), (Servers.kill_valkey, QUICK), (hang, STUCK))
    with Nursery(fresh_db, broker.endpoints.redis_url) as nursery:
        for file, (leave, patience) in zip(files, absences, strict=True):
            leave(broker)
            answered = nursery.do("pages", eager=False, path=str(file.path), shop=shop.pk, user="admin@example.vn")
            assert answered["statuses"] == [302, 200, 302, 200]
            assert answered["slowest"] < patience
            run = IntakeRun.objects.get(pk=answered["run"])
            assert (run.state, run.rows > 0, Mark.objects.count()) == (State.CONFIRMED, True, 0)
            nursery.do("task", name="sweep", arguments=[])
            run.refresh_from_db()
            assert (run.state, Mark.objects.count()) == (State.MERGED, 0)
            assert verify_figures().differences == []
            broker.kill_valkey()
            broker.start_valkey()
    assert OrderLine.objects.count() == 60


def test_a_command_takes_its_file_in_and_leaves_the_fold_to_the_sweep(
    fresh_db: str, shop: Shop, files: list[Export], broker: Servers
) -> None:
    file = files[-1]
    told = {"path": str(file.path), "shop": shop.code, "exported_at": file.exported_at.isoformat()}
    with Nursery(fresh_db, broker.endpoints.redis_url) as nursery:
        broker.stop_valkey()
        assert nursery.do("intake_orders", eager=False, **told) == "taken in"
        orders = Order.objects.count()
        assert (orders > 0, Mark.objects.count()) == (True, orders)
        verdict = verify_figures()
        assert (verdict.differences, verdict.pending) == ([], orders)
        nursery.do("task", name="sweep", arguments=[])
    assert not Mark.objects.exists()
    assert verify_figures().differences == []
