"""A process with the portal loaded that forks a child for each job, so that a test may kill one at any instant and have the next at once.

    with Nursery(database_url, redis_url) as nursery:
        child = nursery.start("take_in", path=…, shop=…, exported_at=…)
        child.reached("merging")        # a phase that the job tells of
        child.kill()

What a job may be is in JOBS. A child works as a worker does, on connections of its own. What it wakes (`orders.tasks.wake`) runs
within it, as in a worker that is free at once; with `eager` off it goes to the broker.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, Self

from tests.measuring import unmeasured

PROJECT = Path(__file__).resolve().parent.parent
PATIENCE = 90.0  # seconds that anything may take on a busy machine


class Child:
    """One job under way."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self._nursery = nursery
        self.pid = pid
        self.result: Any = None
        self.status: int | None = None
        """Exit status as `os.waitstatus_to_exitcode` gives it, once it has ended."""

    def reached(self, phase: str) -> None:
        """Return once the child tells of the phase, or has ended."""
        while self.status is None and self._next().get("phase") != phase:
            pass

    def hear(self) -> None:
        """Take in all that it told so far: what it reaches next it reaches from now on."""
        with contextlib.suppress(queue.Empty):
            while self.status is None:
                self._next(0)

    def kill(self) -> None:
        """SIGKILL, unless it has ended by itself; returns when it is gone."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.wait()

    def wait(self) -> int:
        """Its exit status."""
        while self.status is None:
            self._next()
        return self.status

    def ended_within(self, seconds: float) -> bool:
        """Whether it ends within so many seconds."""
        deadline = time.monotonic() + seconds
        while self.status is None and (left := deadline - time.monotonic()) > 0:
            try:
                self._next(left)
            except queue.Empty:
                break
        return self.status is not None

    def _next(self, patience: float = PATIENCE) -> Mapping[str, Any]:
        told = self._nursery.next(patience)
        self.result = told.get("result", self.result)
        self.status = told.get("ended", self.status)
        return told


class Nursery:
    """Starts children, one at a time."""

    def __init__(self, database_url: str, redis_url: str = "unix:///nowhere/valkey.sock") -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.mortal"],
            cwd=PROJECT,
            env={
                **unmeasured(),
                "DATABASE_URL": database_url,
                "REDIS_URL": redis_url,
                "DJANGO_SETTINGS_MODULE": "tests.mortal_settings",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        assert self.next(PATIENCE) == {"ready": True}
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._reader.join(PATIENCE)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put('{"gone": true}\n')

    def next(self, patience: float) -> Mapping[str, Any]:
        """What it tells next; queue.Empty after `patience` seconds."""
        told: Mapping[str, Any] = json.loads(self._lines.get(timeout=patience))
        assert "gone" not in told, "the nursery died; see what it wrote to stderr"
        return told

    def start(
        self, job: str, *, database: str | None = None, eager: bool = True, die_before: int | str | None = None, **arguments: Any
    ) -> Child:
        """Begin a job, in another database of the same server if asked.

        With `die_before` the child SIGKILLs itself before its statement of that number (from 0), or before the first that holds
        that text.
        """
        assert self._process.stdin is not None
        print(json.dumps([job, database, eager, die_before, arguments]), file=self._process.stdin, flush=True)
        return Child(self, self.next(PATIENCE)["pid"])

    def do(self, job: str, **arguments: Any) -> Any:
        """Do a job to its end; its result."""
        child = self.start(job, **arguments)
        assert child.wait() == 0, f"{job} ended with {child.status}"
        return child.result


# What runs in the nursery's process and its children.


def tell(**words: Any) -> None:
    """One line to the test."""
    os.write(1, f"{json.dumps(words)}\n".encode())


def take_in(*, path: str, shop: str, exported_at: str, fold: bool = True) -> str:
    """The service of `intake_orders --commit`, then what a worker that it wakes does; the state in which the run ended."""
    from datetime import datetime

    from orders.intake.services import take_in_file
    from orders.models import Shop
    from orders.tasks import fold_figures

    tell(phase="intake")
    run = take_in_file(
        path=Path(path),
        shop=Shop.objects.get(code=shop),
        file_name=Path(path).name,
        exported_at=datetime.fromisoformat(exported_at),
        commit=True,
    )
    if fold:
        tell(phase="fold")
        fold_figures()
    return run.state


def intake_orders(*, path: str, shop: str, exported_at: str) -> str:
    """The command itself; its last line."""
    from io import StringIO

    from django.core.management import call_command

    output = StringIO()
    call_command("intake_orders", path, "--shop", shop, "--exported-at", exported_at, "--commit", stdout=output)
    return output.getvalue().splitlines()[-1]


def upload(*, path: str, shop: str, exported_at: str) -> int:
    """What the pages do with a file: read it, wake a worker for the dry run, confirm, wake one for the merge; the run's id."""
    from datetime import datetime

    from accounts.waking import wake
    from orders.intake import runs
    from orders.intake.staging import stage_file
    from orders.models import Shop
    from orders.tasks import check_run, merge_run

    moment = datetime.fromisoformat(exported_at)
    run = stage_file(path=Path(path), shop=Shop.objects.get(code=shop), file_name=Path(path).name, exported_at=moment)
    wake(check_run, run.pk)
    runs.confirm_run(run_id=run.pk, by=None)
    tell(phase="confirmed")
    wake(merge_run, run.pk)
    return run.pk


