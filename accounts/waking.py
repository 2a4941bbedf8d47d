"""Waking a worker. What is to be done stands in PostgreSQL: the broker only wakes, and a sweep finds what it forgot."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def wake(task: Any, *arguments: int, after: int = 0, expires: int | None = None) -> None:
    """Send `task` once the current transaction has committed, to begin so many seconds `after`. Without a broker nothing is lost: the sweep
    comes by. No worker begins it more than `expires` seconds later, where the sweep wakes again by then.
    """

    def send() -> None:
        try:
            task.apply_async(arguments, countdown=after or None, expires=expires)
        except OperationalError as error:
            log.warning("no broker to wake a worker for %s (%s): the sweep will find it", task.name, error)

    transaction.on_commit(send)
