"""Signed messages: who sent them is proved by a signature over time and body, each is taken once, and only while it is fresh."""

from __future__ import annotations

import hashlib
import re
import time
from datetime import timedelta

from orders.feeds.keys import signer_of
from orders.feeds.models import ShopKey

FRESH = timedelta(minutes=5)
"""How far a message's time may be from ours, either way. What is older cannot come again, so signatures kept longer need no look."""

_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)
_SIGNATURE = re.compile(r"v1=([0-9a-f]{64})")
MOST_SIGNATURES = 5


class NotSignedError(Exception):
    """The message has no valid signature, whyever."""


class StaleError(Exception):
    """The message is signed for another time than now, or does not say when it was."""


def look_at_time(timestamp: str) -> None:
    """Raises StaleError, before anything is read."""
    if not _SECONDS.fullmatch(timestamp) or abs(time.time() - int(timestamp)) > FRESH.total_seconds():
        raise StaleError


def signed_by(*, shop_code: str, timestamp: str, signature: str, body: bytes) -> tuple[ShopKey, str]:
    """The shop's key that signed `timestamp.body`, and the name of the call, which no other message has. Raises NotSignedError.

    `signature`: `v1=` and the HMAC-SHA256 in hexadecimal; several, parted by commas, while a sender changes its secret.
    """
    message = timestamp.encode() + b"." + body
    parts = [_SIGNATURE.fullmatch(part.strip()) for part in signature.split(",", MOST_SIGNATURES)]
    signatures = [part[1] for part in parts if part]
    key = signer_of(signatures, message, shop_code=shop_code) if signatures else None
    if key is None:
        raise NotSignedError
    return key, f"signature:{hashlib.sha256(message).hexdigest()}"
