"""A past session played into its control room, for training: a note in Valkey that says when it began and how fast time goes.

The room then shows everything as of a moment of that session: marks and samples up to it, orders placed by then. Nothing is written.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from redis.exceptions import RedisError

from livestreams.models import Session

log = logging.getLogger(__name__)

LEAD, TAIL = timedelta(seconds=10), timedelta(minutes=2)
"""What is played before the session's start and after its end, in its own time."""


@dataclass(frozen=True)
class Replay:
    """`began`: when it was started, by our clock; `first` to `last`: what is played, in the session's time, `speed` times as fast."""

    began: datetime
    first: datetime
    last: datetime
    speed: float

    def moment(self, now: datetime) -> datetime:
        """Where the session is at `now`."""
        return min(self.last, self.first + (now - self.began) * self.speed)

    @property
    def length(self) -> timedelta:
        """How long it takes by our clock."""
        return (self.last - self.first) / self.speed


def _key(session: Session) -> str:
    return f"air:replay:{session.pk}"


def start_replay(session: Session, *, speed: float, now: datetime) -> Replay:
    """Play `session`, which has ended, from its beginning; in the place of a replay that runs."""
    replay = Replay(now, session.start - LEAD, session.end + TAIL, speed)
    cache.set(_key(session), replay, timeout=replay.length.total_seconds() + 60)
    return replay


def stop_replay(session: Session) -> None:
    """The room shows the present again."""
    cache.delete(_key(session))


def replay_of(session: Session) -> Replay | None:
    """The replay that the session's room shows; None mostly, and while Valkey is away."""
    try:
        found: Replay | None = cache.get(_key(session))
    except (RedisError, OSError) as error:
        log.warning("no replay, the cache is away: %s", error)
        return None
    return found
