"""Waking a worker. What is to be done stands in PostgreSQL: the broker only wakes, and a sweep finds what it forgot."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def wake(task: Any, *arguments: int) -> None:
    """Send `task` once the current transaction has committed. Without a broker nothing is lost: the sweep comes by."""

    def send() -> None:
        try:
            task.delay(*arguments)
        except OperationalError as error:
            log.warning("no broker to wake a worker for %s (%s): the sweep will find it", task.name, error)

    transaction.on_commit(send)
