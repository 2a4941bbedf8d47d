"""After scans by a device that can be recognised, nothing in the database, in Valkey, in its files or in a log tells of it."""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from redis import Redis

from ocop_portal.embedded.binaries import installed
from tests.traceability.scanning import packs
from traceability import valkey
from traceability.codes.paths import code_path, lot_path
from traceability.models import DayVisit
from traceability.resolver import guessing
from traceability.scans import queue

# How what is held under a key is read, by its kind.
READ = {
    b"string": lambda key: ("GET", key),
    b"list": lambda key: ("LRANGE", key, 0, -1),
    b"set": lambda key: ("SMEMBERS", key),
    b"zset": lambda key: ("ZRANGE", key, 0, -1),
    b"hash": lambda key: ("HGETALL", key),
    b"none": lambda key: ("GET", key),  # gone since it was listed
}
ADDRESS, DEVICE, COOKIE, REFERRER = "203.0.113.77", "Thiet-bi-7f0d5e2b", "cookie-51c9ae70", "nguon-8842bd1c.example"


def sought() -> list[bytes]:
    """What must not be found: the words, and their plain hashes, as bytes, in hex and as PostgreSQL's dump writes bytes."""
    found = [word.encode() for word in (ADDRESS, DEVICE, COOKIE, REFERRER)]
    for word in (ADDRESS, DEVICE, COOKIE):
        for name in ("md5", "sha1", "sha256", "blake2b"):
            digest = hashlib.new(name, word.encode()).digest()
            found += [digest, digest.hex().encode(), digest[:16], digest[:16].hex().encode()]
    return found


def dump() -> bytes:
    """The whole database as text."""
    known = connection.settings_dict
    program = installed().postgres.with_name("pg_dump")
    command = [program, "--host", known["HOST"], "--port", known["PORT"], "--username", known["USER"], known["NAME"]]
    return subprocess.run([str(part) for part in command], check=True, capture_output=True).stdout


def in_valkey() -> bytes:
    """Every key of every database of the server, with what it holds."""
    told: list[bytes] = []
    for number in range(16):
        with Redis.from_url(re.sub(r"(\?db=|/)\d+$", "", settings.SCAN_STORE) + f"?db={number}") as client:
            for key in client.scan_iter(count=1000):
                told += [key, *flat(client.execute_command(*READ[client.type(key)](key)))]
    return b"\n".join(told)


def flat(reply: object) -> list[bytes]:
    """The bytes of a reply, however it is nested."""
    if isinstance(reply, bytes):
        return [reply]
    parts = [*reply.items()] if isinstance(reply, dict) else reply
    return [found for part in parts for found in flat(part)] if isinstance(parts, list | tuple | set) else []


def files() -> Iterator[tuple[str, bytes]]:
    """The logs of both servers, and what Valkey wrote of its keys."""
    folder = Path(settings.DATA_DIR)
    for pattern in ("log/*.log*", "valkey/**/*.aof", "valkey/**/*.rdb"):
        for path in folder.glob(pattern):
            yield str(path), path.read_bytes()


def test_nothing_is_kept_of_who_scanned(fresh_db: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "ALLOWED", 2)
    caplog.set_level("DEBUG")
    (code,) = packs()
    client = Client(REMOTE_ADDR=ADDRESS, HTTP_X_FORWARDED_FOR=ADDRESS, HTTP_USER_AGENT=DEVICE, HTTP_REFERER=f"https://{REFERRER}/")
    client.cookies["ma-thiet-bi"] = COOKIE
    for path in (code_path(code), lot_path(code.lot), f"/en/trace{code_path(code)}"):
        answer = client.get(path)
        assert answer.status_code == 200
        # Nothing is left with the reader either.
        assert answer.cookies == {}
    statuses = [client.get(f"/t/000000000000{number}").status_code for number in range(4)]
    assert statuses == [404, 404, 404, 429]
    # While scans wait, and once they are written.
    waiting = in_valkey()
    assert queue.drain() == 3
    assert DayVisit.objects.count() == 2
    text = dump()
    assert code.serial.encode() in text  # so it is the database that was looked through
    assert b"ocop:scans:waiting" in waiting
    connection.close()  # a closed connection logs that it is
    valkey.ask(("PING",))
    places = {"database": text, "Valkey, waiting": waiting, "Valkey, written": in_valkey(), "log": caplog.text.encode(), **dict(files())}
    assert [(place, word) for place, text in places.items() for word in sought() if word in text] == []
    cache.clear()
