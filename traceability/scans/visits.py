"""Visits: the scans of one thing from one device on one day count as one, and nobody can tell afterwards whose they were.

A visit is a keyed hash of address, browser and the thing scanned: two things that one person scans have nothing in common. The key is
random, made for each local day and kept in Valkey alone, until five minutes past midnight; what it made goes from PostgreSQL then too
(`traceability.scans.nightly`). So visits are a lower bound: people behind one address with one kind of phone are one, and where Valkey
is away there is no key, and the scan is no visit.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from traceability import valkey
from traceability.scans.record import VIETNAM

SALT = "ocop:scans:salt:"
_GRACE = timedelta(minutes=5)  # a request that began before midnight ends within it
# The salt that this process knows: that of one day.
_known: dict[date, bytes] = {}


@cache
def _adapter() -> Any:
    """Knows how far the proxies are trusted; made once, because its class is looked up by name."""
    return get_adapter()


def visit_of(request: HttpRequest, thing: str, day: date) -> bytes | None:
    """16 bytes that are the same for the same device and thing on the same day; None without a salt, or without an address."""
    with suppress(valkey.AwayError, PermissionDenied):
        address = _adapter().get_client_ip(request)
        device = request.META.get("HTTP_USER_AGENT", "")
        asked = "\x00".join((thing, address, device)).encode(errors="surrogateescape")
        return hashlib.blake2b(asked, key=_salt(day), digest_size=16).digest()
    return None


def count_under(request: HttpRequest, name: str, span: int, day: date) -> str:
    """The name of a counter of what comes from the request's address; whose it was, nobody can tell once the day's key is gone.

    `span` numbers the minute or hour that is counted. Raises AwayError, and PermissionDenied without an address.
    """
    asked = f"{span}\x00{_adapter().get_client_ip(request)}"
    return f"{name}:{span}:{hashlib.blake2b(asked.encode(), key=_salt(day), digest_size=12).hexdigest()}"


def _salt(day: date) -> bytes:
    """The day's salt; whoever asks first makes it. A process keeps it for as long as the day lasts. Raises AwayError."""
    # Asked once: another thread may let go of it at midnight.
    known = _known.get(day)
    if known is not None:
        return known
    until = datetime.combine(day, datetime.min.time(), VIETNAM) + timedelta(days=1) + _GRACE
    name = f"{SALT}{day}"
    _made, salt = valkey.ask(("SET", name, os.urandom(32), "NX", "EXAT", int(until.timestamp())), ("GET", name))
    if salt is None:  # asked for a day that is over
        raise valkey.AwayError
    _known.clear()
    _known[day] = salt
    return bytes(salt)


def forget_salt() -> None:
    """Let go of the salt that this process knows."""
    _known.clear()
