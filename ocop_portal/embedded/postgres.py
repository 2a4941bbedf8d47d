"""The embedded PostgreSQL."""

import locale
import shutil
import signal
from pathlib import Path

import psycopg2
from psycopg2 import sql

from .endpoints import DATABASE, OWNER, POSTGRES_PORT
from .errors import EmbeddedError
from .server import Server, server_environment
from .tied import clear_leftovers, run_tied

# Sized for a small machine; the rest is PostgreSQL's own default.
SETTINGS = {
    "listen_addresses": "",
    "port": POSTGRES_PORT,
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "log_timezone": "UTC",
}
# For throw-away data of tests: a commit survives any killed process (synchronous_commit stays on), but not a power cut. Most of them work
# in one transaction, whose rows autovacuum counts as none: plans would be made for empty tables, or not, as it happens to come by.
FAST_SETTINGS = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}


class PostgreSQL(Server):
    """A cluster of its own with the database `ocop`, reached by a Unix socket that only its user and root can open."""

    name = "PostgreSQL"
    program = "postgres"
    key = "postgres"
    death_signal = signal.SIGINT  # fast shutdown: roll back, checkpoint, leave
    # Fast shutdown; if a checkpoint cannot finish in a minute, leave at once and recover at the next start.
    stop_signals = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0))
    leftover_patience = 30.0

    def prepare(self) -> None:
        """Make the cluster once; forget the traces of one that was killed."""
        half = self.folder.with_name("postgres.half")
        if not self.folder.exists():
            if half.exists():
                clear_leftovers(half, self.program, patience=1.0)
                shutil.rmtree(half)
            self.place.own(half)
            self._initialise(half)
            # Only a finished cluster gets the name: a kill in the middle leaves nothing that looks like one.
            half.rename(self.folder)
        # No server runs in the folder (the caller made sure), so the process id in there belongs to a stranger by now; PostgreSQL would
        # refuse to start if it is one of the same user.
        for stale in (self.folder / "postmaster.pid", self._socket, self._socket.with_name(f"{self._socket.name}.lock")):
            stale.unlink(missing_ok=True)

    @property
    def _socket(self) -> Path:
        return self.place.sockets / f".s.PGSQL.{POSTGRES_PORT}"

    def _initialise(self, folder: Path) -> None:
        """Sort order and case rules come with PostgreSQL (builtin C.UTF-8), so data do not depend on the machine's libraries."""
        result = run_tied(
            [
                *(self.place.binaries.initdb, "--pgdata", folder, "--username", OWNER, "--auth=trust", "--encoding=UTF8"),
                *("--locale=C", f"--lc-ctype={unicode_ctype()}", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                *(("--no-sync",) if self.fast else ()),
            ],
            user=self.place.user,
            folder=folder,
            env=server_environment(),
        )
        if result.returncode != 0:
            raise EmbeddedError(f"initdb failed in {folder}: {result.stdout.strip()}")

    def command(self) -> list[str | Path]:
        """Settings travel on the command line, so a change of ours reaches old clusters too."""
        quoted = str(self.place.sockets).replace('"', '""')
        settings = {**SETTINGS, "unix_socket_directories": f'"{quoted}"', **(FAST_SETTINGS if self.fast else {})}
        return [
            self.place.binaries.postgres,
            "-D",
            self.folder,
            *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
        ]

    def answers(self) -> bool:
        """Whether it takes connections; the first time also makes the database."""
        try:
            connection = psycopg2.connect(
                host=str(self.place.sockets), port=POSTGRES_PORT, user=OWNER, dbname="postgres", connect_timeout=5
            )
        except psycopg2.OperationalError:
            return False
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        finally:
            connection.close()
        return True


def unicode_ctype() -> str:
    """A C-library character type that knows letters beyond ASCII: pg_trgm still asks the C library what a letter is."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "en_US.UTF-8", "C.utf8"):
            try:
                locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
            return name
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
