"""When a session was planned for another time, as the database's own history tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from livestreams.sessions.models import Session


@dataclass(frozen=True, slots=True)
class Move:
    """At `at` the planned start became another than `before`."""

    at: datetime
    before: datetime
    after: datetime


def moves_of(session: Session) -> list[Move]:
    """The session's moves, oldest first. One query."""
    events: Any = Session.pgh_event_model.objects  # type: ignore[attr-defined]
    rows = list(events.filter(pgh_obj=session.pk).order_by("pgh_id").values_list("pgh_created_at", "planned_start"))
    return [Move(at, before, after) for (_, before), (at, after) in pairwise(rows) if before != after]
