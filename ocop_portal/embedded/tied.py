"""Child processes that cannot outlive the process that started them."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

LAUNCH = str(Path(__file__).with_name("launch.py"))


@dataclass(frozen=True, slots=True)
class User:
    """An account that a server runs under."""

    uid: int
    gid: int
    name: str


def tied_command(
    command: Sequence[str | Path],
    *,
    death_signal: signal.Signals,
    user: User | None = None,
    folder: Path | None = None,
) -> list[str]:
    """`command` wrapped so that it gets `death_signal` when the calling thread's process dies."""
    return [
        *(sys.executable, "-I", "-S", LAUNCH, "tie", str(os.getpid()), str(int(death_signal))),
        *(("-", "-") if user is None else (str(user.uid), str(user.gid))),
        "-" if folder is None else str(folder),
        *map(str, command),
    ]


def start_tied(
    command: Sequence[str | Path],
    *,
    death_signal: signal.Signals,
    user: User | None = None,
    folder: Path | None = None,
    env: Mapping[str, str] | None = None,
    output: IO[Any] | int | None = None,
) -> subprocess.Popen[bytes]:
    """Start `command` in a process group of its own, so that a terminal's Ctrl-C is the parent's business only.

    To be called from a thread that lives as long as the process: the kernel watches the thread, not the process.
    """
    return subprocess.Popen(
        tied_command(command, death_signal=death_signal, user=user, folder=folder),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        env=env,
        process_group=0,
    )


def run_tied(
    command: Sequence[str | Path],
    *,
    user: User | None = None,
    folder: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run `command` to its end; its output, both streams together, is in `.stdout`."""
    return subprocess.run(
        tied_command(command, death_signal=signal.SIGKILL, user=user, folder=folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=env,
        text=True,
        errors="replace",
        check=False,
    )


def end(process: subprocess.Popen[bytes], *signals: tuple[signal.Signals, float]) -> int:
    """Send each signal in turn, waiting its number of seconds, then SIGKILL; returns the exit status."""
    for number, seconds in signals:
        if process.poll() is not None:
            break
        process.send_signal(number)
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
    if process.poll() is None:
        process.kill()
    return process.wait()


def running_in(folder: Path, program: str) -> list[int]:
    """Process ids of `program` (an executable's name) whose working folder is `folder`: PostgreSQL and Valkey sit in their data."""
    found = []
    wanted = str(folder.resolve())
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            here = os.readlink(f"/proc/{entry}/cwd")
            executable = os.path.basename(os.readlink(f"/proc/{entry}/exe"))
        except OSError:
            continue  # it has just ended, or is another user's
        if here.removesuffix(" (deleted)") == wanted and executable.removesuffix(" (deleted)") == program:
            found.append(int(entry))
    return found


def clear_leftovers(folder: Path, program: str, *, patience: float) -> None:
    """Wait `patience` seconds for the processes of a killed parent to end by themselves, then SIGKILL what is left."""
    deadline = time.monotonic() + patience
    while left := running_in(folder, program):
        if time.monotonic() > deadline:
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
