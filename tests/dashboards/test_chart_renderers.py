"""Renderers of charts: what happens when one dies, hangs, is busy or is forked, and what it knows and answers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from dashboards import charts
from dashboards.charts import rendering
from dashboards.charts.pool import ROOT, Pool
from dashboards.style import CHART_ROWS


@pytest.fixture(autouse=True, scope="module")
def _stop_renderers() -> Iterator[None]:
    """The tests of this file share one renderer and leave none."""
    yield
    rendering.stop()


def request_of(name: str = "ranked") -> bytes:
    """A request as `render` puts it."""
    width, height = charts.size(name, len(CHART_ROWS[name]))
    rows = CHART_ROWS[name]
    return json.dumps(
        {"name": name, "rows": rows, "language": "vi", "theme": "light", "size": "wide", "width": width, "height": height}
    ).encode()


@pytest.fixture
def pool() -> Iterator[Pool]:
    """A pool of one renderer that ends with its test."""
    pool = Pool(1)
    yield pool
    pool.stop()


def test_a_killed_renderer_is_replaced(pool: Pool) -> None:
    """Killed while idle: the next request is answered by a new process, and nobody notices."""
    before = pool.ask(request_of(), 20)
    first = pool._idle[0].process
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert pool.ask(request_of(), 20) == before
    assert pool._idle[0].process.pid != first.pid


def test_a_hanging_renderer_is_killed_in_time_and_replaced(pool: Pool) -> None:
    """The caller waits no longer than the timeout, the stuck process is gone, the next request is answered."""
    before = pool.ask(request_of(), 20)
    stuck = pool._idle[0].process
    os.kill(stuck.pid, signal.SIGSTOP)
    started = time.monotonic()
    with pytest.raises(charts.RendererFailed, match="in time"):
        pool.ask(request_of(), 0.3)
    assert time.monotonic() - started < 10
    assert stuck.returncode == -signal.SIGKILL
    assert pool.ask(request_of(), 20) == before


def test_a_request_that_kills_two_is_given_up(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """No endless row of new processes."""
    started: list[int] = []

    monkeypatch.setattr("dashboards.charts.pool.WORKER", (sys.executable, "-c", "raise SystemExit(1)"))
    original = subprocess.Popen

    def counting(*args: Any, **kwargs: Any) -> subprocess.Popen[bytes]:
        process = original(*args, **kwargs)
        started.append(process.pid)
        return process

    monkeypatch.setattr("dashboards.charts.pool.subprocess.Popen", counting)
    with pytest.raises(charts.RendererFailed, match="ended"):
        pool.ask(request_of(), 20)
    assert len(started) == 2


def test_a_busy_pool_says_so(pool: Pool) -> None:
    """Waiting for a free renderer counts towards the timeout."""
    pool._free.acquire()
    try:
        with pytest.raises(charts.RendererFailed, match="busy"):
            pool.ask(request_of(), 0.05)
    finally:
        pool._free.release()


def test_many_threads_get_their_own_answers() -> None:
    """Two renderers, eight threads: no answer goes to the wrong one."""
    pool = Pool(2)
    wanted = {name: json.loads(pool.ask(request_of(name), 30))["svg"] for name in charts.NAMES}
    wrong: list[str] = []

    def ask(name: str) -> None:
        for _ in range(2):
            if json.loads(pool.ask(request_of(name), 30))["svg"] != wanted[name]:
                wrong.append(name)

    threads = [threading.Thread(target=ask, args=(name,)) for name in [*charts.NAMES, "ranked", "daily_net"]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alive = len(pool._idle)
    pool.stop()
    assert wrong == []
    assert alive == 2


def test_a_renderer_ends_with_the_process_that_started_it() -> None:
    """Also when that one is killed outright: its input closes."""
    code = (
        "import sys, time; from dashboards.charts.pool import Pool;"
        "from tests.dashboards.test_chart_renderers import request_of; pool = Pool(1);"
        "pool.ask(request_of(), 20); print(pool._idle[0].process.pid, flush=True); time.sleep(60)"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    parent = subprocess.Popen(
        [sys.executable, "-c", f"import django; django.setup(); {code}"], cwd=ROOT, env=environment, stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    os.kill(child, 0)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and _runs(child):
        time.sleep(0.05)
    assert not _runs(child)


def _runs(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_forked_child_makes_a_pool_of_its_own() -> None:
    """The child of a fork answers from a new renderer, and the parent's still belongs to the parent."""
    before = charts.render("ranked", CHART_ROWS["ranked"], language="vi")
    parents = rendering.pool()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - the forked child reports through its exit
        try:
            # A thread of the parent may hold a lock that nobody will ever release here.
            signal.alarm(60)
            fresh = rendering._pool is None
            cleaned = fresh and rendering.pool() is not parents
            os.write(write, b"new" if cleaned else b"old")
        finally:
            os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    assert os.read(read, 9) == b"new"
    os.close(read)
    cache.clear()
    assert charts.render("ranked", CHART_ROWS["ranked"], language="vi") == before


def test_the_web_process_never_loads_altair() -> None:
    """Importing and rendering leaves Altair, V8 and their half second to the renderers."""
    code = (
        "import django; django.setup(); import sys; from dashboards import charts; from dashboards.charts import rendering;"
        "svg = charts.render('ranked', [{'label': 'a', 'value': 1}], language='vi'); rendering.stop();"
        "print(svg[:4], sorted({'altair', 'vl_convert'} & set(sys.modules)))"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "<svg []"


def test_a_renderer_knows_no_secret() -> None:
    """Its environment is a list of what it needs; where the database is stays out of it."""
    pool = rendering.pool()
    charts.render("ranked", [{"label": "secret", "value": 1}], language="vi")
    with open(f"/proc/{pool._idle[0].process.pid}/environ", encoding="utf-8") as environment:
        names = {entry.partition("=")[0] for entry in environment.read().split("\0") if entry}
    assert names <= {"TZ", "LANG", "PATH", "HOME", "TMPDIR", "XDG_DATA_HOME"}


def test_worker_answers_bad_requests_and_goes_on() -> None:
    """The worker's own loop, line by line, without the pool."""
    lines = [b"not json", b'{"name": "ranked"}', request_of()]
    done = subprocess.run(
        [sys.executable, "-m", "dashboards.charts.worker"], cwd=ROOT, input=b"\n".join(lines) + b"\n", capture_output=True, check=True
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [sorted(answer) for answer in answers] == [["error"], ["error"], ["svg"]]
    assert answers[0]["error"].startswith("JSONDecodeError")
