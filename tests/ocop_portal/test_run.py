"""`make run` from its first line to its last process."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest

from ocop_portal.embedded import Servers
from ocop_portal.embedded.state import read_state
from tests.databases import copy_nearly_all

from .service_clients import PROJECT, clean_environment, data_folder, processes_naming, wait_for

pytestmark = pytest.mark.slow


class Run:
    """A running `make run` (its last word: the recipe's command) on a data folder and a port of its own."""

    def __init__(self, data_dir: Path, port: int, *, measured: bool = True) -> None:
        self.port = port
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ocop_portal.run", "--tied"],
            cwd=PROJECT,
            env={**clean_environment(measured=measured), "OCOP_DATA_DIR": str(data_dir), "PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.end(signal.SIGKILL)

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(iter(self.process.stdout.readline, ""))

    @property
    def text(self) -> str:
        """What it printed so far."""
        return "".join(self.lines)

    def wait_for_line(self, part: str, seconds: float = 60.0) -> None:
        """Return when a line with `part` was printed."""
        wait_for(lambda: part in self.text or self.process.poll() is not None, seconds)
        assert part in self.text, self.text

    def status(self, path: str = "/") -> int:
        """Status of a page, 0 where nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def end(self, number: signal.Signals, seconds: float = 30.0) -> int:
        """Send a signal and wait."""
        self.process.send_signal(number)
        status = self.process.wait(seconds)
        self.reader.join(5)
        return status


@pytest.fixture
def port() -> int:
    """A loopback port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data folder on which nothing may be left running."""
    with data_folder() as folder:
        yield folder


def serving(port: int) -> list[int]:
    """Process ids of the web server for this port and of its workers; the server itself is first."""
    return sorted(pid for pid, command in processes_naming(f"--port {port}").items() if "granian" in command)


def test_make_run_serves_survives_deaths_and_leaves_nothing(django_db_setup: None, data_dir: Path, port: int) -> None:
    with Servers(data_dir) as servers:
        copy_nearly_all(servers.endpoints.database_url)
    # What is prepared at a first start is measured by tests of its own.
    with Run(data_dir, port, measured=False) as run:
        run.wait_for_line("Ctrl-C stops it.", 240)
        assert f"The portal is at http://127.0.0.1:{port}/" in run.text
        assert re.search(r"\S+@\S+", run.text.split("The portal is at")[1]), "no sign-ins"
        assert run.status("/") == 200
        # When it is killed outright, the kernel and the keeper do the rest.
        run.end(signal.SIGKILL)
        wait_for(lambda: processes_naming(str(data_dir.parent)) == {} and serving(port) == [], 30)

    # The second start finds everything done.
    started = time.monotonic()
    with Run(data_dir, port) as again:
        again.wait_for_line("Ctrl-C stops it.", 60)
        # 15 seconds is for a machine with nothing else to do; the rest of a test run is something.
        assert time.monotonic() - started < 15 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
        assert again.status("/") == 200

        # A dead web server, its workers with it, comes back.
        before = serving(port)
        os.kill(before[0], signal.SIGKILL)
        again.wait_for_line("web died (signal SIGKILL) and is restarted.")
        wait_for(lambda: again.status("/healthz") == 200, 30)
        assert not set(serving(port)) & set(before)

        # So does the keeper with both servers.
        os.kill(read_state(data_dir).pid, signal.SIGKILL)
        again.wait_for_line("The services' keeper was killed and is restarted.")
        wait_for(lambda: again.status("/healthz") == 200, 30)

        assert again.end(signal.SIGINT) == 0
        assert again.lines[-1] == "Stopped; the data stay.\n"
        assert "Stopping …\n" in again.lines
        # Not waiting: it was the last one out, so it waited itself.
        assert processes_naming(str(data_dir.parent)) == {}
        assert serving(port) == []


def test_a_stop_during_preparation_leaves_nothing(data_dir: Path, port: int) -> None:
    with Run(data_dir, port) as run:
        run.wait_for_line("Preparing the database")
        assert run.end(signal.SIGTERM) == 0
    assert processes_naming(str(data_dir.parent)) == {}


def test_a_taken_port_stops_the_start_before_anything_else(data_dir: Path, port: int) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", port))
        listener.listen()
        with Run(data_dir, port) as run:
            assert run.process.wait(30) == 2
            run.reader.join(5)
    assert run.text.startswith(f"Port {port} on 127.0.0.1 cannot be used: Address already in use. Choose another: make run PORT=")
    assert not data_dir.exists()


def test_a_data_folder_that_cannot_be_made_is_named(data_dir: Path, port: int) -> None:
    data_dir.write_text("a file")
    with Run(data_dir, port) as run:
        assert run.process.wait(30) == 1
        run.reader.join(5)
    assert run.lines[0].startswith(f"Everything stops: The data folder {data_dir} cannot be used: ")


def test_services_that_cannot_be_kept_stop_everything_with_the_reason(data_dir: Path, port: int) -> None:
    data_dir.mkdir()
    (data_dir / "postgres").mkdir(mode=0o700)
    (data_dir / "postgres/PG_VERSION").write_text("11\n")
    with Run(data_dir, port) as run:
        assert run.process.wait(60) == 1
        run.reader.join(5)
    assert "Everything stops: PostgreSQL did not start (exit status" in run.text
    assert run.lines[-1] == "Stopped.\n"
