"""The moments at which something is killed, stopped or restarted: drawn from a seed, so that a bad one can be had again."""

from __future__ import annotations

import os
from dataclasses import dataclass
from random import Random

SEED = int(os.environ.get("FAULT_SEED") or 20251121)
COUNT = int(os.environ.get("FAULT_MOMENTS") or 10)

# Of twenty moments eleven end an intake, a fold or an undo with SIGKILL, three the database, two take the broker away, one kills the web
# server, one makes a worker hang, and two cancel; the first ten are those of `make test`.
ROUND = (
    *("kill intake", "kill fold", "kill worker", "restart PostgreSQL under a worker", "stop broker"),
    *("kill undo", "kill intake", "restart PostgreSQL in an intake", "cancel", "kill fold"),
    *("kill broker", "kill worker in an undo", "restart PostgreSQL in a fold", "kill web server", "hang worker"),
    *("kill intake", "kill worker", "kill fold", "cancel", "kill undo"),
)


@dataclass(frozen=True)
class Moment:
    """What happens, when (as a share of how long the work takes undisturbed), while which of the scene's files comes."""

    number: int
    act: str
    at: float
    file: int
    draw: int
    """One more random number, from 0 to 99."""

    def __str__(self) -> str:
        return f"{self.number:02d} {self.act} at {self.at:.3f}, seed {SEED}"


def moments(*, count: int = COUNT, seed: int = SEED) -> list[Moment]:
    """The first `count` moments of a seed."""
    random = Random(seed)
    return [Moment(n, ROUND[n % len(ROUND)], random.random(), random.randrange(2), random.randrange(100)) for n in range(count)]
