"""What the sweep does about workers that hang."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from orders.leases.models import Lease

log = logging.getLogger(__name__)

FORGOTTEN_AFTER = timedelta(days=1)
"""A request to stop something that had ended by then has nobody to answer it."""
# Number and start together name a connection: numbers are used again.
_END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = %s AND backend_start = %s"


def end_overdue() -> int:
    """End the connections of leases that ran out, so that their transactions are rolled back; how many leases that were.

    A worker that died had its connection ended by the server already: then only its row is cleared away.
    """
    overdue = list(Lease.objects.filter(until__lte=timezone.now(), server_pid__isnull=False))
    for lease in overdue:
        with connection.cursor() as cursor:
            cursor.execute(_END, [lease.server_pid, lease.server_began])
            if cursor.fetchone():
                log.warning("%s was not renewed since %s: its connection is ended", lease, lease.until)
        Lease.objects.filter(pk=lease.pk, until=lease.until, stop_asked=False).delete()  # a request to stop waits for its answer
    Lease.objects.filter(until__lte=timezone.now() - FORGOTTEN_AFTER).delete()
    return len(overdue)
