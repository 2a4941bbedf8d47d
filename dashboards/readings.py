"""Readings: which state of the figures a page shows, so that page, exports, charts and API say the same.

A reading is the number of the newest snapshot of the figures and the time at which it was read. A board computes its rows in one
REPEATABLE READ transaction that also reads this number, and the rows are kept for a day under (query, reading). So
`?reading=TOKEN` gives an export the very rows of the page it was opened from, also while orders come in.

    answer = read(Query.of("product_list", province="96", commune=None, period=period), compute, token=request.GET.get("reading"))
    answer.rows; answer.reading.at; answer.replaced  # True: the reading asked for is gone, these rows are of a new one
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache as once
from hashlib import sha256
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

Rows = TypeVar("Rows")
Found = TypeVar("Found")

# A board reads some thousand cells: to compile for them, or to start workers, takes longer than to read them.
BEGIN = """
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SET LOCAL max_parallel_workers_per_gather = 0;
SET LOCAL jit = off
"""
REUSED_FOR = timedelta(seconds=60)
KEPT_FOR = timedelta(days=1)
CURRENT = "reading:current"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TOKEN = re.compile(r"(\d{1,15})-(\d{1,16})", re.ASCII)
# Valkey away or not answering: boards are computed directly then, pages still answer.
_CACHE_AWAY = (RedisError, OSError)


@dataclass(frozen=True)
class Reading:
    """A state of the figures: the snapshot's number (0 before the first fold) and the time it was read (aware)."""

    number: int
    at: datetime

    @property
    def token(self) -> str:
        """The reading as it stands in addresses: `184-1795241100123456` (number, microseconds since 1970)."""
        return f"{self.number}-{(self.at - _EPOCH) // timedelta(microseconds=1)}"

    @property
    def day(self) -> date:
        """The local day of the reading: what "today" means on its pages."""
        return timezone.localdate(self.at)

    @classmethod
    def parse(cls, token: str) -> Reading | None:
        """The reading of a token; None for anything else."""
        found = _TOKEN.fullmatch(token)
        return cls(int(found[1]), _EPOCH + timedelta(microseconds=int(found[2]))) if found else None

    def covers(self, seen: Reading) -> bool:
        """Whether rows read at `seen` may carry this reading: the same snapshot, within 60 s, on the same local day."""
        return self.number == seen.number and abs(seen.at - self.at) < REUSED_FOR and self.day == seen.day


@dataclass(frozen=True)
class Query:
    """What was asked of a board: its name and everything its rows depend on, the reader's territory included.

    Never the language: rows hold both names of a thing and are worded when shown.
    """

    board: str
    parameters: tuple[tuple[str, Any], ...]

    @classmethod
    def of(cls, board: str, **parameters: Any) -> Query:
        """A query from plain values: text, numbers, days, None, and tuples or frozen dataclasses of these; else TypeError."""
        for name, value in parameters.items():
            _demand_plain(name, value)
        return cls(board, tuple(sorted(parameters.items())))

    def key(self, reading: Reading) -> str:
        """Under which the rows of this query at `reading` are kept."""
        digest = sha256(repr(self.parameters).encode()).hexdigest()[:32]
        return f"rows:{_code()}:{self.board}:{digest}:{reading.token}"


@dataclass(frozen=True)
class Answer(Generic[Rows]):
    """A board's rows with their reading; `replaced` where another reading was asked for, whose rows are gone."""

    rows: Rows
    reading: Reading
    replaced: bool = False


def read(query: Query, compute: Callable[[Reading], Rows], *, token: str | None = None) -> Answer[Rows]:
    """The rows of `query`: those kept for the reading asked for, else for the current one, else computed now.

    `compute` is called inside the transaction with the reading its rows will carry, and returns plain data (frozen dataclasses,
    tuples, dicts, numbers, text). Where the caller is in a transaction already, rows are read in that one.
    """
    return read_and_reckon(query, compute, lambda rows: rows, token=token)


