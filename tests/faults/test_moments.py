"""The intake and the fold killed, PostgreSQL restarted, the broker taken away, at random moments: all figures stay right.

Nothing is repaired by hand: what beat calls every ten seconds finds what was left. `make test` runs ten moments, always the same;
`make faults` draws new ones and prints their seed (FAULT_SEED= has them again, FAULT_MOMENTS= says how many).
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from typing import Any

import pytest

from orders.intake.models import IntakeRun, StagedRow
from orders.models import Mark
from tests.faults.moments import COUNT, Moment, moments
from tests.faults.scene import Scene, Site, State
from tests.faults.visitor import Uploading
from tests.mortal import Child

pytestmark = pytest.mark.faults

TRIES = 6  # on a machine that runs now slower, now faster, the work may be over before its moment has come


def test_moments_are_those_of_their_seed() -> None:
    ten, all_of_them = moments(count=10, seed=7), moments(count=200, seed=7)
    assert ten == all_of_them[:10] != moments(count=10, seed=8)
    assert sum(moment.act in {"kill intake", "kill fold", "kill worker", "kill undo"} for moment in all_of_them) == 100
    assert {moment.act for moment in all_of_them} == set(ACTS)
    rare = {"kill broker", "kill worker in an undo", "restart PostgreSQL in a fold", "kill web server", "hang worker"}
    assert set(ACTS) - {moment.act for moment in ten} == rare


@pytest.mark.slow
@pytest.mark.timeout(900 + 60 * COUNT)
def test_figures_are_right_after_each_moment(scene: Scene, subtests: pytest.Subtests, capsys: pytest.CaptureFixture[str]) -> None:
    """One test, so that its servers are made once however many processes share the suite."""
    for moment in moments():
        began = time.perf_counter()
        with subtests.test(str(moment)):
            ACTS[moment.act](scene, moment)
        with capsys.disabled():
            print(f"\n{moment}: {time.perf_counter() - began:.1f} s", end="", flush=True)


def strike(site: Site, child: Child, phase: str, seconds: float, blow: Callable[[], None]) -> bool:
    """`blow` so many seconds after the child has reached the phase; False where it had ended by then."""
    child.reached(phase)
    if child.ended_within(seconds):
        assert child.status == 0
        return False
    blow()
    child.wait()
    return True


def after_the_blow(site: Site, file: int) -> None:
    """By itself everything comes right; a file that was not yet accepted left nothing at all, and is sent again."""
    run = site.run()
    if run is None:
        assert StagedRow.objects.count() == IntakeRun.objects.get().rows
        assert not Mark.objects.exists()
        site.do("take_in", **site.scene.told(file))
    else:
        assert run.state in {State.CONFIRMED, State.MERGED}
        assert run.staged_rows.count() == run.rows
        site.sweep()
    site.agrees(file)


def in_an_intake(scene: Scene, moment: Moment, blow: Callable[[Child], None]) -> None:
    """Strike while a file is read, staged and merged."""
    file, seconds = 1 + moment.file, moment.at * scene.intake_seconds
    for _ in range(TRIES):
        with scene.site() as site:
            child = site.start("take_in", fold=False, **scene.told(file))
            if strike(site, child, "intake", seconds, lambda child=child: blow(child)):
                return after_the_blow(site, file)
        seconds *= 0.6
    raise AssertionError(f"the intake was always over within {seconds:.3f} s")


def in_a_fold(scene: Scene, moment: Moment, blow: Callable[[Child], None]) -> None:
    """Strike while the orders of a file are folded."""
    file, seconds = 1 + moment.file, moment.at * scene.fold_seconds
    for _ in range(TRIES):
        with scene.site() as site:
            site.do("take_in", fold=False, **scene.told(file))
            child = site.start("fold")
            if strike(site, child, "fold", seconds, lambda child=child: blow(child)):
                return after_the_blow(site, file)
        seconds *= 0.6
    raise AssertionError(f"the fold was always over within {seconds:.3f} s")


def crash_postgres(scene: Scene) -> Callable[[Child], None]:
    """The database goes down as by a power cut, and comes back."""

    def blow(child: Child) -> None:
        scene.servers.kill_postgres()
        child.wait()
        scene.servers.start_postgres()

    return blow


def kill_worker(scene: Scene, moment: Moment) -> None:
    """The worker dies that has the file, or one time in two both files at once: all of it, or the processes that do its tasks."""
    with scene.staffed_site() as site:
        files = (1, 2) if moment.draw % 4 > 1 else (1 + moment.file,)
        for file in files:
            send(site, file)
        time.sleep(moment.at * (scene.intake_seconds + scene.fold_seconds))
        blow_to_workers(scene, moment)
        site.left_to_workers()
        site.agrees(*files)


def blow_to_workers(scene: Scene, moment: Moment) -> None:
    """All of the worker dies and its supervisor starts another; or the processes that do its tasks die."""
    if moment.draw % 2:
        scene.workers.kill("worker")
        scene.workers.present()
    else:
        scene.workers.kill_pool()


def hang_worker(scene: Scene, moment: Moment) -> None:
    """One of the worker's processes stands still with whatever it has in hand; once that is done by others it goes on, too late."""
    with scene.staffed_site() as site:
        for file in (1, 2):
            send(site, file)
        time.sleep(moment.at * (scene.intake_seconds + scene.fold_seconds))
        with scene.workers.stopped(moment.draw):
            site.left_to_workers()
            site.agrees(1, 2)
        site.left_to_workers()
        site.agrees(1, 2)


