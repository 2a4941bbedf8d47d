"""The moments at which something is killed, stopped or restarted: drawn from a seed, so that a bad one can be had again."""

from __future__ import annotations

import os
from dataclasses import dataclass
from random import Random

SEED = int(os.environ.get("FAULT_SEED") or 20251121)
COUNT = int(os.environ.get("FAULT_MOMENTS") or 10)

# Of fifteen moments ten end the intake or the fold with SIGKILL, three the database, and two take the broker away; of the first
# ten (those of `make test`) each kind has one at least.
ROUND = (
    *("kill intake", "kill fold", "kill worker", "restart PostgreSQL under a worker", "stop broker"),
    *("kill fold", "kill intake", "restart PostgreSQL in an intake", "kill intake", "kill fold"),
    *("kill broker", "kill worker", "restart PostgreSQL in a fold", "kill intake", "kill fold"),
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
