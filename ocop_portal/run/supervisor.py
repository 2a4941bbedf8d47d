"""One loop that starts the portal's processes, passes on what they print, restarts what dies and ends all of it.

It has a single thread: children are tied to the thread that starts them (see `embedded.tied`), and one loop can always drain every
pipe, so no child ever blocks on its output, also while it is being stopped.
"""

import contextlib
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import IO

from .children import GRACE, Child

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WIDEST_NAME = len("prepare")
ONE_REQUEST = 1.0  # seconds; within them make and the terminal may both pass on the same Ctrl-C


class Interrupted(Exception):  # noqa: N818  (not an error: somebody asked us to stop)
    """Ctrl-C or SIGTERM arrived."""


class Supervisor:
    """Children, their output and the signals that end everything."""

    def __init__(self) -> None:
        self.selector = selectors.DefaultSelector()
        self.children: list[Child] = []
        self.asked_to_end: float | None = None
        """When somebody first wanted us to end, in seconds of the monotonic clock."""
        self.insisted = False
        """Whether that was repeated."""
        self._unfinished: dict[int, bytes] = {}
        # Signals wake the loop through a socket, as a handler alone would not end a select().
        self._wake, waker = socket.socketpair()
        self._waker = waker
        for end in (self._wake, waker):
            end.setblocking(False)
        self.selector.register(self._wake, selectors.EVENT_READ)

    def watch_signals(self) -> None:
        """Take over Ctrl-C and SIGTERM; to be called once, in the main thread."""
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        for number in ENDING_SIGNALS:
            signal.signal(number, self._asked_to_end)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def _asked_to_end(self, *_: object) -> None:
        now = time.monotonic()
        if self.asked_to_end is None:
            self.asked_to_end = now
        elif now > self.asked_to_end + ONE_REQUEST:
            self.insisted = True

    def start(self, child: Child) -> None:
        """Start a child and listen to it."""
        output = child.start()
        os.set_blocking(output.fileno(), False)
        self.selector.register(output, selectors.EVENT_READ, child)

    def turn(self, seconds: float) -> None:
        """Wait at most `seconds` for output or a signal, and pass the output on."""
        for key, _ in self.selector.select(seconds):
            if key.data is None:
                with contextlib.suppress(BlockingIOError):
                    self._wake.recv(4096)
            else:
                self._pass_on(key.fileobj, key.data)  # type: ignore[arg-type]

    def wait_until(self, done: Callable[[], bool], seconds: float) -> bool:
        """Keep turning until `done()`; False after `seconds`. Interrupted when somebody wants us to end."""
        deadline = time.monotonic() + seconds
        while not done():
            if self.asked_to_end is not None:
                raise Interrupted
            if time.monotonic() > deadline:
                return False
            self.turn(0.1)
        return True

    def keep(self, each_time: Callable[[], None]) -> None:
        """Keep the children running until somebody wants us to end (Interrupted) or one cannot be kept (ChildError)."""
        while True:
            if self.asked_to_end is not None:
                raise Interrupted
            self.turn(0.5)
            for child in self.children:
                self.restart_if_dead(child)
            each_time()

    def restart_if_dead(self, child: Child) -> None:
        """Note a death, or start again when its delay is over."""
        if child.restart_at is not None:
            if time.monotonic() >= child.restart_at:
                self.start(child)
        elif not child.running:
            say(f"{child.name} died ({child.note_death()}) and is restarted.")

    def end(self) -> None:
        """Stop every child: politely, then harder; a second Ctrl-C skips the politeness. No process of theirs is left afterwards."""
        for number in (signal.SIGTERM, signal.SIGQUIT):
            for child in self.children:
                child.signal(number)
            deadline = time.monotonic() + GRACE
            while any(child.running for child in self.children) and time.monotonic() < deadline:
                if self.insisted:
                    break
                self.turn(0.1)
        for child in self.children:
            if child.process is not None:
                child.bury()
        self.turn(0)

    def _pass_on(self, output: IO[bytes], child: Child) -> None:
        """Print the whole lines that have come, each with the child's name; a last line without an end is printed at the end."""
        number = output.fileno()
        try:
            data = os.read(number, 65536)
        except BlockingIOError:
            return
        *lines, rest = (self._unfinished.pop(number, b"") + data).split(b"\n")
        if data:
            self._unfinished[number] = rest
        else:
            lines += [rest] if rest else []
            self.selector.unregister(output)
            output.close()
        for line in lines:
            say(line.decode(errors="replace"), child.name)


def say(text: str, name: str = "") -> None:
    """Print for the person at the terminal. When the terminal is gone there is nobody to tell, and nothing to stop for."""
    with contextlib.suppress(OSError):
        print(f"{name:<{WIDEST_NAME}} | {text}" if name else text, flush=True, file=sys.stdout)
