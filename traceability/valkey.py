"""This floor's own line to Valkey: what it asks goes in one round trip, waits for a quarter of a second and not for two, and after a
failure nobody asks again for a second, so that pages stay quick while Valkey is away.

One connection for each thread, from the library `redis` and without its pool: that would connect anew in silence, and whoever
counts has to know that the server may have forgotten something.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from redis.backoff import NoBackoff
from redis.connection import ConnectionPool
from redis.exceptions import RedisError
from redis.retry import Retry

WAIT = 0.25  # seconds, for a connection and for an answer
REST = 1.0  # seconds for which Valkey is not asked after a failure

Command = tuple[str | bytes | int, ...]
_thread = threading.local()


class _Rest:
    """Until when Valkey is left alone, by the monotonic clock of this process."""

    until = 0.0


# Called with a new connection before anything else is asked of it; see `traceability.scans.queue`.
greetings: list[Callable[[], list[Command]]] = []


class AwayError(Exception):
    """Valkey does not answer, or refuses to write. What was asked may have been done all the same."""


def ask(*commands: Command) -> list[Any]:
    """The replies to the commands, which are sent together; bytes, integers, None or lists of these. Raises AwayError."""
    if not commands:
        return []
    if time.monotonic() < _Rest.until:
        raise AwayError
    try:
        return _asked(_connection(), commands)
    except (RedisError, OSError) as error:
        _drop()
        _Rest.until = time.monotonic() + REST
        raise AwayError from error


def forget_failure() -> None:
    """Ask again at once: for tests and benches that know that it is back."""
    _Rest.until = 0.0


def _connection() -> Any:
    known = getattr(_thread, "connection", None)
    if known is not None and _thread.of == settings.SCAN_STORE:
        return known
    pool = ConnectionPool.from_url(
        settings.SCAN_STORE, socket_timeout=WAIT, socket_connect_timeout=WAIT, retry=Retry(NoBackoff(), 0), protocol=2
    )
    made = pool.connection_class(**pool.connection_kwargs)
    made.connect()
    for greeting in greetings:
        _asked(made, greeting())
    _thread.connection, _thread.of = made, settings.SCAN_STORE
    return made


def _asked(connection: Any, commands: list[Command] | tuple[Command, ...]) -> list[Any]:
    connection.send_packed_command(connection.pack_commands(commands), check_health=False)
    return [connection.read_response(disable_decoding=True) for _ in commands]


def _drop() -> None:
    # Replies that nobody read may wait in it: the next to ask must not get them.
    known = getattr(_thread, "connection", None)
    _thread.connection = None
    if known is not None:
        known.disconnect()
