"""One long-running part of the portal as a child process."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from ocop_portal.embedded.server import describe
from ocop_portal.embedded.tied import tied_command

DEATHS_ALLOWED, DEATHS_WINDOW = 3, 60.0  # a child may die this often in so many seconds
RESTART_DELAY = 1.0  # seconds; what it lacks (a database that restarts) may be back by then
GRACE = 10.0  # seconds for each polite signal


class ChildError(RuntimeError):
    """A child could not be kept running; the message names it and says how it died."""


@dataclass(slots=True)
class Child:
    """A command that is restarted when it dies, a bounded number of times. Times are seconds of the monotonic clock."""

    name: str
    command: list[str]
    folder: Path
    death_signal: signal.Signals = signal.SIGTERM
    """What the kernel sends it when the supervisor is killed: one that makes it take its own workers along."""
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=deque)
    restart_at: float | None = None

    def start(self) -> IO[bytes]:
        """Start it as leader of its own process group; returns the reading end of its output, both streams together."""
        self.process = subprocess.Popen(
            tied_command(self.command, death_signal=self.death_signal),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            process_group=0,
        )
        self.restart_at = None
        assert self.process.stdout is not None
        return self.process.stdout

    @property
    def running(self) -> bool:
        """Whether its first process lives. Does not reap: until then the group's number cannot be given to a stranger."""
        if self.process is None or self.process.returncode is not None:
            return False
        return os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    @property
    def work(self) -> int:
        """Processor time that the processes of its group have had, in clock ticks (mostly hundredths of a second)."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            # Some end while we look.
            with contextlib.suppress(OSError):
                # After the name in brackets, which may hold anything: state, parent, group … utime, stime, cutime, cstime (proc(5)).
                fields = stat.read_text().rpartition(")")[2].split()
                if self.process is not None and int(fields[2]) == self.process.pid:
                    ticks += sum(map(int, fields[11:15]))
        return ticks

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to its first process, which passes it on as it sees fit."""
        if self.running:
            assert self.process is not None
            self.process.send_signal(number)

    def bury(self) -> int:
        """Kill what is left of its group (workers of a killed parent would keep the port) and reap it; returns the exit status."""
        assert self.process is not None
        if self.process.returncode is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        return self.process.wait()

    def note_death(self) -> str:
        """Reap it and plan its restart; returns how it died. ChildError when it dies too often."""
        how = describe(self.bury())
        now = time.monotonic()
        self.deaths.append(now)
        while self.deaths[0] < now - DEATHS_WINDOW:
            self.deaths.popleft()
        if len(self.deaths) > DEATHS_ALLOWED:
            raise ChildError(f"{self.name} died {len(self.deaths)} times within a minute (last: {how}); see its lines above.")
        self.restart_at = now + RESTART_DELAY
        return how


def portal_children(*, project: Path, data_dir: Path, host: str, port: int) -> list[Child]:
    """The web server, the worker and beat."""
    python = sys.executable
    # Root is told that he should not be root by others already, in five lines.
    celery = [python, "-W", "ignore:You're running the worker", "-m", "celery", "--quiet", "-A", "ocop_portal"]
    # Few threads per worker: each keeps a database connection.
    granian = [
        *(python, "-m", "granian", "--interface", "wsgi", "--no-ws", "--host", host, "--port", str(port)),
        *("--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers"),
        # A worker that is still loading the portal does not hear that it should stop.
        *("--workers-kill-timeout", "8s", "ocop_portal.wsgi:application"),
    ]
    schedule = str(data_dir / "celerybeat-schedule")
    return [
        Child("web", granian, project),
        # SIGQUIT: a worker whose supervisor was killed leaves at once; its tasks are found again by the sweep.
        Child(
            "worker",
            # One for all queues, as another one takes 140 MB; it takes from them in turn, so that many mails do not keep figures waiting.
            [
                *(*celery, "worker", "--queues", "work,mail,passport", "--concurrency", "2", "--loglevel", "INFO"),
                *("--without-mingle", "--without-gossip"),
            ],
            project,
            signal.SIGQUIT,
        ),
        Child("beat", [*celery, "beat", "--loglevel", "WARNING", "--pidfile", "", "--schedule", schedule], project),
    ]
