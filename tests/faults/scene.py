"""Where the moments happen: durable servers of their own, a shop that has taken in a first file, and what it should say after the next."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg2
from django.db import connection, connections
from psycopg2 import sql

from ocop_portal.embedded import Servers
from ocop_portal.embedded.tied import tied_command
from ocop_portal.run.children import portal_children
from orders.figures.fold import fold_all
from orders.figures.verify import verify_figures
from orders.intake.models import IntakeRun, RejectedRow, StagedRow
from orders.intake.services import take_in_file
from orders.models import Lease, Mark, Shop
from tests import builders, databases
from tests.faults.visitor import Visitor, answers, free_port
from tests.measuring import unmeasured
from tests.mortal import PATIENCE, PROJECT, Child, Nursery
from tests.ocop_portal.service_clients import wait_for
from tests.orders.busy_shop import Export, exports, open_shop
from tests.orders.observations import rolled_back
from tests.orders.totals import Totals, differences, entries, totals

ROWS = 1000
WORKPLACE = "workplace"
ADMINISTRATOR = "admin@example.vn"
State = IntakeRun.State


@dataclass(frozen=True)
class Expected:
    """What a database says that took in the same files once, with nothing going wrong; how many ledger rows that makes."""

    totals: Totals
    entries: int


@dataclass
class Scene:
    """Servers, files, and how long the work takes undisturbed (seconds)."""

    servers: Servers
    files: Sequence[Export]
    expected: dict[tuple[int, ...], Expected]
    nursery: Nursery
    workers: Workers
    numbers: Iterator[int] = field(default_factory=count)
    intake_seconds: float = 1.0
    fold_seconds: float = 1.0

    def told(self, file: int) -> dict[str, str]:
        """A file as jobs of the nursery are told of it."""
        export = self.files[file]
        return {"path": str(export.path), "shop": "TT-1", "exported_at": export.exported_at.isoformat()}

    @contextmanager
    def site(self, name: str = "") -> Iterator[Site]:
        """A database of its own that knows the first file and all figures of it; the test's own connection is in it, too."""
        name = name or f"site{next(self.numbers)}"
        self.administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        self.administer("CREATE DATABASE {} TEMPLATE ocop", name)
        before = {key: connection.settings_dict[key] for key in ("NAME", "USER", "HOST", "PORT")}
        connections.close_all()
        connection.settings_dict.update({**self.servers.endpoints.database, "NAME": name})
        try:
            yield Site(self, name)
        finally:
            connections.close_all()
            connection.settings_dict.update(before)
            if name != WORKPLACE:  # a server that comes back after a crash first syncs every file of every database
                with suppress(psycopg2.OperationalError):  # it may be what failed
                    self.administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    @contextmanager
    def staffed_site(self, *, web: bool = False) -> Iterator[Site]:
        """The same, where a worker and beat are at work, and a web server if asked. They stay from one moment to the next."""
        with self.site(WORKPLACE) as site:
            self.workers.present(web=web)
            yield site

    def administer(self, statement: str, name: str) -> None:
        """One statement in the maintenance database."""
        link = psycopg2.connect(url_of(self.servers, "postgres"))
        link.autocommit = True
        with link.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(sql.Identifier(name)))
        link.close()

    def measure(self) -> None:
        """How long an intake and its fold take here, with nothing going wrong."""
        with self.site() as site:
            child = site.start("take_in", **self.told(1))
            child.reached("intake")
            began = time.perf_counter()
            child.reached("fold")
            taken = time.perf_counter()
            assert child.wait() == 0
            self.intake_seconds, self.fold_seconds = taken - began, time.perf_counter() - taken
            site.agrees(1)


@dataclass
class Site:
    """One database of the scene."""

    scene: Scene
    name: str

    def start(self, job: str, **arguments: Any) -> Child:
        """Begin a job of the nursery here."""
        return self.scene.nursery.start(job, database=self.name, **arguments)

    def do(self, job: str, **arguments: Any) -> Any:
        """Do a job of the nursery here."""
        return self.scene.nursery.do(job, database=self.name, **arguments)

    def run(self) -> IntakeRun | None:
        """The run of the file that came after the first one, if it was accepted."""
        return IntakeRun.objects.order_by("pk")[1:].first()

    def waits(self) -> bool:
        """Whether anything is left to do."""
        waiting = IntakeRun.objects.filter(state__in=[State.STAGED, State.CONFIRMED, State.UNDOING])
        return waiting.exists() or Mark.objects.exists() or Lease.objects.filter(stop_asked=True).exists()

    def visitor(self) -> Visitor:
        """Somebody who may take files in, signed in."""
        return Visitor(self.scene.workers.port, self.do("sign_in", email=ADMINISTRATOR), Shop.objects.get().pk)

    def sweep(self) -> None:
        """What beat does every ten seconds, until nothing is left to do: the whole of a recovery."""

        def swept() -> bool:
            self.do("task", name="sweep", arguments=[])
            return not self.waits()

        wait_for(swept, PATIENCE)

    def left_to_workers(self) -> None:
        """Wait until worker and beat have nothing left to do, with nobody but their supervisor to look after them."""
        workers = self.scene.workers
        deaths = 0

        def done() -> bool:
            nonlocal deaths
            deaths += workers.supervise()
            return not self.waits()

        try:
            wait_for(done, PATIENCE)
        except AssertionError as error:
            raise AssertionError(workers.last_words()) from error
        # Celery's worker may fall over a broker that goes while it has a task in hand; what stops `make run` is dying again and again.
        assert deaths <= 1, workers.last_words()

    def agrees(self, *files: int) -> None:
        """Everything is taken in, nothing is half done, and every row and figure is that of a clean intake of the files.

        Runs that were undone or cancelled left nothing that counts.
        """
        expected = self.scene.expected[files]
        undone = IntakeRun.objects.filter(state=State.UNDONE)
        assert not StagedRow.objects.filter(run__state=State.CANCELLED).exists()
        runs = list(IntakeRun.objects.exclude(state__in=[State.UNDONE, State.CANCELLED]).order_by("pk"))
        assert [(run.state, run.failure) for run in runs] == [(State.MERGED, "")] * (1 + len(files))
        for run in runs:
            assert run.staged_rows.count() == run.rows > 0
        assert RejectedRow.objects.count() == 0
        assert StagedRow.objects.count() == sum(run.rows for run in (*runs, *undone))
        verdict = verify_figures()
        assert (verdict.differences, verdict.pending) == ([], 0)
        assert differences(totals(), expected.totals) == []
        # Of two at once the one that comes first may take corrections to agree with the other; so does what is undone.
        if len(files) == 1 and not undone:
            assert entries() == expected.entries


