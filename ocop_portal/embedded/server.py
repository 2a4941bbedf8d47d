"""What the two servers have in common: started tied to us, waited for, stopped, restarted."""

import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import BinaryIO

from .errors import EmbeddedError
from .place import Place
from .state import give_to_owner_of
from .tied import clear_leftovers, end, start_tied

START_SECONDS = 60.0
LOG_LIMIT = 10_000_000  # bytes; a longer log is moved aside at the next start
TAIL_LINES = 12


class Server(ABC):
    """One server process. `name` is for people, `program` the executable's name, `key` names its folder and its log."""

    name: str
    program: str
    key: str
    death_signal: signal.Signals
    """What the kernel sends the server when its keeper is killed."""
    stop_signals: tuple[tuple[signal.Signals, float], ...]
    """How it is stopped: signal and seconds to wait before the next one."""
    leftover_patience: float
    """Seconds that the servers of a killed keeper get to end by themselves."""

    def __init__(self, place: Place, logs: Path, *, fast: bool = False) -> None:
        self.place = place
        self.fast = fast
        self.folder = place.data / self.key
        self.log = logs / f"{self.key}.log"
        self.process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def prepare(self) -> None:
        """Make the data folder fit for a start; called with nothing running in it."""

    @abstractmethod
    def command(self) -> list[str | Path]:
        """The server's command line."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether it takes requests now."""

    def start(self) -> None:
        """Start without waiting; EmbeddedError when the data folder cannot be used."""
        clear_leftovers(self.folder, self.program, patience=self.leftover_patience)
        self.prepare()
        with open_log(self.log) as log:
            self.process = start_tied(
                self.command(),
                death_signal=self.death_signal,
                user=self.place.user,
                folder=self.folder,
                env=server_environment(),
                output=log,
            )

    def wait_ready(self) -> None:
        """Return when it answers; EmbeddedError with the end of its log when it dies or takes longer than START_SECONDS."""
        assert self.process is not None
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None:
                raise EmbeddedError(f"{self.name} did not start ({describe(self.process.returncode)}). {self.log_tail()}")
            if time.monotonic() > deadline:
                raise EmbeddedError(f"{self.name} did not answer within {START_SECONDS:.0f} seconds. {self.log_tail()}")
            time.sleep(0.03)

    def stop(self) -> None:
        """Stop in order; returns when no process of it is left."""
        if self.process is not None:
            end(self.process, *self.stop_signals)
            clear_leftovers(self.folder, self.program, patience=2.0)

    def kill(self) -> None:
        """SIGKILL the server process, as a power cut would; its children may take a moment to notice."""
        if self.process is not None:
            end(self.process)

    def log_tail(self) -> str:
        """The last lines of its log, for an error message."""
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join([f"The end of {self.log}:", *lines[-TAIL_LINES:]])


def describe(status: int | None) -> str:
    """An exit status in words."""
    if status is None:
        return "running"
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"


def server_environment() -> dict[str, str]:
    """A small environment: nothing of ours (least of all secrets or PG* variables) reaches the servers."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def open_log(path: Path) -> BinaryIO:
    """Open for appending, for the owner of its folder; a symbolic link is not followed, as root may write here for another user."""
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    give_to_owner_of(path.parent, descriptor)
    return os.fdopen(descriptor, "ab")
