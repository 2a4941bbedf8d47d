"""Where scans wait for PostgreSQL: a list in Valkey, filled by requests and emptied by a worker every few seconds.

A request hands its scan over in one round trip. With Valkey away it writes the scan into PostgreSQL itself. Nothing that goes wrong
here reaches the page.

Valkey writes its append-only file before it answers, unless that file is just being flushed to the disk: what it took in such a moment
(a second at most) is gone if it is killed before the next. So each process keeps what it handed over in the last seconds, and hands it
over again when it finds the connection broken: the ids are unique, twice is once. What a power cut takes is the last second.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError

from traceability import valkey
from traceability.scans.record import NoRecordError, Record, packed, unpacked
from traceability.scans.writing import write_scans

log = logging.getLogger(__name__)
WAITING = "ocop:scans:waiting"
BATCH = 5_000  # scans in one transaction
_DOUBTFUL = 3.0  # seconds: Valkey puts off a write for two at most
_doubtful: deque[tuple[float, bytes]] = deque(maxlen=50_000)
_lock = threading.Lock()
# Cuts off what was written; only while its first and its last record stand where they stood, so that of two workers at once none
# cuts twice. The first alone does not say so: a process that handed over again puts its records there once more, without those of
# others that stood between them.
_CUT = """
if redis.call('LINDEX', KEYS[1], 0) == ARGV[1] and redis.call('LINDEX', KEYS[1], ARGV[3] - 1) == ARGV[2] then
  return redis.call('LTRIM', KEYS[1], ARGV[3], -1)
end
return false
"""


def hand_over(record: Record, *more: valkey.Command) -> list[Any] | None:
    """Leave the scan to the worker; the replies to `more` of what Valkey was asked besides, None where it is away. Raises nothing."""
    waiting = packed(record)
    try:
        _pushed, *replies = valkey.ask(("RPUSH", WAITING, waiting), *more)
    except valkey.AwayError:
        _write_here(record)
        return None
    now = time.monotonic()
    with _lock:
        _doubtful.append((now, waiting))
        while _doubtful[0][0] < now - _DOUBTFUL:
            _doubtful.popleft()
    return replies


def drain() -> int:
    """Write what waits into PostgreSQL, batch by batch; how many scans were new. With Valkey away nothing happens.

    A batch is cut off the list when it is committed: killed in between, it is written again, and counts once.
    """
    written = 0
    try:
        while waiting := valkey.ask(("LRANGE", WAITING, 0, BATCH - 1))[0]:
            written += write_scans(scans=_read(waiting))
            cut(waiting)
            if len(waiting) < BATCH:
                break
    except valkey.AwayError:
        log.warning("Valkey is away: scans wait there until it is back")
    return written


def cut(waiting: Sequence[bytes]) -> None:
    """Take these off the head of the list, unless another worker did. Raises AwayError."""
    valkey.ask(("EVAL", _CUT, 1, WAITING, waiting[0], waiting[-1], len(waiting)))


def forget_waiting() -> None:
    """Throw away what waits: for a portal that is emptied, and counts from the beginning."""
    with _lock:
        _doubtful.clear()
    try:
        valkey.ask(("DEL", WAITING))
    except valkey.AwayError:
        log.warning("Valkey is away: scans of what was emptied wait there")


def _read(waiting: Sequence[bytes]) -> list[Record]:
    records = []
    for text in waiting:
        try:
            records.append(unpacked(text))
        except NoRecordError:
            log.error("what waited among the scans is none, and is left out: %r", text[:200])
    return records


def _write_here(record: Record) -> None:
    with _lock:
        doubtful = [text for _at, text in _doubtful]
        _doubtful.clear()
    try:
        write_scans(scans=[*_read(doubtful), record])
    except DatabaseError as error:
        log.error("a scan is lost: neither Valkey nor PostgreSQL takes it (%s)", type(error).__name__)
        with _lock:
            _doubtful.extend((time.monotonic(), text) for text in doubtful)


def _again() -> list[valkey.Command]:
    """What a new connection is told first."""
    with _lock:
        return [("RPUSH", WAITING, *(text for _at, text in _doubtful))] if _doubtful else []


valkey.greetings.append(_again)
