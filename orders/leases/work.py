"""Working under a lease."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any

import psycopg2
from django.conf import settings
from django.db import DatabaseError, Error, connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from orders.leases.models import Lease, Phase

log = logging.getLogger(__name__)

SHORT = 0.5
"""Seconds of work without a lease: most runs are over by then, and cost no second connection."""
EVERY = 1.0
"""Seconds between two renewals."""


class StoppedError(Exception):
    """Somebody asked for the work to stop; its transaction must not be committed."""


class Work:
    """Work under way: the worker tells how far it is, a thread keeps the lease."""

    def __init__(self, lease: Lease, database: Any) -> None:
        self._lease = lease
        self._database = database  # of the worker's thread
        self._over = Event()
        self._thread = Thread(target=self._keep, name=f"lease {lease}", daemon=True)
        self.stopped = False

    def tell(self, done: int, *, total: int | None = None) -> None:
        """So many rows are done. Raises StoppedError."""
        self._lease.done = done
        if total is not None:
            self._lease.total = total
        if self.stopped:
            raise StoppedError

    def begin(self) -> None:
        """Start to keep the lease."""
        self._thread.start()

    def end(self) -> None:
        """Give the lease back. Afterwards nothing can stop the work any more."""
        self._over.set()
        self._thread.join()

    def _keep(self) -> None:
        if self._over.wait(SHORT):
            return
        try:
            self._lease.server_began = _server_began(self._lease.server_pid)
            while not self._over.is_set():
                if self._renew():
                    self.stopped = True
                    # A statement may last: it is broken off. Again and again, for this one may have met the pause between two.
                    self._database.connection.cancel()
                self._over.wait(EVERY / 5 if self.stopped else EVERY)
            self._mine().delete()
        except (Error, psycopg2.Error) as error:  # the work itself will notice, if it is its database, too
            log.warning("%s is worked at without a lease: %s", self._lease, error)
        finally:
            connection.close()

    def _renew(self) -> bool:
        """Write where the work is; whether it should stop."""
        now = timezone.now()
        lease = self._lease
        lease.until = now + timedelta(seconds=settings.WORK_HANGS_AFTER)
        told: dict[str, Any] = {
            name: getattr(lease, name)
            for name in ("shop_id", "label", "phase", "done", "total", "began_at", "until", "server_pid", "server_began")
        }
        kept, _ = Lease.objects.update_or_create(defaults=told, kind=lease.kind, subject=lease.subject)
        return kept.stop_asked

    def _mine(self) -> Any:
        lease = self._lease
        return Lease.objects.filter(kind=lease.kind, subject=lease.subject, began_at=lease.began_at)


@contextmanager
def at_work(*, kind: str, subject: int, phase: Phase, total: int = 0, shop_id: int | None = None, label: str = "") -> Iterator[Work]:
    """Keep a lease while the block runs. The block stands in the transaction that does the work, as its last part.

    Raises StoppedError where somebody asked for it to stop (`ask_to_stop`), also when the block had come to its end.
    """
    connection.ensure_connection()
    pid = connection.connection.get_backend_pid()
    lease = Lease(kind=kind, subject=subject, phase=phase, total=total, shop_id=shop_id, label=label[:255], server_pid=pid)
    work = Work(lease, connection)
    work.begin()
    try:
        yield work
    except DatabaseError as error:
        work.end()
        if work.stopped:
            raise StoppedError from error
        raise
    finally:
        work.end()
    if work.stopped:
        raise StoppedError


def let_go_when_hung(cursor: CursorWrapper) -> None:
    """Have the server roll the current transaction back where nothing comes from its client for as long as a lease is good.

    That frees what a process holds that stands still before it had a lease, or that needs none.
    """
    cursor.execute("SET LOCAL idle_in_transaction_session_timeout = %s", [f"{settings.WORK_HANGS_AFTER}s"])


def ask_to_stop(*, kind: str, subject: int) -> None:
    """Tell whoever works at it, or begins to; within a second or two it does. `forget` takes the request back."""
    Lease.objects.update_or_create(defaults={"stop_asked": True}, kind=kind, subject=subject)


def forget(*, kind: str, subject: int) -> None:
    """The thing is done with: nobody needs to stop, and no lease is left."""
    Lease.objects.filter(kind=kind, subject=subject).delete()


def _server_began(pid: int | None) -> datetime:
    """Since when the server's process of that number serves its connection: both together name it for good."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT backend_start FROM pg_stat_activity WHERE pid = %s", [pid])
        found: datetime = cursor.fetchone()[0]
    return found
