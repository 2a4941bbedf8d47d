"""A server as in `make run`, over a database that holds the demo."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from ocop_portal.embedded.tied import end, start_tied
from tests import databases
from tests.measuring import unmeasured

PATIENCE = 60.0  # seconds to the first answer


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(database_url: str, folder: Path) -> Iterator[str]:
    """The address of a running portal over that database; its log is in `folder`."""
    port = free_port()
    # Measuring the server's lines would make every page of the walk half as slow again, and its views are measured by their own tests.
    environment = unmeasured() | {
        "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
        "DATABASE_URL": database_url,
        "REDIS_URL": settings.REDIS_URL,
        "STATIC_ROOT": str(static_files()),
        "OCOP_TEST_SITE": f"{os.getpid()}-{port}",
        "OCOP_ENV": "development",
        "SECRET_KEY": "for the browser tests alone, never anywhere else",
    }
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "server.log").open("wb") as log:
        server = start_tied(
            [*command, "--workers", "1", "--blocking-threads", "4", "ocop_portal.wsgi:application"],
            death_signal=signal.SIGTERM,
            folder=settings.BASE_DIR,
            env=environment,
            output=log,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address, server, folder / "server.log")
            yield address
        finally:
            end(server, (signal.SIGTERM, 10))


def static_files() -> Path:
    """Style sheets and scripts as `make run` collects them, by the first of this run's workers that serves anything."""
    folder = databases.static_folder()
    with databases.one_at_a_time("static.lock"):
        if not folder.exists():
            draft = folder.with_name(f"{folder.name}-draft")
            environment = unmeasured() | {"DJANGO_SETTINGS_MODULE": "ocop_portal.settings", "STATIC_ROOT": str(draft)}
            command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--clear", "--verbosity=0"]
            subprocess.run(command, env=environment, cwd=settings.BASE_DIR, check=True)
            # Renamed last: a folder of this name is complete.
            draft.rename(folder)
    return folder


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError(f"the portal did not answer at {address}:\n{log.read_text(errors='replace')[-3000:]}")
