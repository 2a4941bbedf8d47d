"""`python -m ocop_portal.run [--tied]`: see the package. Reads PORT (8000), HOST (127.0.0.1) and what the settings read.

Exit status: 0 stopped on request, 1 something failed (the last lines say which and why), 2 the port cannot be had.
"""

import contextlib
import ctypes
import http.client
import os
import signal
import socket
import sys
import tempfile
from pathlib import Path

from ocop_portal.embedded import EmbeddedError, ensure_services, keeper_error, release_services
from ocop_portal.embedded.client import keeper_lives
from ocop_portal.embedded.launch import PR_SET_PDEATHSIG

from .children import Child, ChildError, portal_children
from .patience import wait_for_child
from .supervisor import Interrupted, Supervisor, say

PROJECT = Path(__file__).resolve().parent.parent.parent
PREPARATION_SECONDS = 900.0  # a bound for what hangs, not for what is slow
KEEPERS_ALLOWED = 3


class PortError(RuntimeError):
    """The address cannot be listened on; the message names the port."""


class Portal:
    """The sequence of a run: port, services, preparation, processes, until somebody stops it."""

    def __init__(self, *, host: str, port: int, data_dir: Path) -> None:
        self.host, self.port, self.data_dir = host, port, data_dir
        self.supervisor = Supervisor()
        self.postgres = not os.environ.get("DATABASE_URL")
        self.valkey = not os.environ.get("REDIS_URL")
        self.holding = False
        self.keepers_lost = 0

    def run(self) -> int:
        """Run until the end; returns the exit status."""
        self.supervisor.watch_signals()
        status = 0
        try:
            check_port(self.host, self.port)
            self.ensure_services()
            sign_ins = self.prepare()
            self.serve(sign_ins)
            self.supervisor.keep(self.check_services)
        except Interrupted:
            say("Stopping …")
        except PortError as error:
            say(str(error))
            return 2
        except (ChildError, EmbeddedError) as error:
            say(f"Everything stops: {error}")
            status = 1
        finally:
            self.supervisor.end()
            if self.holding:
                release_services(self.data_dir)
        say("Stopped; the data stay." if status == 0 else "Stopped.")
        return status

    @property
    def embedded(self) -> bool:
        """Whether any service is ours to run."""
        return (self.postgres or self.valkey) and os.environ.get("OCOP_EMBEDDED") != "off"

    def ensure_services(self) -> None:
        """Hold the embedded services for as long as this process lives, over all restarts of the others."""
        if self.embedded:
            self.holding = True
            ensure_services(self.data_dir, postgres=self.postgres, valkey=self.valkey)

    def check_services(self) -> None:
        """A keeper that gave up ends everything, one that was killed is replaced."""
        if not self.embedded or keeper_lives(self.data_dir):
            return
        error = keeper_error(self.data_dir)
        self.keepers_lost += 1
        if error or self.keepers_lost > KEEPERS_ALLOWED:
            raise EmbeddedError(error or f"the services' keeper was killed {self.keepers_lost} times.")
        say("The services' keeper was killed and is restarted.")
        self.ensure_services()

    def prepare(self) -> str:
        """Tables, reference data, demo, static files; returns the demo's sign-ins."""
        say("Preparing the database …")
        descriptor, name = tempfile.mkstemp(prefix="ocop-sign-ins-")
        os.close(descriptor)
        try:
            child = Child("prepare", [sys.executable, "-m", "ocop_portal.run.prepare", name], PROJECT)
            self.supervisor.children = [child]
            self.supervisor.start(child)
            if not self.supervisor.wait_until(lambda: not child.running, PREPARATION_SECONDS):
                raise ChildError(f"preparation took longer than {PREPARATION_SECONDS:.0f} seconds.")
            self.supervisor.turn(0)
            if child.bury() != 0:
                raise ChildError("preparation failed; see its lines above.")
            return Path(name).read_text().strip()
        finally:
            Path(name).unlink()

    def serve(self, sign_ins: str) -> None:
        """Start the processes and say where the portal is once it answers."""
        children = portal_children(project=PROJECT, data_dir=self.data_dir, host=self.host, port=self.port)
        self.supervisor.children = children
        for child in children:
            self.supervisor.start(child)
        web = children[0]
        wait_for_child(self.supervisor, web, lambda: answers(self.host, self.port), f"an answer of the web server on port {self.port}")
        say(f"\nThe portal is at http://{shown(self.host)}:{self.port}/\n\n{sign_ins}\n\nCtrl-C stops it.\n")


def check_port(host: str, port: int) -> None:
    """PortError when something else listens there: the web server itself would share the port in silence (SO_REUSEPORT)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortError(f"Port {port} on {host} cannot be used: {error.strerror}. Choose another: make run PORT={port + 1}") from error


def answers(host: str, port: int) -> bool:
    """Whether a web server answers at all; what it says is its own affair."""
    connection = http.client.HTTPConnection({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port, timeout=10)  # noqa: S104
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def shown(host: str) -> str:
    """A host as it is written in an address; every interface is shown as this machine."""
    host = {"0.0.0.0": "localhost", "::": "localhost"}.get(host, host)  # noqa: S104
    return f"[{host}]" if ":" in host else host


def chosen_port(value: str) -> int:
    """PORT as a number; PortError names what was given."""
    if value.isascii() and value.isdigit() and 1 <= int(value) <= 65535:
        return int(value)
    raise PortError(f"PORT is {value!r}; it must be a number from 1 to 65535.")


def main(arguments: list[str]) -> int:
    """Entry point."""
    if "--tied" in arguments:
        # Started by make: if make is killed, nobody is left to send us Ctrl-C.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    try:
        port = chosen_port(os.environ.get("PORT") or "8000")
    except PortError as error:
        say(str(error))
        return 2
    data_dir = Path(os.environ.get("OCOP_DATA_DIR") or PROJECT / ".data")
    with contextlib.suppress(KeyboardInterrupt):
        return Portal(host=os.environ.get("HOST") or "127.0.0.1", port=port, data_dir=data_dir).run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
