"""One form sent by two connections at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from django.db import connections

from tests import builders, trace_builders
from traceability.models import Feedback


def test_a_form_sent_twice_at_once_is_one_ticket(fresh_db: str) -> None:
    lot = trace_builders.lot(builders.product("P", builders.producer("X")))

    def send(_nth: int) -> str:
        try:
            return trace_builders.feedback(f"/t/{lot.code}")[1]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        tickets = set(pool.map(send, range(4)))
    assert len(tickets) == Feedback.objects.count() == 1
