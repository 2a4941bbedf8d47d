"""A portal of a bench's own: servers, schema and reference data in a scratch folder, gone at the end."""

from __future__ import annotations

import logging
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocop_portal.embedded import Servers

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


@contextmanager
def portal() -> Iterator[Servers]:
    """PostgreSQL and Valkey with the settings of `make run` (durable), migrated, with places and OCOP groups; Django set up."""
    from ocop_portal.embedded import scratch_servers

    with scratch_servers(fast=False) as servers:
        os.environ["DATABASE_URL"] = servers.endpoints.database_url
        os.environ["REDIS_URL"] = servers.endpoints.redis_url
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocop_portal.settings")
        import django
        from django.core.management import call_command
        from django.db import connections

        django.setup()
        logging.disable(logging.INFO)
        call_command("migrate", verbosity=0)
        call_command("load_reference", verbosity=0)
        try:
            yield servers
        finally:
            connections.close_all()


def seconds(action: Callable[[], object]) -> float:
    """How long one call takes by the wall clock."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def interleaved(
    actions: dict[str, Callable[[], object]], *, rounds: int, before: dict[str, Callable[[], object]] | None = None
) -> dict[str, float]:
    """The median seconds of each action over `rounds` rounds in which all take turns, so that a slow moment hits them alike.

    What is to be done `before` an action is not measured.
    """
    times: dict[str, list[float]] = {name: [] for name in actions}
    for turn in range(1, rounds + 1):
        for name, action in actions.items():
            if before and name in before:
                before[name]()
            times[name].append(seconds(action))
        print(f"round {turn}: " + ", ".join(f"{name} {taken[-1]:.2f} s" for name, taken in times.items()), flush=True)
    return {name: statistics.median(taken) for name, taken in times.items()}


@contextmanager
def connected(name: str) -> Iterator[None]:
    """Work in that database of the server."""
    from django.db import connection

    known = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = known


def address() -> str:
    """The DATABASE_URL of the database at hand, for another process."""
    from django.db import connection

    from ocop_portal.embedded.endpoints import DATABASE

    return os.environ["DATABASE_URL"].replace(f"///{DATABASE}?", f"///{connection.settings_dict['NAME']}?")


def administer(statement: str) -> None:
    """Run a statement in the server's maintenance database."""
    from django.db import connection

    with connected("postgres"), connection.cursor() as cursor:
        cursor.execute(statement)
