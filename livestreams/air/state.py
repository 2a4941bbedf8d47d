"""What happened on air, as the marks say it: a pure fold, the same for the same marks in whatever order and however often they came.

The rules, in the order of (at, received_at, id):

- An undo takes back the mark that it names, wherever that stands. An undo itself cannot be taken back: press what you meant.
- The first *begin* puts the session on air, the first *end* after it ends it. What lies before the one or after the other has no effect:
  a mistaken end is taken back, and what was written down after it counts again.
- *Slot* starts that slot and ends the one before. The same slot within REPEAT is one press of two operators; later it is shown again.
- *Skip* passes over a slot; of the current one it is also the end. *Sold out* is noted of a slot and ends nothing. A slot that begins
  again is neither any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from livestreams.air.models import AirMark
from livestreams.sessions.models import Session, Slot

REPEAT = timedelta(seconds=5)
"""Two operators press "next" at once: as far apart as that the second press is the first one's."""

Kind = AirMark.Kind


@dataclass(frozen=True, slots=True)
class SlotTimes:
    """When a slot began (each time), when its last turn ended (None: it runs, or never began), and how it came out."""

    began: tuple[datetime, ...] = ()
    ended_at: datetime | None = None
    outcome: str = ""


@dataclass(frozen=True)
class AirState:
    """A session on air: since when, until when, the slot that runs (its id), what each slot had, and the mark that undo takes back."""

    began_at: datetime | None = None
    ended_at: datetime | None = None
    current: int | None = None
    slots: Mapping[int, SlotTimes] = field(default_factory=dict)
    latest: UUID | None = None

    @property
    def on_air(self) -> bool:
        """Whether it has begun and not ended."""
        return self.began_at is not None and self.ended_at is None

    def of(self, slot: int) -> SlotTimes:
        """What the slot of that id had; nothing yet where it is not known."""
        return self.slots.get(slot, SlotTimes())


def fold_marks(marks: Iterable[AirMark]) -> AirState:
    """The state that the marks of one session leave. Marks may come in any order, and more than once."""
    known = {mark.pk: mark for mark in marks}
    undone = {mark.undoes_id for mark in known.values() if mark.kind == Kind.UNDO}
    standing = [mark for mark in known.values() if mark.kind != Kind.UNDO and mark.pk not in undone]
    state = AirState()
    for mark in sorted(standing, key=lambda one: (one.at, one.received_at, one.pk)):
        state = _after(state, mark)
    return state


def state_of(session: Session, as_of: datetime | None = None) -> AirState:
    """What the session's marks say, those up to `as_of` (included) where it is given. One query."""
    marks = AirMark.objects.filter(session=session)
    return fold_marks(marks if as_of is None else marks.filter(at__lte=as_of))


def told_marks(session: Session, slots: Iterable[Slot]) -> list[AirMark]:
    """Marks that would leave the times which a session and its slots have: of one that was on air before anybody wrote marks."""
    if session.actual_start is None:
        return []
    told: list[tuple[datetime, int, str, int | None]] = [(session.actual_start, 0, Kind.BEGIN, None)]
    for slot in slots:
        turns = [] if slot.started_at is None else [slot.started_at, *slot.again_at]
        told += [(moment, 1, Kind.SLOT, slot.pk) for moment in turns]
        if slot.outcome == Slot.Outcome.SOLD_OUT:
            told.append((slot.ended_at or session.end, 0, Kind.SOLD_OUT, slot.pk))
        if slot.outcome == Slot.Outcome.SKIPPED:
            told.append((slot.ended_at or session.end, 0, Kind.SKIP, slot.pk))
    if session.actual_end is not None:
        told.append((session.actual_end, 2, Kind.END, None))
    return [
        AirMark(id=UUID(int=number), kind=kind, slot_id=slot_id, at=moment, received_at=moment)
        for number, (moment, _rank, kind, slot_id) in enumerate(sorted(told, key=lambda one: one[:2]))
    ]


def next_slot(state: AirState, slots: Iterable[Slot]) -> Slot | None:
    """The slot whose turn comes: the first of the run-of-show behind the last one shown that was neither shown nor skipped."""
    order = sorted(slots, key=lambda slot: slot.position)
    shown = [slot for slot in order if state.of(slot.pk).began]
    last = max(shown, key=lambda slot: state.of(slot.pk).began[-1]).position if shown else 0
    open_slots = (slot for slot in order if not state.of(slot.pk).began and state.of(slot.pk).outcome != Slot.Outcome.SKIPPED)
    return next((slot for slot in open_slots if slot.position > last), None)


def _after(state: AirState, mark: AirMark) -> AirState:
    """The state after one more mark; the very same where the mark has no effect."""
    if mark.kind == Kind.BEGIN:
        return state if state.began_at else replace(state, began_at=mark.at, latest=mark.pk)
    if not state.on_air or (mark.kind == Kind.END and mark.at == state.began_at):
        return state  # a broadcast that lasts no time is none
    if mark.kind == Kind.END:
        closed = _closed(state, mark.at)
        return replace(closed, ended_at=mark.at, current=None, latest=mark.pk)
    assert mark.slot_id is not None  # the constraint mark_names_its_slot
    times = state.of(mark.slot_id)
    if mark.kind == Kind.SLOT:
        if state.current == mark.slot_id and mark.at - times.began[-1] < REPEAT:
            return state
        slots = {**_closed(state, mark.at).slots, mark.slot_id: SlotTimes(began=(*times.began, mark.at))}
        return replace(state, current=mark.slot_id, slots=slots, latest=mark.pk)
    if mark.kind == Kind.SKIP:
        closed = _closed(state, mark.at) if state.current == mark.slot_id else state
        skipped = replace(closed.of(mark.slot_id), outcome=Slot.Outcome.SKIPPED)
        current = None if state.current == mark.slot_id else state.current
        return replace(state, current=current, slots={**closed.slots, mark.slot_id: skipped}, latest=mark.pk)
    sold_out = replace(times, outcome=Slot.Outcome.SOLD_OUT)
    return replace(state, slots={**state.slots, mark.slot_id: sold_out}, latest=mark.pk)


def _closed(state: AirState, at: datetime) -> AirState:
    """The running slot ended."""
    if state.current is None:
        return state
    return replace(state, slots={**state.slots, state.current: replace(state.of(state.current), ended_at=at)})
