"""Whoever sends feedback by the hundred is made to wait.

As with guessed codes nothing about anybody is stored: a counter of one hour under a hash with the day's key, in Valkey alone.
"""

from __future__ import annotations

import time
from contextlib import suppress

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from traceability import valkey
from traceability.scans.visits import count_under

# Forms an hour from one connection: a shop's customers behind one address do not complain so often.
ALLOWED = 30
_HOUR = 3600


def may_send(request: HttpRequest) -> bool:
    """Count a form that was sent; False where too many came from there within this hour. With Valkey away nothing is counted."""
    with suppress(valkey.AwayError, PermissionDenied):
        counter = count_under(request, "ocop:feedback-sent", int(time.time()) // _HOUR, timezone.localdate())
        sent, _kept = valkey.ask(("INCR", counter), ("EXPIRE", counter, 2 * _HOUR))
        return int(sent) <= ALLOWED
    return True
