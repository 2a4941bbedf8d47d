"""Whether this process can serve: for load balancers and container health checks."""

from __future__ import annotations

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse

from accounts.access import public


@public
def healthz(request: HttpRequest) -> JsonResponse:
    """200 where PostgreSQL answers, else 503. Valkey's absence is told but fails nothing: pages work without it."""
    state = {"postgresql": "ok", "valkey": "ok"}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception as error:  # any failure means the same here: this process cannot serve
        state["postgresql"] = type(error).__name__
    try:
        cache.get("healthz")
    except Exception as error:
        state["valkey"] = type(error).__name__
    return JsonResponse(state, status=200 if state["postgresql"] == "ok" else 503)
