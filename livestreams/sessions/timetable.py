"""When each slot of a plan begins and ends: one after the other from the planned start."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from livestreams.sessions.models import Session, Slot


@dataclass(frozen=True, slots=True)
class Turn:
    """A slot with its planned times; `outside`: it is not over when the session is planned to end."""

    slot: Slot
    start: datetime
    end: datetime
    outside: bool


def timetable(session: Session, slots: Iterable[Slot]) -> list[Turn]:
    """The planned times of the session's slots, which come in the order of their positions."""
    turns, start = [], session.planned_start
    for slot in slots:
        end = start + timedelta(minutes=slot.minutes)
        turns.append(Turn(slot, start, end, end > session.planned_end))
        start = end
    return turns
