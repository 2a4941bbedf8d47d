"""The process that runs the servers of one data folder for as long as anybody needs them.

    python -m ocop_portal.embedded.keeper DATA_DIR LOCK_FD durable|fast

Started detached by a client (see `client`), which hands over the locked descriptor of `keeper.lock`: the lock is free exactly when no
keeper lives.
"""

import os
import signal
import sys
import time
from collections import deque
from pathlib import Path

from .errors import EmbeddedError
from .place import Place, find_place
from .postgres import PostgreSQL
from .server import Server, describe
from .state import LEASE, State, open_lock, read_wanted, try_exclusive, write_state
from .valkey import Valkey

POLL_SECONDS = 0.5
DEATHS_ALLOWED, DEATHS_WINDOW = 3, 60.0  # a server may die this often in so many seconds
SERVERS: dict[str, type[Server]] = {PostgreSQL.key: PostgreSQL, Valkey.key: Valkey}
WATCHED = {signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP}


class Keeper:
    """Starts what clients want, restarts what dies, stops all when the last client is gone."""

    def __init__(self, data_dir: Path, keeper_lock: int, *, fast: bool) -> None:
        self.data_dir = data_dir
        self.keeper_lock = keeper_lock
        self.lease = open_lock(data_dir, LEASE)
        self.fast = fast
        self.servers: dict[str, Server] = {}
        self.deaths: dict[str, deque[float]] = {key: deque() for key in SERVERS}
        self.state = State(pid=os.getpid(), fast=fast)

    def run(self) -> int:
        """Keep until nobody is left; 0, or 1 when a server could not be kept (then `State.error` says which and why)."""
        try:
            self.tell()
            place = find_place(self.data_dir)
            self.describe(place)
            while True:
                self.start_wanted(place)
                caught = signal.sigtimedwait(WATCHED, POLL_SECONDS)
                if caught is not None and caught.si_signo != signal.SIGCHLD:
                    break
                self.restart_dead()
                if try_exclusive(self.lease):
                    break
        except (EmbeddedError, OSError) as error:
            self.state.error = str(error)
            print(error, flush=True)
        self.state.ready = []
        self.tell()
        for server in self.servers.values():
            server.stop()
        # In this order: who waits for the lease must find the keeper gone.
        os.close(self.keeper_lock)
        os.close(self.lease)
        return 1 if self.state.error else 0

    def describe(self, place: Place) -> None:
        """Put the addresses into the state; they are of use once the service is ready."""
        self.state.socket_dir = str(place.sockets)
        self.state.valkey_socket = str(Valkey(place, self.logs()).socket)
        self.state.notices = place.notices

    def logs(self) -> Path:
        """Folder of the servers' logs."""
        return self.data_dir / "log"

    def tell(self) -> None:
        """Publish the state."""
        write_state(self.data_dir, self.state)

    def start_wanted(self, place: Place) -> None:
        """Start what clients want and is not there, together, then wait for all of it."""
        missing = [key for key in read_wanted(self.data_dir) if key not in self.servers]
        for key in missing:
            self.servers[key] = SERVERS[key](place, self.logs(), fast=self.fast)
            self.servers[key].start()
        for key in missing:
            self.servers[key].wait_ready()
        if missing:
            self.state.ready = list(self.servers)
            self.tell()

    def restart_dead(self) -> None:
        """Start again what died; EmbeddedError when that happens too often."""
        for key, server in self.servers.items():
            if server.process is None or server.process.poll() is None:
                continue
            how = describe(server.process.returncode)
            print(f"{server.name} died: {how}", flush=True)
            self.state.ready.remove(key)
            self.tell()
            deaths = self.deaths[key]
            deaths.append(time.monotonic())
            while deaths[0] < deaths[-1] - DEATHS_WINDOW:
                deaths.popleft()
            if len(deaths) > DEATHS_ALLOWED:
                raise EmbeddedError(f"{server.name} died {len(deaths)} times within a minute (last: {how}). {server.log_tail()}")
            # Its children, if any are left, have lost their head: no patience.
            server.leftover_patience = 0.0
            server.start()
            server.wait_ready()
            self.state.ready.append(key)
            self.tell()


def main(arguments: list[str]) -> int:
    """Entry point; see the module."""
    data_dir, lock, mode = arguments
    os.set_inheritable(int(lock), False)
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
    return Keeper(Path(data_dir), int(lock), fast=mode == "fast").run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
