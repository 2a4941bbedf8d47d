"""The embedded Valkey."""

import signal
import socket
from pathlib import Path

from .server import Server


class Valkey(Server):
    """A Valkey on a Unix socket that only its user and root can open; no port. Nothing is ever evicted: queues and sessions live here."""

    name = "Valkey"
    program = "valkey-server"
    key = "valkey"
    death_signal = signal.SIGTERM
    stop_signals = ((signal.SIGTERM, 15.0),)
    leftover_patience = 10.0

    @property
    def socket(self) -> Path:
        """Path of its Unix socket."""
        return self.place.sockets / "valkey.sock"

    def prepare(self) -> None:
        """Make the folder; remove the socket of a killed one, so that it cannot be mistaken for a living one."""
        self.place.own(self.folder)
        self.socket.unlink(missing_ok=True)

    def command(self) -> list[str | Path]:
        """Its folder is its working folder, so no path needs quoting but the socket's (Valkey quotes arguments itself)."""
        return [
            *(self.place.binaries.valkey, "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700", "--dir", "./"),
            *("--appendonly", "yes", "--appendfsync", "no" if self.fast else "everysec", "--save", ""),
            *("--maxmemory-policy", "noeviction", "--daemonize", "no", "--loglevel", "notice"),
        ]

    def answers(self) -> bool:
        """Whether it answers PING with PONG: while it reads its log of writes it says LOADING."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(2)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False
