"""Servers of one's own, as the fault tests and benches use them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import psycopg2
import pytest
import redis

from ocop_portal.embedded import EmbeddedError, scratch_servers

from .service_clients import processes_naming, wait_for


def test_what_was_committed_survives_a_kill_and_the_folder_goes_at_the_end() -> None:
    with scratch_servers() as servers:
        connection = psycopg2.connect(servers.endpoints.database_url)
        with connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE kept (n int); INSERT INTO kept SELECT generate_series(1, 1000)")
        client = redis.Redis.from_url(servers.endpoints.redis_url)
        client.set("kept", "yes")
        servers.kill_postgres()
        servers.kill_valkey()
        with pytest.raises(psycopg2.OperationalError):
            psycopg2.connect(servers.endpoints.database_url)
        servers.start_postgres()
        servers.start_valkey()
        connection = psycopg2.connect(servers.endpoints.database_url)
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM kept")
            assert cursor.fetchone() == (1000,)
        assert redis.Redis.from_url(servers.endpoints.redis_url).get("kept") == b"yes"
        connection.close()
        servers.restart_postgres()
        folder = servers.data_dir
    assert not folder.parent.exists()
    assert not processes_naming(str(folder))


def test_vietnamese_letters_are_letters_for_search_and_for_capitals() -> None:
    with scratch_servers() as servers:
        connection = psycopg2.connect(servers.endpoints.database_url)
        with connection, connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION unaccent; CREATE EXTENSION pg_trgm")
            cursor.execute(
                "SELECT unaccent('Đặc sản Thái Nguyên'), upper('đặc sản'), similarity('chè đặc sản', 'CHÈ ĐẶC SẢN'), similarity('ặ', 'ữ')"
            )
            assert cursor.fetchone() == ("Dac san Thai Nguyen", "ĐẶC SẢN", 1.0, 0.0)
            cursor.execute("SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'ocop'")
            assert cursor.fetchone() == ("b", "C.UTF-8", "UTF8")
        connection.close()


@pytest.mark.parametrize(("fast", "expected"), [(True, ("off", "on", "no")), (False, ("on", "on", "everysec"))])
def test_only_servers_for_tests_run_without_fsync(fast: bool, expected: tuple[str, str, str]) -> None:
    with scratch_servers(fast=fast) as servers:
        connection = psycopg2.connect(servers.endpoints.database_url)
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit'), current_setting('listen_addresses')")
            fsync, commit, addresses = cursor.fetchone()
        connection.close()
        client = redis.Redis.from_url(servers.endpoints.redis_url)
        config = client.config_get("append*")
        assert (fsync, commit, config["appendfsync"]) == expected
        assert (addresses, config["appendonly"], client.config_get("port")["port"]) == ("", "yes", "0")


def test_a_strangers_process_id_in_the_lock_files_does_not_stop_a_start() -> None:
    with scratch_servers() as servers:
        servers.stop()
        # A machine that lost power: its process ids belong to others now, this one to us.
        folder = servers.postgres.folder
        (folder / "postmaster.pid").write_text(f"{os.getpid()}\n{folder}\n0\n5432\n{servers.endpoints.socket_dir}\n\n")
        socket = Path(servers.endpoints.database["HOST"]) / ".s.PGSQL.5432.lock"
        socket.write_text(f"{os.getpid()}\n{folder}\n0\n5432\n{socket.parent}\n")
        servers.start()
        assert servers.postgres.answers()


def test_a_half_made_cluster_is_made_anew() -> None:
    with scratch_servers() as servers:
        servers.stop()
        folder = servers.postgres.folder
        shutil.rmtree(folder)
        half = folder.with_name("postgres.half")
        half.mkdir()
        (half / "PG_VERSION").write_text("18\n")
        servers.start()
        assert servers.postgres.answers()
        assert not half.exists()


def test_a_start_that_fails_stops_what_had_started() -> None:
    with scratch_servers() as servers:
        servers.stop()
        manifest = next((servers.valkey.folder / "appendonlydir").glob("*.manifest"))
        manifest.write_text("not a manifest\n")
        with pytest.raises(EmbeddedError, match=r"Valkey did not start \(exit status 1\)"):
            servers.start()
        wait_for(lambda: not processes_naming(str(servers.postgres.folder)))
