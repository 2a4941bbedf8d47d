"""Processes that draw charts: spawned when first needed, replaced when they die or hang.

They are started with exec, never by a fork of this process: V8 does not survive a fork, and a worker of a web server has
threads. A process inherits neither secrets nor the database connection; it answers one line of JSON with one line of JSON and
ends when its input closes, so it never outlives the process that asked.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
import threading
import time
from collections import deque
from pathlib import Path

from dashboards.charts.errors import RendererFailed

ROOT = Path(__file__).resolve().parent.parent.parent
WORKER = (sys.executable, "-m", "dashboards.charts.worker")

# Days on an axis are plain days: UTC keeps them where they are. The rest is what Python needs to start and find fonts.
ENVIRONMENT = {
    "TZ": "UTC",
    "LANG": "C.UTF-8",
    **{name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "XDG_DATA_HOME") if name in os.environ},
}


class Renderer:
    """One process that draws; used by one thread at a time."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(WORKER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=ENVIRONMENT, bufsize=0)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.input, self.output = self.process.stdin.fileno(), self.process.stdout.fileno()
        os.set_blocking(self.input, False)
        os.set_blocking(self.output, False)

    def ask(self, request: bytes, deadline: float) -> bytes:
        """Send one line, return the line that answers it; raises RendererFailed at `deadline` (of time.monotonic) or on death."""
        waiting, answer = memoryview(request + b"\n"), bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(self.output, selectors.EVENT_READ)
            selector.register(self.input, selectors.EVENT_WRITE)
            while not answer.endswith(b"\n"):
                left = deadline - time.monotonic()
                ready = selector.select(left) if left > 0 else []
                if not ready:
                    raise RendererFailed("The chart was not drawn in time.")
                for key, _events in ready:
                    if key.fd == self.output:
                        answer += self._read()
                    else:
                        waiting = waiting[self._write(waiting) :]
                        if not waiting:
                            selector.unregister(self.input)
        return bytes(answer[:-1])

    def _read(self) -> bytes:
        part = os.read(self.output, 1 << 16)
        if not part:
            raise RendererFailed("The process that draws charts has ended.")
        return part

    def _write(self, waiting: memoryview) -> int:
        try:
            return os.write(self.input, waiting)
        except BrokenPipeError as error:
            raise RendererFailed("The process that draws charts has ended.") from error

    def stop(self) -> None:
        """End the process at once and collect it."""
        self.process.kill()
        self.process.wait()
        self.let_go()

    def let_go(self) -> None:
        """Close this side of the pipes, without touching a process that belongs to somebody else (after a fork)."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


class Pool:
    """At most `size` renderers; each is started when it is first needed."""

    def __init__(self, size: int) -> None:
        self._free = threading.BoundedSemaphore(size)
        self._idle: deque[Renderer] = deque()

    def ask(self, request: bytes, timeout: float) -> bytes:
        """Have one renderer answer within `timeout` seconds, waiting for a free one included; raises RendererFailed.

        A renderer that turns out dead is replaced and the request put to the new one, once: it may have been killed while
        idle, but a request that kills two is not tried on a third. One that hangs is killed.
        """
        deadline = time.monotonic() + timeout
        if not self._free.acquire(timeout=timeout):
            raise RendererFailed("All processes that draw charts are busy.")
        try:
            for last_try in (False, True):
                renderer = self._idle.pop() if self._idle else Renderer()
                try:
                    answer = renderer.ask(request, deadline)
                except RendererFailed:
                    renderer.stop()
                    if last_try or time.monotonic() >= deadline:
                        raise
                except BaseException:
                    # Interrupted in the middle of an answer: the next one who asked would read the rest of it.
                    renderer.stop()
                    raise
                else:
                    self._idle.append(renderer)
                    return answer
        finally:
            self._free.release()
        raise AssertionError("unreachable")

    def stop(self) -> None:
        """End all idle renderers; a later `ask` starts new ones."""
        while self._idle:
            self._idle.pop().stop()

    def forget(self) -> None:
        """Let go of the renderers without ending them: in a forked child they are the parent's."""
        while self._idle:
            self._idle.pop().let_go()
