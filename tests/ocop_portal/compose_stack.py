"""The Compose file's services as processes, outside any container."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import yaml

from ocop_portal.embedded.binaries import installed
from ocop_portal.embedded.tied import User, start_tied

from .compose_rules import interpolated
from .service_clients import PROJECT, clean_environment

SECRETS = {"SECRET_KEY": "k" * 60, "POSTGRES_PASSWORD": "postgres1", "VALKEY_PASSWORD": "valkey1", "PORTAL_HOST": "ocop.example.vn"}


def compose(**variables: str) -> dict[str, Any]:
    """The file as Compose sees it: fragments merged, variables put in."""
    tree = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
    merged: dict[str, Any] = interpolated({key: tree[key] for key in tree if not key.startswith("x-")}, variables)
    return merged


class Stack:
    """The file's services as processes of ours. What a container would have of its own (address, folder, name lookup) is put in here."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = {name: free_port() for name in ("postgres", "valkey", "web", "caddy", "admin")}
        self.variables = {**SECRETS, "PORTAL_HOST": "localhost", "BEAT_SCHEDULE": str(folder / "beat-schedule")}
        self.file = compose(**self.variables)
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        programs = folder / "bin"
        programs.mkdir()
        for program in (installed().postgres, installed().valkey):
            (programs / program.name).symlink_to(program)
        self.path = f"{Path(sys.executable).parent}:{programs}:{os.environ['PATH']}"

    def environment(self, name: str) -> dict[str, str]:
        """The service's environment as written, with the two hosts' names looked up."""
        written = {key: str(value) for key, value in self.file["services"][name].get("environment", {}).items()}
        for host, port in (("postgres", 5432), ("valkey", 6379)):
            written = {key: value.replace(f"@{host}:{port}", f"@127.0.0.1:{self.ports[host]}") for key, value in written.items()}
        return {
            # What runs here is measured by tests of its own.
            **clean_environment(measured=False),
            "PATH": self.path,
            "OCOP_DATA_DIR": str(self.folder / "data"),
            "STATIC_ROOT": str(self.folder / "static"),
            **written,
        }

    def start(
        self, name: str, *, more: tuple[str, ...] = (), user: User | None = None, folder: Path = PROJECT, **environment: str
    ) -> subprocess.Popen[bytes]:
        """Start a service's command as written; its output goes to a file named after it."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = start_tied(
                [*self.file["services"][name]["command"], *more],
                death_signal=signal.SIGKILL,
                env={**self.environment(name), **environment},
                output=log,
                user=user,
                folder=folder,
            )
        return self.running[name]

    def check(self, name: str, **environment: str) -> int:
        """Exit status of the service's health check as written."""
        kind, *words = self.file["services"][name]["healthcheck"]["test"]
        command = ["sh", "-c", words[0]] if kind == "CMD-SHELL" else words
        return subprocess.run(
            command,
            cwd=PROJECT,
            env={**self.environment(name), **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        ).returncode

    def log(self, name: str) -> str:
        """What it printed."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def stop(self) -> None:
        """End everything, last started first."""
        for process in reversed(self.running.values()):
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + 15
        for process in reversed(self.running.values()):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def free_port() -> int:
    """A loopback port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def get(port: int, path: str, **headers: str) -> tuple[int, str]:
    """Status and body of a page; 0 where nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return response.status, response.read().decode()
    except OSError:
        return 0, ""
    finally:
        connection.close()