@contextmanager
def set_scene(template: str, folder: Path, servers_folder: Path) -> Iterator[Scene]:
    """Build the scene from `template`, a database with the reference data on the tests' own servers."""
    files = exports(folder, rows=ROWS, seed=5)
    files = [files[0], files[1], files[3]]
    connections.close_all()
    with databases.clone(template) as name, databases.connected_to(name):
        shop = open_shop()
        _take_in(shop, files[:1])
        expected = {}
        builders.user(ADMINISTRATOR, superuser=True)
        for chosen in ((), (1,), (2,), (1, 2)):
            with rolled_back():
                _take_in(Shop.objects.get(), [files[n] for n in chosen])
                expected[chosen] = Expected(totals(), entries())
        connections.close_all()
        address = databases.address_of(name)
        # Durable: what a commit promised must be there after a crash, and not by luck.
        with Servers(servers_folder / "data", fast=False) as servers:
            _copy(address, servers)
            urls = servers.endpoints.database_url, servers.endpoints.redis_url
            with Nursery(*urls) as nursery, Workers(servers, folder) as workers:
                scene = Scene(servers, files, expected, nursery, workers)
                scene.measure()
                yield scene
            servers.kill_postgres()  # nothing of it is needed any more: no checkpoint


def url_of(servers: Servers, database: str) -> str:
    """The DATABASE_URL of one of the servers' databases."""
    return servers.endpoints.database_url.replace(":///ocop?", f":///{database}?")


def _take_in(shop: Shop, files: Sequence[Export]) -> None:
    for file in files:
        take_in_file(path=file.path, shop=shop, file_name=file.path.name, exported_at=file.exported_at, commit=True)
        fold_all()


def _copy(address: str, servers: Servers) -> None:
    """A database of the tests' own servers into the empty one of `servers`."""
    programs = servers.postgres.place.binaries.postgres.parent
    dump = subprocess.run([programs / "pg_dump", "--format=custom", address], check=True, stdout=subprocess.PIPE)
    restore = [programs / "pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", "--dbname"]
    subprocess.run([*restore, servers.endpoints.database_url], check=True, input=dump.stdout)


class Workers:
    """A worker and beat as `make run` starts them, in the database WORKPLACE."""

    def __init__(self, servers: Servers, folder: Path) -> None:
        self._log = folder / "workers.log"
        self._environment = {
            **unmeasured(),
            "DATABASE_URL": url_of(servers, WORKPLACE),
            "REDIS_URL": servers.endpoints.redis_url,
            "DJANGO_SETTINGS_MODULE": "tests.mortal_settings",
        }
        self.port = free_port()
        children = portal_children(project=PROJECT, data_dir=folder, host="127.0.0.1", port=self.port)
        self._commands = {child.name: tied_command(child.command, death_signal=child.death_signal) for child in children}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self._processes):
            self.kill(name)

    def present(self, *, web: bool = False) -> None:
        """Start what does not run; the worker, and the web server if asked, are ready when this returns."""
        self.supervise()
        said = self._log.stat().st_size if self._log.exists() else 0
        started = [name for name in ("worker", "beat", *(["web"] if web else [])) if name not in self._processes]
        for name in started:
            self._start(name)
        if "worker" in started:
            wait_for(lambda: b" ready." in self._log.read_bytes()[said:], PATIENCE)
        if web:
            wait_for(lambda: answers(self.port), PATIENCE)

    def supervise(self) -> int:
        """Restart what has died, as `make run` and Compose do; how many that were."""
        # Without reaping them: until then nobody else can have the number of their group.
        dead = [name for name, process in self._processes.items() if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)]
        for name in dead:
            self.kill(name)
            self._start(name)
        return len(dead)

    def _start(self, name: str) -> None:
        with self._log.open("ab") as log:
            self._processes[name] = subprocess.Popen(
                self._commands[name],
                cwd=PROJECT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,
            )

    def kill(self, name: str) -> None:
        """SIGKILL it and all its processes."""
        process = self._processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_pool(self) -> None:
        """SIGKILL the worker's own processes, those that do the tasks; their parent stays."""
        for pid in self._pool():
            os.kill(pid, signal.SIGKILL)

    @contextmanager
    def stopped(self, which: int) -> Iterator[None]:
        """One of these processes stands still (SIGSTOP)."""
        pool = self._pool()
        pid = pool[which % len(pool)]
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def _pool(self) -> list[int]:
        parent = self._processes["worker"].pid
        return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]

    def last_words(self) -> str:
        """The end of what they wrote."""
        return self._log.read_text(errors="replace")[-6000:] if self._log.exists() else ""
