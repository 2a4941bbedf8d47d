"""What goes when a day is over: its visits and the salt that made them, for good; and scans that can no longer be written twice."""

from __future__ import annotations

import logging

from django.utils import timezone

from traceability import valkey
from traceability.scans.models import DayVisit, Scan
from traceability.scans.queue import drain
from traceability.scans.writing import KEPT

log = logging.getLogger(__name__)


def forget_visits() -> int:
    """Drop the visits of days that are over, once what waits is counted; how many there were. Does nothing twice.

    The salt has expired by itself; Valkey's append-only file is written anew, because it holds what was in it before.
    """
    drain()
    Scan.objects.filter(scanned_at__lt=timezone.now() - KEPT).delete()
    dropped, _by_model = DayVisit.objects.filter(day__lt=timezone.localdate()).delete()
    if dropped:
        try:
            valkey.ask(("BGREWRITEAOF",))
        except valkey.AwayError:
            log.warning("Valkey did not write its append-only file anew: what expired stands in it until it does so by itself")
    return dropped
