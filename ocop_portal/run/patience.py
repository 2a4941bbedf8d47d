"""How long to wait for a child that starts: as long as it works at it.

A machine that is busy with other things makes it slow, not broken.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from ocop_portal.embedded.server import describe

from .children import Child, ChildError
from .supervisor import Supervisor, say

STILL_SECONDS = 60.0  # without a hundredth of a second of processor time: it waits for something that does not come
AT_MOST_SECONDS = 300.0  # a bound for what goes round in circles
TELL_SECONDS = 15.0


@dataclass(slots=True)
class Patience:
    """Whether to go on waiting. Times are seconds of the monotonic clock, `work` is `Child.work`."""

    started: float
    work: int
    moved: float = field(init=False)
    """When it was last seen to have worked."""

    def __post_init__(self) -> None:
        self.moved = self.started

    def lost_because(self, now: float, work: int) -> str:
        """Why waiting any longer is to no use; empty while it is not."""
        if work != self.work:
            self.work, self.moved = work, now
        if now - self.moved > STILL_SECONDS:
            return f"it has done nothing for {STILL_SECONDS:.0f} seconds"
        return f"that took longer than {AT_MOST_SECONDS:.0f} seconds" if now - self.started > AT_MOST_SECONDS else ""


def wait_for_child(supervisor: Supervisor, child: Child, done: Callable[[], bool], what: str) -> None:
    """Return once `done()`, and tell every quarter of a minute that it waits for `what`.

    ChildError where the child dies, or waiting is to no use.
    """
    started = told = time.monotonic()
    patience = Patience(started, child.work)
    while not supervisor.wait_until(lambda: not child.running or done(), 1.0):
        now = time.monotonic()
        if why := patience.lost_because(now, child.work):
            raise ChildError(f"waited for {what}, but {why}; see its lines above.")
        if now - told > TELL_SECONDS:
            told = now
            say(f"Waiting for {what}, {now - started:.0f} seconds so far; {child.name} is starting …")
    if not child.running:
        supervisor.turn(0)
        raise ChildError(f"waited for {what}, but {child.name} died ({describe(child.bury())}); see its lines above.")