def pages(*, path: str, shop: int, user: str) -> dict[str, Any]:
    """Upload a file, look at it, confirm it, look again; statuses of the pages, the slowest of them (seconds), the run's id."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client

    from accounts.models import User

    client, statuses, slowest = Client(), [], 0.0
    client.force_login(User.objects.get(email=user), backend="allauth.account.auth_backends.AuthenticationBackend")

    def ask(method: Callable[..., Any], *arguments: Any) -> Any:
        nonlocal slowest
        began = time.perf_counter()
        response = method(*arguments)
        slowest = max(slowest, time.perf_counter() - began)
        statuses.append(response.status_code)
        return response

    client.get("/intake/")  # a process's first page loads much that has nothing to do with the broker
    upload = SimpleUploadedFile(Path(path).name, Path(path).read_bytes())
    run = ask(client.post, "/intake/new/", {"shop": shop, "file": upload}).headers["Location"]
    ask(client.get, run)
    ask(client.post, f"{run}confirm/")
    ask(client.get, f"{run}progress/")
    return {"statuses": statuses, "slowest": slowest, "run": int(run.strip("/").rpartition("/")[2])}


def undo(*, run: int) -> None:
    """Ask for a run to be undone, and undo it as a worker would."""
    from orders.intake import runs
    from orders.tasks import undo_run

    runs.ask_undo(run_id=run, by=None, reason="wrong file")
    tell(phase="undo")
    undo_run(run)


def ask_undo(*, run: int) -> None:
    """What the page of an undo does."""
    from accounts.waking import wake
    from orders.intake import runs
    from orders.tasks import undo_run

    runs.ask_undo(run_id=run, by=None, reason="wrong file")
    wake(undo_run, run)


def cancel(*, run: int) -> bool:
    """What the page does that cancels; whether it came in time. One whose worker is slow to stop is left to the sweep."""
    from orders.intake import runs

    try:
        runs.cancel_run(run_id=run)
    except runs.RunStateError:
        return False
    except runs.StillStoppingError:
        return True
    return True


def sign_in(*, email: str) -> str:
    """The session cookie of a user who is signed in."""
    from django.conf import settings
    from django.test import Client

    from accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email=email), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def task(*, name: str, arguments: list[int]) -> None:
    """One task of orders.tasks, as a worker would run it."""
    from orders import tasks

    getattr(tasks, name)(*arguments)


def drain_scans(*, die_before_cut: bool = False) -> int:
    """What a worker does with the scans that wait; how many were new. With `die_before_cut` it is killed once they are committed."""
    from traceability.scans import queue

    if die_before_cut:
        queue.cut = lambda _written: os.kill(os.getpid(), signal.SIGKILL)
    return queue.drain()


def fold() -> None:
    """Every mark that stands."""
    from orders.tasks import fold_figures

    tell(phase="fold")
    fold_figures()


def keep_merging(*, shop: str, product: str, placed_at: str, exported_at: str, value: int) -> None:
    """One order after another, each merged and folded, until it is killed."""
    from datetime import datetime
    from itertools import count

    from catalog.models import Product
    from orders.models import Shop
    from tests import order_builders

    where, line = Shop.objects.get(code=shop), order_builders.Line(Product.objects.get(code=product), 1, value)
    placed, exported = datetime.fromisoformat(placed_at), datetime.fromisoformat(exported_at)
    for number in count():
        order_builders.order(where, f"more-{number}", placed, line, exported_at=exported)
        order_builders.fold()
        tell(phase="merged")


JOBS: dict[str, Callable[..., Any]] = {
    job.__name__: job
    for job in (take_in, intake_orders, upload, pages, undo, ask_undo, cancel, sign_in, task, fold, drain_scans, keep_merging)
}


@contextmanager
def mortal(die_before: int | str | None) -> Iterator[None]:
    """Dies before the statement asked for."""
    from django.db import connection

    statements = 0

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal statements
        if die_before == statements or (isinstance(die_before, str) and die_before in str(sql)):
            os.kill(os.getpid(), signal.SIGKILL)
        statements += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield


def live(job: str, database: str | None, eager: bool, die_before: int | str | None, arguments: dict[str, Any]) -> None:
    """A child's life."""
    from celery import current_app
    from django.conf import settings
    from django.db import connection

    if database is not None:
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = database
    current_app.conf.task_always_eager = eager
    with mortal(die_before):
        result = JOBS[job](**arguments)
    tell(result=result)


def main() -> None:
    """Forks a child for each line of stdin; tells its number and how it ended."""
    import django

    django.setup()
    import orders.intake.services
    import orders.tasks  # noqa: F401  (loaded once, before any child)

    tell(ready=True)
    dead: list[int] = []
    for line in sys.stdin:
        while dead:
            os.waitpid(dead.pop(), 0)
        child = os.fork()
        if child == 0:
            status = 1
            try:
                tell(pid=os.getpid())
                live(*json.loads(line))
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(status)
        end = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        assert end is not None
        tell(ended=end.si_status if end.si_code == os.CLD_EXITED else -end.si_status)
        # Reaped only when the next job comes: until then a signal sent late finds no stranger under its number.
        dead.append(child)


if __name__ == "__main__":
    main()
