"""Cursors: opaque words that say where the next part of a list begins.

A list by name goes on behind the last row itself, so that rows that come and go in between move nothing; a list in another order goes
on at a place. A cursor is good for the list it was given for alone: the same parameters, whatever the size of its parts.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.request import Request

CURSOR = r"^[A-Za-z0-9_-]{1,200}$"
PER_PART = 50
MOST_PER_PART = 100
_FARTHEST = 2**53
_APART = {"cursor", "page_size"}


def position_of(query: Mapping[str, Any]) -> int:
    """What the cursor of these parameters holds: an id or a place; 0 without one. Raises NotFound for another list's, or none of ours."""
    text = query.get("cursor", "")
    if not text:
        return 0
    try:
        held = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        raise NotFound from None
    if not (isinstance(held, list) and len(held) == 2 and isinstance(held[0], int) and 0 < held[0] < _FARTHEST):
        raise NotFound
    if held[1] != _mark(query):
        raise NotFound
    return int(held[0])


def next_address(request: Request, query: Mapping[str, Any], position: int) -> str:
    """The address of the part that begins at `position`."""
    held = json.dumps([position, _mark(query)], separators=(",", ":")).encode()
    parameters = request.query_params.copy()
    parameters["cursor"] = base64.urlsafe_b64encode(held).decode().rstrip("=")
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")


def _mark(query: Mapping[str, Any]) -> str:
    asked = sorted((name, str(value)) for name, value in query.items() if name not in _APART)
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:12]
