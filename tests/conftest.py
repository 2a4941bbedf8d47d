"""What every test may use: a database with places and OCOP groups, databases to commit in, and people of each role.

| fixture | what it is |
|---|---|
| `db` | pytest-django's: the shared database, rolled back after the test. The quick one; take it wherever it will do |
| `fresh_db` | a database of its own that holds the reference data; the test may commit |
| `demo_db` | a database of its own that holds the demo; the test may commit |
| `demo` | the same for a whole module whose tests only read |
| `world` | the two provinces of `tests/world.py`, for all modules whose tests only read |
| `people` | one user of each role, in `db` |

These databases give their DATABASE_URL, for other processes. Makers of everything else: `tests/builders.py`, `tests/order_builders.py`.
"""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, connections
from django.test.utils import setup_databases, teardown_databases
from django.utils import translation
from hypothesis import HealthCheck, settings

from tests import builders, databases, sms
from tests.roles import People
from tests.world import World, make_world
from traceability.scans import queue, visits

# How long examples take to make tells how busy the machine is, and nothing of what is tried.
settings.register_profile("portal", suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("portal")


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any) -> Iterator[None]:
    """The test database, with the reference data: provinces, communes, OCOP groups and sets.

    In the place of pytest-django's own, which makes no database for tests that work in clones of it.
    """
    with django_db_blocker.unblock():
        databases.drop_orphans()
        connection.settings_dict["TEST"]["TEMPLATE"] = databases.reference_template()
        made = setup_databases(verbosity=0, interactive=False, aliases={"default"}, serialized_aliases=set())
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """No test sees what another one cached, or counts the scans that another one left waiting."""
    cache.clear()
    queue.forget_waiting()
    visits.forget_salt()


@pytest.fixture(autouse=True)
def _no_text_messages() -> None:
    """No test finds the text messages of another one."""
    sms.outbox.clear()
    sms.broken.clear()


@pytest.fixture(autouse=True)
def _vietnamese() -> None:
    """No test speaks the language of the page that another one asked for: the test client leaves it active."""
    translation.activate("vi")


@pytest.fixture
def fresh_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """Work in a database of this test's own; its DATABASE_URL."""
    with django_db_blocker.unblock():
        connections.close_all()
        with databases.clone(connection.settings_dict["NAME"]) as name, databases.connected_to(name):
            yield databases.address_of(name)


@pytest.fixture
def demo_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """Work in a database of this test's own that holds the demo; its DATABASE_URL."""
    with django_db_blocker.unblock(), databases.clone(databases.demo_template()) as name, databases.connected_to(name):
        yield databases.address_of(name)


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """Work in one database that holds the demo, for all tests of a module: they only read; its DATABASE_URL."""
    with django_db_blocker.unblock(), databases.clone(databases.demo_template()) as name, databases.connected_to(name):
        yield databases.address_of(name)


@pytest.fixture(scope="session")
def world_made(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[str, World]]:
    """The database of `world` and what is in it, made once for all modules."""
    connections.close_all()
    with databases.clone(connection.settings_dict["NAME"]) as name:
        with django_db_blocker.unblock(), databases.connected_to(name):
            made = make_world()
        yield name, made


@pytest.fixture(scope="module")
def world(world_made: tuple[str, World], django_db_blocker: Any) -> Iterator[World]:
    """Work in the database that holds the two provinces of `tests/world.py`: whoever works there only reads."""
    name, made = world_made
    with django_db_blocker.unblock(), databases.connected_to(name):
        yield made


@pytest.fixture
def people(db: None) -> People:
    """One user of each role, of Gia Lai; the cooperative's member belongs to the producer `HTX-GL`."""
    return People.of(builders.producer("HTX-GL"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first: one that is begun last runs alone, while the other workers have nothing left to do.

    They are not traced, which takes a quarter of their time: what they drive at length, quick tests reach as well.
    """
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker("no_cover")


def pytest_collection_finish() -> None:
    """Look for unreachable circles less often, and never again among what the tests are made of: 2 to 6 % of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Drop the demo's database, and what was collected for its servers, once every worker is done."""
    if not hasattr(session.config, "workerinput") and session.testscollected:
        databases.drop(databases.DEMO)
        databases.drop(databases.REFERENCE)
        shutil.rmtree(databases.static_folder(), ignore_errors=True)
