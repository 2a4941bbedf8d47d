"""What a control room shows, as plain data: the state of the session, its run-of-show, the platform's screen, the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from dashboards.air.sales import Ledger, Sold, ledger_of
from dashboards.boards.freshness import LIVE_BEHIND_AFTER
from dashboards.boards.names import Name
from dashboards.boards.unmapped import UnmappedShop, unmapped_on_air
from livestreams.air.services import SETTLED_AFTER
from livestreams.air.state import AirState, SlotTimes, fold_marks, next_slot, told_marks
from livestreams.models import AirMark, MetricSample, Session, Slot
from livestreams.sessions.checks import faults_of

METRICS = ("orders", "gmv", "viewers", "views", "reach", "likes", "comments", "shares", "product_clicks")
LOG = 12
"""So many marks are shown, the newest first."""

OVERDUE = timedelta(minutes=15)
"""A session that runs so long past its plan is perhaps over: the page asks."""


@dataclass(frozen=True)
class Moment:
    """The time for which a room is shown; `as_of` is set where that is not the present (a replay)."""

    at: datetime
    as_of: datetime | None = None


@dataclass(frozen=True)
class SlotRow:
    """A slot with what happened to it; `state`: to_come, running, shown, skipped. `sold`: by the ledger, None while nothing is known."""

    id: int
    position: int
    product: Name
    minutes: int
    offer_price: int | None
    pin: int | None
    times: SlotTimes
    state: str
    sold: Sold | None

    @property
    def until(self) -> datetime | None:
        """When a slot that runs is over by plan."""
        return self.times.began[-1] + timedelta(minutes=self.minutes) if self.state == "running" else None


@dataclass(frozen=True)
class Reported:
    """A figure of the platform's screen as it was last typed, and when."""

    name: str
    value: int
    at: datetime


@dataclass(frozen=True)
class LogRow:
    """A mark: what, which slot (position), when, who (empty: the portal itself), and whether it was taken back."""

    id: UUID
    kind: str
    words: str
    position: int | None
    at: datetime
    who: str
    undone: bool


@dataclass(frozen=True)
class Room:
    """A control room at a moment. `phase`: cancelled, planned, on_air or ended; `marks`: how many were written down so far.

    `faults`: what keeps a planned session off the air, in words.
    """

    session: Session
    moment: Moment
    phase: str
    state: AirState
    slots: tuple[SlotRow, ...]
    current: SlotRow | None
    next: SlotRow | None
    undo: LogRow | None
    reported: tuple[Reported, ...]
    ledger: Ledger
    unmapped: tuple[UnmappedShop, ...]
    log: tuple[LogRow, ...]
    marks: int
    faults: tuple[str, ...]

    @property
    def overdue(self) -> bool:
        """Whether it runs long past its plan."""
        began = self.state.began_at
        length = self.session.planned_end - self.session.planned_start
        return self.phase == "on_air" and began is not None and self.moment.at > began + length + OVERDUE

    @property
    def unmapped_orders(self) -> int:
        """Orders whose SKUs nobody has mapped; an order has one shop."""
        return sum(one.orders for one in self.unmapped)

    @property
    def reported_old(self) -> bool:
        """Whether, on air, the platform's screen was last typed more than 15 minutes ago."""
        newest = max((figure.at for figure in self.reported), default=None)
        return self._old(newest)

    @property
    def ledger_old(self) -> bool:
        """Whether, on air, the newest order file is older than 15 minutes."""
        return self.moment.as_of is None and self._old(self.ledger.exported_at)

    def _old(self, newest: datetime | None) -> bool:
        began = self.state.began_at
        if self.phase != "on_air" or began is None:
            return False
        return self.moment.at - (newest or began) > LIVE_BEHIND_AFTER


def room_of(session: Session, moment: Moment) -> Room:
    """The control room of `session` at `moment`. The same number of queries for any number of slots, marks and samples."""
    slots = list(session.slots.select_related("product").order_by("position"))
    written = [mark for mark in session.marks.select_related("by", "link") if moment.as_of is None or mark.at <= moment.as_of]
    begun = any(mark.kind == AirMark.Kind.BEGIN for mark in written)
    told = [] if begun else [mark for mark in told_marks(session, slots) if moment.as_of is None or mark.at <= moment.as_of]
    state = fold_marks([*written, *told])
    ledger = ledger_of(session, moment.as_of)
    rows = tuple(_row(slot, state, ledger) for slot in slots)
    by_id = {row.id: row for row in rows}
    turn = next_slot(state, slots)
    log = _log(written, by_id)
    phase = _phase(session, state)
    return Room(
        session=session,
        moment=moment,
        phase=phase,
        state=state,
        slots=rows,
        current=by_id.get(state.current) if state.current is not None else None,
        next=by_id[turn.pk] if turn else None,
        undo=next((row for row in log if row.id == state.latest), None) if not _is_settled(state, moment) else None,
        reported=_reported(session, moment),
        ledger=ledger,
        unmapped=unmapped_on_air(session, moment.as_of) if phase in {"on_air", "ended"} else (),
        log=log[:LOG],
        marks=len(written),
        faults=tuple(fault.words for fault in faults_of(session) if fault.blocks) if phase == "planned" and moment.as_of is None else (),
    )


def _phase(session: Session, state: AirState) -> str:
    if session.cancelled_at is not None:
        return "cancelled"
    if state.began_at is None:
        return "planned"
    return "on_air" if state.on_air else "ended"


def _is_settled(state: AirState, moment: Moment) -> bool:
    """Whether the session ended long ago: one key must not put last year's session on air again."""
    return state.ended_at is not None and moment.at - state.ended_at > SETTLED_AFTER


def _row(slot: Slot, state: AirState, ledger: Ledger) -> SlotRow:
    times = state.of(slot.pk)
    if slot.pk == state.current:
        phase = "running"
    elif times.outcome == Slot.Outcome.SKIPPED:
        phase = "skipped"
    else:
        phase = "shown" if times.began else "to_come"
    return SlotRow(
        id=slot.pk,
        position=slot.position,
        product=Name(slot.product.code, slot.product.name_vi, slot.product.name_en),
        minutes=slot.minutes,
        offer_price=slot.offer_price,
        pin=slot.pin,
        times=times,
        state=phase,
        sold=ledger.by_slot.get(slot.pk, Sold()) if ledger.known else None,
    )


def _log(marks: Sequence[AirMark], slots: dict[int, SlotRow]) -> tuple[LogRow, ...]:
    """All marks, the newest first."""
    undone = {mark.undoes_id for mark in marks if mark.kind == AirMark.Kind.UNDO}
    return tuple(
        LogRow(
            id=mark.pk,
            kind=mark.kind,
            words=mark.get_kind_display(),
            position=slots[mark.slot_id].position if mark.slot_id in slots else None,
            at=mark.at,
            who=str(mark.by) if mark.by else mark.link.name if mark.link else "",
            undone=mark.pk in undone,
        )
        for mark in sorted(marks, key=lambda one: (one.at, one.received_at, one.pk), reverse=True)
    )


def _reported(session: Session, moment: Moment) -> tuple[Reported, ...]:
    """Of each figure the newest that was typed."""
    samples = MetricSample.objects.filter(session=session)
    if moment.as_of is not None:
        samples = samples.filter(at__lte=moment.as_of)
    newest: dict[str, Reported] = {}
    for sample in samples.order_by("at", "received_at", "pk"):
        for name in METRICS:
            value = getattr(sample, name)
            if value is not None:
                newest[name] = Reported(name, value, sample.at)
    return tuple(newest[name] for name in METRICS if name in newest)
