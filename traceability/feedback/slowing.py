"""Whoever sends feedback by the hundred is made to wait.

As with guessed codes nothing about anybody is stored: a counter under a keyed hash that holds for one hour, in Valkey alone.
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

# Forms an hour from one connection: a shop's customers behind one address do not complain so often.
ALLOWED = 30
_HOUR = 3600


def may_send(request: HttpRequest) -> bool:
    """Count a form that was sent; False where too many came from there within this hour. With Valkey away nothing is counted."""
    asked = f"{int(time.time()) // _HOUR}:{get_adapter(request).get_client_ip(request)}"
    counter = "feedback-sent:" + hmac.new(settings.SECRET_KEY.encode(), asked.encode(), hashlib.sha256).hexdigest()[:24]
    with suppress(RedisError, OSError, ValueError):
        cache.add(counter, 0, timeout=2 * _HOUR)
        return int(cache.incr(counter)) <= ALLOWED
    return True
