"""The databases of tests: clones are complete, apart from each other, and gone afterwards."""

from __future__ import annotations

import os
import subprocess

import psycopg2
import pytest
from django.db import connection

from places.models import Commune, Province
from tests import databases


def test_fresh_database_holds_the_reference_data_and_takes_commits(fresh_db: str) -> None:
    assert (Province.objects.count(), Commune.objects.count()) == (34, 3321)
    Commune.objects.filter(pk=Commune.objects.first().pk).update(name="Xã thử")
    link = psycopg2.connect(fresh_db)
    with link, link.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM places_commune WHERE name = 'Xã thử'")
        assert cursor.fetchone() == (1,)
    link.close()


@pytest.mark.django_db
def test_shared_database_knows_nothing_of_a_clone(django_db_blocker: object) -> None:
    shared = connection.settings_dict["NAME"]
    assert not Commune.objects.filter(name="Xã thử").exists()
    assert f"test_ocop_{os.getpid()}" in shared


def test_clones_and_what_dead_runs_left_are_dropped(fresh_db: str) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    left, ours = f"test_ocop_{ended.pid}_gw0", connection.settings_dict["NAME"]
    databases.administer("CREATE DATABASE {}", left)
    databases.drop_orphans()
    names = {name for (name,) in databases.administer("SELECT datname FROM pg_database")}
    assert left not in names
    assert ours in names


def test_clone_lasts_as_long_as_its_block() -> None:
    with databases.clone("template1") as name:
        assert databases.administer(f"SELECT count(*) FROM pg_database WHERE datname = '{name}'") == [(1,)]
    assert databases.administer(f"SELECT count(*) FROM pg_database WHERE datname = '{name}'") == [(0,)]