def kill_undo(scene: Scene, moment: Moment) -> None:
    """Whoever undoes a file dies over it: the sweep finds it, and it is as if the file had never come."""
    file, seconds = 1 + moment.file, moment.at * scene.intake_seconds / 2
    for _ in range(TRIES):
        with scene.site() as site:
            site.do("take_in", fold=bool(moment.draw % 2), **scene.told(file))
            run = site.run()
            assert run is not None
            child = site.start("undo", run=run.pk)
            if strike(site, child, "undo", seconds, child.kill):
                assert IntakeRun.objects.get(pk=run.pk).state in {State.UNDOING, State.UNDONE}
                site.sweep()
                return site.agrees()
        seconds *= 0.6
    raise AssertionError(f"the undo was always over within {seconds:.3f} s")


def kill_worker_in_an_undo(scene: Scene, moment: Moment) -> None:
    """One file is undone while the other comes, by workers that die: the one that stands is all there is."""
    with scene.staffed_site() as site:
        file = 1 + moment.file
        site.do("take_in", fold=False, **scene.told(3 - file))
        run = site.run()
        assert run is not None
        site.do("ask_undo", eager=False, run=run.pk)
        send(site, file)
        time.sleep(moment.at * (scene.intake_seconds + scene.fold_seconds))
        blow_to_workers(scene, moment)
        site.left_to_workers()
        site.agrees(file)


def cancel(scene: Scene, moment: Moment) -> None:
    """Somebody cancels while a worker checks or merges, and sometimes the worker dies as well: all of the file counts, or nothing."""
    with scene.staffed_site() as site:
        file = 1 + moment.file
        send(site, file)
        time.sleep(moment.at * scene.intake_seconds)
        run = site.run()
        assert run is not None
        if moment.draw % 3 == 0:
            scene.workers.kill_pool()
        in_time = site.do("cancel", run=run.pk)
        site.left_to_workers()
        run.refresh_from_db()
        assert run.state == (State.CANCELLED if in_time else State.MERGED)
        site.agrees(*(() if in_time else (file,)))


def kill_web_server(scene: Scene, moment: Moment) -> None:
    """The web server dies over an upload or its confirmation. Who got no answer looks whether the file is there, else sends it again."""
    with scene.staffed_site(web=True) as site:
        file = 1 + moment.file
        visitor = site.visitor()
        with Uploading(visitor, scene.files[file]) as upload:
            time.sleep(moment.at * scene.intake_seconds * 2)
            scene.workers.kill("web")
            scene.workers.present(web=True)
        if not upload.confirmed:
            run = site.run()
            visitor.confirm(run.pk if run else visitor.upload(scene.files[file]))
        site.left_to_workers()
        site.agrees(file)
        scene.workers.kill("web")


def restart_postgres_under_a_worker(scene: Scene, moment: Moment) -> None:
    """The worker stays and finds its way back to the database."""
    with scene.staffed_site() as site:
        send(site, 1 + moment.file)
        time.sleep(moment.at * (scene.intake_seconds + scene.fold_seconds))
        if moment.draw % 2:
            scene.servers.kill_postgres()
        else:
            scene.servers.stop_postgres()
        time.sleep(moment.draw / 100)
        scene.servers.start_postgres()
        site.left_to_workers()
        site.agrees(1 + moment.file)


def take_broker_away(stop: Callable[[Scene], None]) -> Callable[[Scene, Moment], None]:
    """While it is away a second file comes; both are there once it is back. One time in two it comes back without its memory."""

    def act(scene: Scene, moment: Moment) -> None:
        with scene.staffed_site() as site:
            send(site, 1)
            time.sleep(moment.at * (scene.intake_seconds + scene.fold_seconds))
            stop(scene)
            try:
                send(site, 2)
                time.sleep(moment.draw / 100)
                if moment.draw % 2:
                    shutil.rmtree(scene.servers.valkey.folder)
            finally:
                scene.servers.start_valkey()
            site.left_to_workers()
            site.agrees(1, 2)

    return act


def send(site: Site, file: int) -> None:
    """Upload a file and confirm it, as the pages do."""
    site.do("upload", eager=False, **site.scene.told(file))


def _kill(child: Child) -> None:
    child.kill()


ACTS: dict[str, Callable[[Scene, Moment], Any]] = {
    "kill intake": lambda scene, moment: in_an_intake(scene, moment, _kill),
    "kill fold": lambda scene, moment: in_a_fold(scene, moment, _kill),
    "kill undo": kill_undo,
    "kill worker": kill_worker,
    "kill worker in an undo": kill_worker_in_an_undo,
    "hang worker": hang_worker,
    "kill web server": kill_web_server,
    "cancel": cancel,
    "restart PostgreSQL in an intake": lambda scene, moment: in_an_intake(scene, moment, crash_postgres(scene)),
    "restart PostgreSQL in a fold": lambda scene, moment: in_a_fold(scene, moment, crash_postgres(scene)),
    "restart PostgreSQL under a worker": restart_postgres_under_a_worker,
    "stop broker": take_broker_away(lambda scene: scene.servers.stop_valkey()),
    "kill broker": take_broker_away(lambda scene: scene.servers.kill_valkey()),
}
