"""A shop's program as tests play it: bodies, calls by key, signed messages."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from itertools import count
from typing import Any

from django.http import HttpResponse
from django.test import Client

EXPORTED_AT = "2026-06-02T08:00:00+07:00"
_names = count(1)


def line(**told: Any) -> dict[str, Any]:
    """A line of one unit that is on its way; what is None is left out."""
    found = {"state": "placed", "sku_id": "1729592969712207000", "product_name": "Cà phê", "units": 1, "gross": 100_000, **told}
    return {name: value for name, value in found.items() if value is not None}


def order(number: str = "576461414838990001", *lines: dict[str, Any], **told: Any) -> dict[str, Any]:
    """An order of these lines, or of one."""
    return {"number": number, "placed_at": "2026-06-01T20:03:11+07:00", "lines": list(lines or [line()]), **told}


def batch(*orders: Any, exported_at: Any = EXPORTED_AT, **told: Any) -> dict[str, Any]:
    """A body of these orders, or of one."""
    return {"exported_at": exported_at, "orders": list(orders or [order()]), **told}


def send(key: str, body: Any, name: str | None = None, **headers: str) -> HttpResponse:
    """POST the body (bytes as they are) with a key, under a name of its own where none is given."""
    told = {"Authorization": f"Bearer {key}", "Idempotency-Key": f"call-{next(_names)}" if name is None else name, **headers}
    return _post("/api/v1/orders", body, told)


def signed(shop: str, secret: str, body: Any, *, at: int | None = None, **headers: str) -> HttpResponse:
    """POST a message signed with the secret, now or `at` (seconds since 1970)."""
    content = as_bytes(body)
    moment = str(int(time.time()) if at is None else at)
    made = hmac.new(secret.encode(), f"{moment}.".encode() + content, hashlib.sha256).hexdigest()
    return _post(f"/api/v1/orders/webhook/{shop}", content, {"Ocop-Timestamp": moment, "Ocop-Signature": f"v1={made}", **headers})


def as_bytes(body: Any) -> bytes:
    """The body as it is sent."""
    return body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()


def faults(answer: HttpResponse) -> dict[str, str]:
    """By field, the code of what is wrong with a refused batch."""
    assert answer.status_code == 400, (answer.status_code, answer.content)
    return {one["field"]: one["code"] for one in json.loads(answer.content).get("errors", [])}


def _post(path: str, body: Any, headers: dict[str, str]) -> HttpResponse:
    kind = headers.pop("Content-Type", "application/json")
    return Client().post(path, as_bytes(body), content_type=kind, headers=headers)
