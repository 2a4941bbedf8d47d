"""How a process that needs the embedded services gets them."""

import contextlib
import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

from .endpoints import Endpoints
from .errors import EmbeddedError
from .server import open_log
from .state import KEEPER_LOCK, LEASE, START_LOCK, STATE, State, open_lock, read_state, read_wanted, try_exclusive, write_wanted
from .tied import LAUNCH

PROJECT = Path(__file__).resolve().parent.parent.parent
WAIT_SECONDS = 180.0
KEEPERS_TRIED = 3
SERVER_FOLDERS = {"postgres", "postgres.half", "valkey", "run"}
KEEPER_NOTICES_SECONDS = 2.0  # several times the keeper's own interval

# One lease per data folder for the life of this process. The descriptor is never closed on purpose: the kernel does it, whatever ends us.
_leases: dict[Path, int] = {}


def ensure_services(data_dir: Path | str, *, postgres: bool = True, valkey: bool = True, fast: bool | None = None) -> Endpoints:
    """Find the services of `data_dir` running or start them, and keep them for the life of this process and of those it forks.

    `fast` (default: whether OCOP_EMBEDDED_FAST is set) starts them without fsync, for tests; it has no effect on servers that run already.
    Raises `EmbeddedError` with a sentence for the user. Prints to stderr where data are when that is not `data_dir`.
    """
    if not sys.platform.startswith("linux"):
        raise EmbeddedError("The embedded PostgreSQL and Valkey run on Linux only: set DATABASE_URL and REDIS_URL.")
    folder = prepare_folder(Path(data_dir))
    services = [key for key, asked in (("postgres", postgres), ("valkey", valkey)) if asked]
    if fast is None:
        fast = bool(os.environ.get("OCOP_EMBEDDED_FAST"))

    start_lock = open_lock(folder, START_LOCK)
    try:
        fcntl.flock(start_lock, fcntl.LOCK_EX)
        # Waits while a keeper that found nobody is stopping its servers: it holds the lease until it is done.
        if folder not in _leases:
            _leases[folder] = open_lock(folder, LEASE)
            fcntl.flock(_leases[folder], fcntl.LOCK_SH)
        state = _join(folder, services, fast=fast)
        hand_over(folder)
    finally:
        os.close(start_lock)
    return Endpoints(state.socket_dir if postgres else None, state.valkey_socket if valkey else None)


def _join(folder: Path, services: list[str], *, fast: bool) -> State:
    """Wait for a keeper that has the services ready, starting one where there is none. The caller holds the start lock and a lease."""
    deadline = time.monotonic() + WAIT_SECONDS
    started = 0
    while time.monotonic() < deadline:
        lock = open_lock(folder, KEEPER_LOCK)
        try:
            if try_exclusive(lock):
                state = read_state(folder)
                if started and state is not None and state.error:
                    raise EmbeddedError(state.error)
                if started == KEEPERS_TRIED:
                    log = folder / "log/keeper.log"
                    raise EmbeddedError(f"The embedded services' keeper ended {started} times and gave no reason; see {log}.")
                started += 1
                write_wanted(folder, services)
                # A dead keeper's words must not be taken for the new one's.
                (folder / STATE).unlink(missing_ok=True)
                _start_keeper(folder, lock, fast=fast)
            elif missing := set(services) - set(read_wanted(folder)):
                write_wanted(folder, [*read_wanted(folder), *sorted(missing)])
        finally:
            os.close(lock)
        state = read_state(folder)
        if state is not None and set(services) <= set(state.ready):
            if started:
                for notice in state.notices:
                    print(notice, file=sys.stderr)
            if state.fast and not fast:
                print(
                    f"The services of {folder} were started for tests: they run without fsync until all that use them have ended.",
                    file=sys.stderr,
                )
            return state
        time.sleep(0.03)
    raise EmbeddedError(f"The embedded services were not ready within {WAIT_SECONDS:.0f} seconds; see {folder / 'log'}.")


def _start_keeper(folder: Path, lock: int, *, fast: bool) -> None:
    """Start a detached keeper that takes over the locked descriptor."""
    keeper = [sys.executable, "-m", "ocop_portal.embedded.keeper", str(folder), str(lock), "fast" if fast else "durable"]
    with open_log(folder / "log/keeper.log") as log:
        subprocess.run(
            [sys.executable, "-I", "-S", LAUNCH, "detach", *keeper],
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[lock],
            check=True,
        )


def prepare_folder(data_dir: Path) -> Path:
    """Make the data folder and its folder for logs, for the owner of the project; returns it as an absolute path."""
    folder = Path(os.path.abspath(data_dir))
    try:
        for path in reversed([folder / "log", folder, *folder.parents]):
            if not path.exists():
                path.mkdir(exist_ok=True)
                if os.geteuid() == 0:
                    owner = path.parent.stat()
                    os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(13, "no right to write", str(folder))
    except OSError as error:
        raise EmbeddedError(
            f"The data folder {folder} cannot be used: {error}. Run as its owner, or set DATABASE_URL and REDIS_URL."
        ) from error
    return folder


def hand_over(folder: Path) -> None:
    """As root, give what we wrote into someone's data folder (a key, static files, beat's schedule) to that someone.

    Otherwise a project once run by root could not be run by its owner any more. The servers' own folders are their user's already.
    """
    owner = folder.stat()
    if os.geteuid() != 0 or owner.st_uid == 0:
        return
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in SERVER_FOLDERS]
        for name in (*folders, *files):
            with contextlib.suppress(FileNotFoundError):
                os.chown(os.path.join(parent, name), owner.st_uid, owner.st_gid, follow_symlinks=False)


def keeper_lives(data_dir: Path | str) -> bool:
    """Whether a keeper runs for `data_dir`."""
    folder = Path(os.path.abspath(data_dir))
    if not (folder / KEEPER_LOCK).exists():
        return False
    lock = open_lock(folder, KEEPER_LOCK)
    try:
        return not try_exclusive(lock)
    finally:
        os.close(lock)


def release_services(data_dir: Path | str) -> None:
    """Give this process's lease back; where nobody else holds one, return when the services have stopped."""
    folder = Path(os.path.abspath(data_dir))
    if not folder.is_dir():
        return
    lease = _leases.pop(folder, None)
    if lease is not None:
        os.close(lease)
    hand_over(folder)
    left = read_state(folder)
    noticed = time.monotonic() + KEEPER_NOTICES_SECONDS
    deadline = time.monotonic() + WAIT_SECONDS
    while keeper_lives(folder) and time.monotonic() < deadline:
        state = read_state(folder)
        if time.monotonic() > noticed and state is not None and state.ready:
            return  # it had time to notice and goes on: for others
        time.sleep(0.05)
    # The lock is free a moment before the process is gone.
    while left is not None and alive(left.pid) and time.monotonic() < deadline:
        time.sleep(0.02)


def alive(pid: int) -> bool:
    """Whether a process of ours runs; a dead one that nobody has reaped does not."""
    try:
        os.readlink(f"/proc/{pid}/exe")
    except OSError:
        return False
    return True


def keeper_error(data_dir: Path | str) -> str:
    """Why the keeper of `data_dir` gave up; empty while it runs or when it ended in peace."""
    state = read_state(Path(data_dir))
    return state.error if state is not None else ""
