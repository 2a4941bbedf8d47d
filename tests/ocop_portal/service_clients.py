"""Processes that use embedded services, as tests start, watch and kill them."""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from ocop_portal.embedded.place import shelter_of
from tests.measuring import unmeasured

PROJECT = Path(__file__).resolve().parent.parent.parent
NOBODY = pwd.getpwnam("nobody")

# What a client does: get the services, look at them, tell, and live until its stdin closes. Its second word says how: p and v which
# services, d durable, f with a forked child, r giving them back and waiting for their end.
SCRIPT = """
import json, os, sys
from ocop_portal.embedded import EmbeddedError, ensure_services, release_services
data_dir, postgres, valkey, fork = sys.argv[1], "p" in sys.argv[2], "v" in sys.argv[2], "f" in sys.argv[2]
try:
    endpoints = ensure_services(data_dir, postgres=postgres, valkey=valkey, fast="d" not in sys.argv[2])
except EmbeddedError as error:
    print(json.dumps({"error": str(error)}), flush=True)
    sys.exit(3)
seen = {"pid": os.getpid()}
if postgres:
    import psycopg2
    seen["database_url"] = endpoints.database_url
    connection = psycopg2.connect(endpoints.database_url)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(1); CREATE TABLE IF NOT EXISTS visit (n int); INSERT INTO visit VALUES (1)")
        cursor.execute("SELECT count(*), current_user, current_database(), current_setting('server_version_num')::int / 10000 FROM visit")
        seen["visits"], seen["user"], seen["database"], seen["version"] = cursor.fetchone()
    connection.commit()
    connection.close()
if valkey:
    import socket
    seen["redis_url"] = endpoints.redis_url
    client = socket.socket(socket.AF_UNIX)
    client.connect(endpoints.redis_path)
    def ask(command):
        client.sendall(command.encode() + b"\\r\\n")
        return client.recv(4096).decode().split()
    seen["counter"] = int(ask("INCR visits")[0][1:])
    seen["evicts"] = ask("CONFIG GET maxmemory-policy")[-1]
if fork and os.fork() == 0:
    os.close(1)
    os.close(2)
    import time
    time.sleep(60)
    os._exit(0)
print(json.dumps(seen), flush=True)
sys.stdin.read()
if "r" in sys.argv[2]:
    release_services(data_dir)
"""


class Client:
    """A process that holds the services; `seen` is what it found."""

    def __init__(
        self, data_dir: Path, what: str = "pv", *, python: str = sys.executable, user: str | None = None, project: Path = PROJECT
    ) -> None:
        self.process = subprocess.Popen(
            [python, "-c", SCRIPT, str(data_dir), what],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=project,
            env=clean_environment(python),
            user=user,
            group=None if user is None else pwd.getpwnam(user).pw_gid,
            extra_groups=None if user is None else [],
        )
        self._seen: dict[str, Any] | None = None

    @property
    def seen(self) -> dict[str, Any]:
        """What it told, once it has the services."""
        if self._seen is None:
            assert self.process.stdout is not None
            line = self.process.stdout.readline()
            assert line, self.process.communicate()[1]
            self._seen = json.loads(line)
        return self._seen

    def leave(self) -> str:
        """End in order; returns what it wrote to stderr."""
        return self.process.communicate(timeout=30)[1]

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.process.communicate()

    def __enter__(self) -> Self:
        assert self.seen
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.leave()


def clean_environment(python: str = sys.executable, *, measured: bool = True) -> dict[str, str]:
    """This process's environment without what the test run put there; a foreign `python` gets our packages by path."""
    put = ("OCOP_", "DJANGO_", "DATABASE_", "REDIS_", "PYTEST_")
    kept = {name: value for name, value in (os.environ if measured else unmeasured()).items() if not name.startswith(put)}
    if python != sys.executable:
        kept = {name: value for name, value in kept.items() if not name.startswith("COV")}
        kept["PYTHONPATH"] = sysconfig.get_path("purelib")
    return kept


def ordinary_python() -> str | None:
    """A Python of our version that `nobody` may run: a virtual environment's may stand under a closed home."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    for candidate in (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        if Path(candidate).exists():
            try:
                subprocess.run(
                    [candidate, "-c", ""], check=True, user=NOBODY.pw_uid, group=NOBODY.pw_gid, extra_groups=[], stderr=subprocess.DEVNULL
                )
            except (OSError, subprocess.CalledProcessError):
                continue
            return candidate
    return None


def processes_naming(text: str) -> dict[int, str]:
    """Living processes whose command line, working folder or open sockets' folder names `text`."""
    found = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit() or int(entry) == os.getpid():
            continue
        try:
            command = Path(f"/proc/{entry}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            here = os.readlink(f"/proc/{entry}/cwd")
        except OSError:
            continue  # gone, or a dead one that nobody has reaped yet
        if text in command or text in here:
            found[int(entry)] = command
    return found


def wait_for(condition: Callable[[], Any], seconds: float = 60.0) -> Any:
    """The condition's value as soon as it is true; AssertionError after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} seconds"
        time.sleep(0.05)
    return value


@contextmanager
def data_folder(*, closed: bool = False, owner: str | None = None, name: str = "project") -> Iterator[Path]:
    """A data folder in a project folder of its own, open to every user (pytest's are not) or under a parent that is closed to all but us.

    Afterwards nothing may be left running on it; what runs all the same is killed, so that one failure does not spoil the next test.
    """
    parent = Path(tempfile.mkdtemp(prefix="ocop-test-"))
    parent.chmod(0o700 if closed else 0o755)
    project = parent / name
    project.mkdir(mode=0o755)
    if owner:
        shutil.chown(project, owner, pwd.getpwnam(owner).pw_gid)
    data_dir = project / ".data"
    try:
        yield data_dir
        wait_for(lambda: not processes_naming(str(parent)))
    finally:
        for pid in processes_naming(str(parent)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        shutil.rmtree(shelter_of(data_dir), ignore_errors=True)
        shutil.rmtree(parent, ignore_errors=True)
