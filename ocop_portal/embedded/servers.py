"""Servers of one's own, without a keeper: for fault tests and benches that stop, kill and restart them at will."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from .client import prepare_folder
from .endpoints import Endpoints
from .place import find_place, shelter_of
from .postgres import PostgreSQL
from .server import Server
from .valkey import Valkey


class Servers:
    """PostgreSQL and Valkey of this process alone, on `data_dir`; they end with it, however it ends.

    Start them from a thread that lives as long as they shall (pytest's main thread does): the kernel ties them to the thread.
    """

    def __init__(self, data_dir: Path | str, *, fast: bool = True) -> None:
        self.data_dir = prepare_folder(Path(data_dir))
        place = find_place(self.data_dir)
        self.postgres = PostgreSQL(place, self.data_dir / "log", fast=fast)
        self.valkey = Valkey(place, self.data_dir / "log", fast=fast)
        self.endpoints = Endpoints(str(place.sockets), str(self.valkey.socket))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Start both and wait until they answer."""
        try:
            self.start_postgres()
            self.start_valkey()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop both in order."""
        self.stop_valkey()
        self.stop_postgres()

    def start_postgres(self) -> None:
        """Start PostgreSQL, also after `kill_postgres`, and wait until it answers (recovery included)."""
        self._start(self.postgres)

    def stop_postgres(self) -> None:
        """Stop PostgreSQL in order; connections are cut."""
        self.postgres.stop()

    def kill_postgres(self) -> None:
        """SIGKILL PostgreSQL's first process, as a power cut would; `start_postgres` brings it back."""
        self.postgres.kill()

    def restart_postgres(self) -> None:
        """Stop in order and start again."""
        self.stop_postgres()
        self.start_postgres()

    def start_valkey(self) -> None:
        """Start Valkey, also after `kill_valkey`, and wait until it answers."""
        self._start(self.valkey)

    def stop_valkey(self) -> None:
        """Stop Valkey in order."""
        self.valkey.stop()

    def kill_valkey(self) -> None:
        """SIGKILL Valkey."""
        self.valkey.kill()

    def _start(self, server: Server) -> None:
        server.leftover_patience = 0.0  # what a kill left behind is ours to end
        server.start()
        server.wait_ready()


@contextmanager
def scratch_servers(*, fast: bool = True) -> Iterator[Servers]:
    """Fresh servers on a folder of their own that is removed at the end.

    The folder is open to the servers' user, which pytest's `tmp_path` is not. With `fast` what was committed
    survives the kill of any process, but not of the machine.
    """
    folder = Path(tempfile.mkdtemp(prefix="ocop-scratch-"))
    folder.chmod(0o755)
    servers = Servers(folder / "data", fast=fast)
    try:
        with servers:
            yield servers
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(shelter_of(servers.data_dir), ignore_errors=True)
