"""Databases beside the one that tests share: clones in which a test may commit, and the one that holds the demo.

`db` tests are rolled back. A test that needs committed rows (other processes, other connections) works in a clone of a template
database instead, dropped afterwards; emptying tables is no way, the ledger refuses it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from psycopg2 import sql

# The pid of the process that began this run, whose workers inherit it; part of every name, so that two runs do not meet.
RUN = os.environ.setdefault("OCOP_TEST_RUN", str(os.getpid()))
DEMO, REFERENCE = f"test_ocop_{RUN}_demo", f"test_ocop_{RUN}_reference"
_numbers = count(1)


def administer(statement: str, *names: str) -> list[tuple[object, ...]]:
    """Run one statement in the maintenance database, `{}` standing for names; return its rows."""
    known = connection.settings_dict
    # Not through Django: inside a test its connection may be in a transaction, where no database can be made.
    link = psycopg2.connect(dbname="postgres", user=known["USER"], password=known["PASSWORD"], host=known["HOST"], port=known["PORT"])
    link.autocommit = True
    try:
        with link.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
            return cursor.fetchall() if cursor.description else []
    finally:
        link.close()


def drop(name: str) -> None:
    """Drop a database, ending whatever is connected to it."""
    administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@contextmanager
def clone(template: str) -> Iterator[str]:
    """The name of a copy of `template`, dropped at the end. Nobody may be connected to the template."""
    name = f"test_ocop_{RUN}_{os.getpid()}_{next(_numbers)}"
    administer("CREATE DATABASE {} TEMPLATE {}", name, template)
    try:
        yield name
    finally:
        drop(name)


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Let this process's Django work in database `name`, in every thread; back to the one before at the end."""
    before = connection.settings_dict["NAME"]
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = before


def address_of(name: str) -> str:
    """The DATABASE_URL of database `name`, for another process."""
    known = connection.settings_dict
    who = quote(known["USER"]) + (f":{quote(known['PASSWORD'])}" if known["PASSWORD"] else "")
    return f"postgres://{who}@/{name}?" + urlencode({"host": known["HOST"], "port": known["PORT"]})


def reference_template() -> str:
    """The name of a migrated database with the reference data, made by the first of all runs and workers that asks for it.

    Its name tells what it was made of, so that a changed migration or data file makes another one; the one before goes. On a server of
    somebody's own it is this run's, and gone with it.
    """
    name = f"reference_{_made_of()}" if is_embedded() else REFERENCE
    with _one_at_a_time("reference.lock"):
        if not administer(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            with clone("template0") as draft:
                with connected_to(draft):
                    call_command("migrate", verbosity=0)
                    call_command("load_reference", verbosity=0)
                # Renamed last: a database of this name is complete.
                administer("ALTER DATABASE {} RENAME TO {}", draft, name)
            for (older,) in administer("SELECT datname FROM pg_database WHERE datname LIKE 'reference\\_%'"):
                if older != name:
                    drop(str(older))
    return name


def _made_of() -> str:
    """A digest of the files that decide what a migrated database with the reference data holds."""
    digest = hashlib.sha256()
    folders = [path for app in settings.BASE_DIR.glob("*/apps.py") for path in (app.parent / "migrations", app.parent / "data")]
    for path in sorted([*settings.BASE_DIR.glob("places/*.py"), *settings.BASE_DIR.glob("catalog/*.py"), *_files_of(folders)]):
        digest.update(f"{path.relative_to(settings.BASE_DIR)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:20]


def _files_of(folders: list[Path]) -> list[Path]:
    return [path for folder in folders if folder.is_dir() for path in folder.iterdir() if path.is_file()]


def is_embedded() -> bool:
    """Whether the server is one of the project's own on this machine."""
    return str(connection.settings_dict["HOST"]).startswith("/")


@contextmanager
def _one_at_a_time(name: str) -> Iterator[None]:
    """Hold a lock among the processes that work with the same data folder."""
    lock = os.open(Path(settings.DATA_DIR) / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def demo_template() -> str:
    """The name of the database that holds the demo, made by the first of this run's workers that asks for it."""
    with _one_at_a_time("demo.lock"):
        if not administer(f"SELECT 1 FROM pg_database WHERE datname = '{DEMO}'"):
            connections.close_all()
            with clone(connection.settings_dict["NAME"]) as draft:
                with connected_to(draft):
                    call_command("load_demo", verbosity=0)
                administer("ALTER DATABASE {} RENAME TO {}", draft, DEMO)
    return DEMO


def drop_orphans() -> None:
    """Drop what runs that were killed left behind. Only on servers of this machine: elsewhere a pid tells nothing."""
    if not is_embedded():
        return
    for (name,) in administer("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_ocop\\_%'"):
        found = re.match(r"test_ocop_(\d+)", str(name))
        if found and not Path(f"/proc/{found[1]}").exists():
            drop(str(name))