def read_and_reckon(
    query: Query, compute: Callable[[Reading], Found], reckon: Callable[[Found], Rows], *, token: str | None = None
) -> Answer[Rows]:
    """As `read`, of a board whose rows take long to reckon from what was read: `reckon` is called after the transaction has ended."""
    asked = Reading.parse(token) if token else None
    if asked is not None:
        found, rows = _kept(query, asked)
        if found:
            return Answer(rows, asked)
    current = current_reading()
    if current is not None and current != asked:
        found, rows = _kept(query, current)
        if found:
            return Answer(rows, current, replaced=bool(token))
    with one_state():
        seen = observe()
        # A fold may have committed since `current` was read. Then the label would be untrue, and a new reading begins.
        reading = current if current is not None and current.covers(seen) else seen
        computed = compute(reading)
    if reading is seen and (current is None or current.number <= seen.number):
        _set_current(seen)
    return Answer(_keep(query, reading, reckon(computed)), reading, replaced=bool(token) and reading != asked)


def read_beside(query: Query, compute: Callable[[Reading], Rows], reading: Reading) -> Rows:
    """What is said beside the rows of a reading: read once, by whichever of its forms is first, and kept under it for all of them.

    It may be of a later state by as much as that took. With the reading's own rows it would be read in each query again.
    """
    found, rows = _kept(query, reading)
    if found:
        return cast(Rows, rows)
    with one_state():
        computed = compute(reading)
    return _keep(query, reading, computed)


def current_reading() -> Reading | None:
    """The reading that pages share now; None where there is none or it is older than 60 s or of yesterday."""
    try:
        reading: Reading | None = cache.get(CURRENT)
    except _CACHE_AWAY as error:
        log.warning("no current reading, the cache is away: %s", error)
        return None
    now = timezone.now()
    return reading if reading is not None and reading.covers(Reading(reading.number, now)) else None


def observe() -> Reading:
    """The newest snapshot as the running transaction sees it, at the time of this statement."""
    with connection.cursor() as cursor:
        # statement_timestamp() is taken before the transaction's snapshot: whatever was committed by then is in the rows.
        cursor.execute("SELECT coalesce(max(number), 0), statement_timestamp() FROM orders_snapshot")
        number, at = cursor.fetchone()
    return Reading(number, at)


@contextmanager
def one_state() -> Iterator[None]:
    """One REPEATABLE READ, read-only transaction; within a caller's transaction, that one."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(BEGIN)
        yield


def _kept(query: Query, reading: Reading) -> tuple[bool, Any]:
    try:
        # In a tuple, because rows may be None or empty.
        kept = cache.get(query.key(reading))
    except _CACHE_AWAY as error:
        log.warning("%s is computed, the cache is away: %s", query.board, error)
        return False, None
    return (True, kept[0]) if kept is not None else (False, None)


def _keep(query: Query, reading: Reading, rows: Rows) -> Rows:
    """Keep the rows and return those kept: of two that computed the same at once, the first one's, for both."""
    key = query.key(reading)
    try:
        if cache.add(key, (rows,), timeout=KEPT_FOR.total_seconds()):
            return rows
        kept = cache.get(key)
    except _CACHE_AWAY as error:
        log.warning("%s is not kept, the cache is away: %s", query.board, error)
        return rows
    return kept[0] if kept is not None else rows


def _set_current(reading: Reading) -> None:
    try:
        cache.set(CURRENT, reading, timeout=REUSED_FOR.total_seconds())
    except _CACHE_AWAY as error:
        log.warning("the reading is not shared, the cache is away: %s", error)


@once
def _code() -> str:
    """Names the code of this floor: rows that an older release kept may have another shape."""
    digest = sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _demand_plain(name: str, value: Any) -> None:
    if isinstance(value, tuple):
        for part in value:
            _demand_plain(name, part)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            _demand_plain(f"{name}.{field.name}", getattr(value, field.name))
    elif not (value is None or isinstance(value, str | int | float | date)):
        raise TypeError(f"{name}: a query is made of plain values, not of {type(value).__name__}")
