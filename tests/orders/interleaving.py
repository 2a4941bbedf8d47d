"""Transactions of several connections in an order that a test decides: each in a thread, held before or after a statement of its own."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from typing import Any, Self

from django.db import connection, connections

from tests.ocop_portal.service_clients import wait_for

PATIENCE = 60.0  # seconds


class Held:
    """`work` in a thread and on a connection of its own, held until let go.

    It is held after its statement number `after` (from 1), or before the first one that holds the text `before`, or not at all.
    At the end of the `with` it is let go and has ended; `result` is what it returned, and what it raised is raised, once.
    """

    def __init__(self, work: Callable[[], Any], *, after: int | None = None, before: str | None = None) -> None:
        self._work = work
        self._after, self._before = after, before
        self._stopped, self._go = Event(), Event()
        self._thread = Thread(target=self._run)
        self._error: BaseException | None = None
        self.statements = 0
        self.backend: int | None = None
        self.result: Any = None

    def __enter__(self) -> Self:
        self._thread.start()
        if self._after is not None or self._before is not None:
            wait_for(lambda: self._stopped.is_set() or not self._thread.is_alive(), PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        self.let_go()

    def let_go(self) -> Any:
        """Let it run to its end; its result."""
        self.go_on()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "it hangs"
        if (error := self._error) is not None:
            self._error = None
            raise error
        return self.result

    def go_on(self) -> None:
        """Let it run, and do not wait for it."""
        self._go.set()

    @property
    def is_held(self) -> bool:
        """Whether it stands where it was to be held."""
        return self._stopped.is_set() and not self._go.is_set()

    @property
    def ended(self) -> bool:
        """Whether it ran to its end."""
        return not self._thread.is_alive()

    def waits_for_a_lock(self) -> bool:
        """Whether its connection stands at a lock that somebody else has."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE pid = %s AND NOT granted", [self.backend])
            (count,) = cursor.fetchone()
        return bool(count)

    def blocked(self) -> bool:
        """Wait until it has ended (False) or stands at a lock (True)."""
        wait_for(lambda: self.ended or (self.backend is not None and self.waits_for_a_lock()), PATIENCE)
        return not self.ended

    def _run(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                (self.backend,) = cursor.fetchone()
            with connection.execute_wrapper(self._count):
                self.result = self._work()
        except BaseException as error:  # raised again where the test waits for it
            self._error = error
        finally:
            connections.close_all()

    def _count(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if self._before is not None and self._before in str(sql):
            self._hold()
        result = execute(sql, params, many, context)
        self.statements += 1
        if self.statements == self._after:
            self._hold()
        return result

    def _hold(self) -> None:
        self._stopped.set()
        self._go.wait(PATIENCE)


def statements_of(work: Callable[[], Any]) -> int:
    """How many statements `work` runs."""
    with Held(work) as held:
        held.let_go()
    return held.statements
