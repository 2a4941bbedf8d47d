"""The files by which clients and keeper agree, all in the data folder.

| file | what |
|---|---|
| `start.lock` | held exclusively by the one client that is starting or joining |
| `lease` | held shared by every client for its life; the keeper gets it exclusively when nobody is left |
| `keeper.lock` | held exclusively by the living keeper |
| `wanted.json` | names of the services that clients asked for; written under `start.lock` |
| `keeper.json` | what the keeper says: see `State` |

Locks are flock(2): they belong to the open file, so a forked child keeps its parent's, an exec drops it, and the kernel drops it at any
death.
"""

import fcntl
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

START_LOCK, LEASE, KEEPER_LOCK = "start.lock", "lease", "keeper.lock"
WANTED, STATE = "wanted.json", "keeper.json"


@dataclass(slots=True)
class State:
    """What the keeper last said."""

    pid: int = 0
    ready: list[str] = field(default_factory=list)
    """Keys of the services that answer."""
    socket_dir: str = ""
    valkey_socket: str = ""
    fast: bool = False
    """Whether the servers run without fsync: fit for tests only."""
    notices: list[str] = field(default_factory=list)
    """What the user should know about where things are."""
    error: str = ""
    """Which service made the keeper give up, and why."""


def give_to_owner_of(folder: Path, descriptor: int) -> None:
    """When root works in someone's folder, the files are still that someone's."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)


def open_lock(data_dir: Path, name: str) -> int:
    """A descriptor of the lock file `name`, not locked yet and not inherited by programs we start."""
    descriptor = os.open(data_dir / name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    give_to_owner_of(data_dir, descriptor)
    return descriptor


def try_exclusive(descriptor: int) -> bool:
    """Take the lock if nobody holds it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def read_state(data_dir: Path) -> State | None:
    """What the keeper last said, None when nothing."""
    try:
        return State(**json.loads((data_dir / STATE).read_text()))
    except FileNotFoundError:
        return None


def write_state(data_dir: Path, state: State) -> None:
    """Replace the keeper's words in one step."""
    write_json(data_dir, STATE, asdict(state))


def read_wanted(data_dir: Path) -> list[str]:
    """Services that clients asked for."""
    try:
        wanted: list[str] = json.loads((data_dir / WANTED).read_text())
    except FileNotFoundError:
        return []
    return wanted


def write_wanted(data_dir: Path, wanted: list[str]) -> None:
    """Ask the keeper for these."""
    write_json(data_dir, WANTED, wanted)


def write_json(data_dir: Path, name: str, content: object) -> None:
    """Write beside and rename: a reader sees the old or the new, never half of it."""
    half = data_dir / f".{name}.{os.getpid()}"
    half.unlink(missing_ok=True)
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    give_to_owner_of(data_dir, descriptor)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file, ensure_ascii=False)
    half.replace(data_dir / name)
