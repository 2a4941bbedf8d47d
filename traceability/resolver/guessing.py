"""Whoever tries codes by the thousand is made to wait.

Serials have 65 random bits: guessing finds none. This keeps the tries from costing much, and stores nothing about anybody: a counter
of one minute under a hash with the day's key (`scans.visits`), in Valkey alone, gone two minutes later. A process that saw too many
remembers it for that minute, so that a good code costs no question. With Valkey away nothing is counted.
"""

from __future__ import annotations

import time
from contextlib import suppress

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from traceability import valkey
from traceability.scans.visits import count_under

# Unknown codes a minute. A shop's customers behind one address do not mistype so often.
ALLOWED = 60
_KEPT = 120
# Counters that ran over, as this process saw them; all of one minute.
_over: set[str] = set()


def _counter(request: HttpRequest) -> str:
    return count_under(request, "ocop:unknown-codes", int(time.time()) // 60, timezone.localdate())


def is_guessing(request: HttpRequest) -> bool:
    """Whether more unknown codes came from there within this minute than anybody mistypes."""
    if not _over:
        return False
    with suppress(valkey.AwayError, PermissionDenied):
        return _counter(request) in _over
    return False


def count_unknown(request: HttpRequest) -> None:
    """Remember, for two minutes, that an unknown code came from there."""
    with suppress(valkey.AwayError, PermissionDenied):
        counter = _counter(request)
        tries, _kept = valkey.ask(("INCR", counter), ("EXPIRE", counter, _KEPT))
        if tries > ALLOWED:
            minute = counter.rpartition(":")[0]
            _over.difference_update([other for other in _over if not other.startswith(minute)])
            _over.add(counter)
