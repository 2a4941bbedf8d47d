"""Databases beside the one that tests share: clones in which a test may commit, and the one that holds the demo.

`db` tests are rolled back. A test that needs committed rows (other processes, other connections) works in a clone of a template
database instead, dropped afterwards; emptying tables is no way, the ledger refuses it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from psycopg2 import sql

from ocop_portal.embedded.binaries import installed
from tests.measuring import unmeasured

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
    with one_at_a_time("reference.lock"):
        if not administer(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            with clone("template0") as draft:
                _manage(draft, "migrate")
                with connected_to(draft):
                    call_command("load_reference", verbosity=0)
                    _analyze()
                # Renamed last: a database of this name is complete.
                administer("ALTER DATABASE {} RENAME TO {}", draft, name)
            for (older,) in administer("SELECT datname FROM pg_database WHERE datname LIKE 'reference\\_%'"):
                if older != name:
                    drop(str(older))
    return name


def _manage(name: str, command: str) -> None:
    """A command of `manage.py` over database `name`, in a process of its own.

    Coverage would look at each of the millions of lines that Django runs for migrations and the demo's rows; no line of a migration is
    measured, and those of the demo are where it is loaded anew.
    """
    environment = unmeasured() | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": address_of(name),
        "REDIS_URL": settings.REDIS_URL,
    }
    subprocess.run([sys.executable, "manage.py", command, "--verbosity=0"], cwd=settings.BASE_DIR, env=environment, check=True)


def _analyze() -> None:
    """What autovacuum would do, which is off in the tests' own servers."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def copy_nearly_all(address: str) -> None:
    """Copy the tables of the shared database to the database of that address, all but the newest and the reference data.

    What is left to do to those that migrate and load takes seconds; that all tables come from nothing is what the reference database is
    made by.
    """
    programs = installed().postgres.parent
    empty = [f"--exclude-table-data={pattern}" for pattern in ("places_*", "catalog_ocop*")]
    dump = [programs / "pg_dump", "--no-owner", "--no-privileges", "--exclude-table=django_session", *empty]
    name = address_of(connection.settings_dict["NAME"])
    made = subprocess.run([*dump, name], capture_output=True, check=True).stdout
    made += b"DELETE FROM public.django_migrations WHERE app = 'sessions';"
    subprocess.run([programs / "psql", "--quiet", "--set=ON_ERROR_STOP=1", address], input=made, stdout=subprocess.DEVNULL, check=True)


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
def one_at_a_time(name: str) -> Iterator[None]:
    """Hold a lock among the processes that work with the same data folder."""
    lock = os.open(Path(settings.DATA_DIR) / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def demo_template() -> str:
    """The name of the database that holds the demo, made by the first of this run's workers that asks for it."""
    with one_at_a_time("demo.lock"):
        if not administer(f"SELECT 1 FROM pg_database WHERE datname = '{DEMO}'"):
            connections.close_all()
            with clone(connection.settings_dict["NAME"]) as draft:
                _manage(draft, "load_demo")
                with connected_to(draft):
                    _analyze()
                administer("ALTER DATABASE {} RENAME TO {}", draft, DEMO)
    return DEMO


def static_folder() -> Path:
    """Where this run's style sheets and scripts are collected; it goes with the run's databases."""
    return Path(settings.DATA_DIR) / f"static-{RUN}"


def drop_orphans() -> None:
    """Drop what runs that were killed left behind. Only on servers of this machine: elsewhere a pid tells nothing."""
    if not is_embedded():
        return
    for (name,) in administer("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_ocop\\_%'"):
        if _is_over(r"test_ocop_(\d+)", str(name)):
            drop(str(name))
    for folder in Path(settings.DATA_DIR).glob("static-*"):
        if _is_over(r"static-(\d+)", folder.name):
            shutil.rmtree(folder, ignore_errors=True)


def _is_over(pattern: str, name: str) -> bool:
    """Whether the run whose pid stands in the name has ended."""
    found = re.match(pattern, name)
    return found is not None and not Path(f"/proc/{found[1]}").exists()


@contextmanager
def on_top_of(name: str) -> Iterator[None]:
    """Let the thread work in database `name`, on a connection of its own; everything that it does there is taken back at the end."""
    shared = connections["default"]
    link = shared.copy()
    link.settings_dict = shared.settings_dict | {"NAME": name}
    connections["default"] = link
    whole = transaction.atomic()
    # As Django's own tests do: what must be the outermost transaction may stand within this one.
    whole._from_testcase = True
    try:
        with whole:
            yield
            transaction.set_rollback(True)
    finally:
        link.close()
        connections["default"] = shared
