"""Whoever tries codes by the thousand is made to wait.

Serials have 65 random bits: guessing finds none. This keeps the tries from costing much, and stores nothing about anybody: a counter
under a keyed hash that holds for one minute, in Valkey alone, gone two minutes later. With Valkey away nothing is counted.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from contextlib import suppress

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

# Unknown codes a minute. A shop's customers behind one address do not mistype so often.
ALLOWED = 60
_KEPT = 120


def _counter(request: HttpRequest) -> str:
    asked = f"{int(time.time()) // 60}:{get_adapter(request).get_client_ip(request)}"
    return "unknown-codes:" + hmac.new(settings.SECRET_KEY.encode(), asked.encode(), hashlib.sha256).hexdigest()[:24]


def is_guessing(request: HttpRequest) -> bool:
    """Whether more unknown codes came from there within this minute than anybody mistypes."""
    with suppress(RedisError, OSError):
        return int(cache.get(_counter(request), 0)) > ALLOWED
    return False


def count_unknown(request: HttpRequest) -> None:
    """Remember, for two minutes, that an unknown code came from there."""
    with suppress(RedisError, OSError, ValueError):
        counter = _counter(request)
        cache.add(counter, 0, timeout=_KEPT)
        cache.incr(counter)
