"""Writing down what happens on air, and what follows from it: the times of the session and of its slots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from livestreams.air.models import GROWING, AirMark, AssistantLink, MetricSample
from livestreams.air.state import AirState, fold_marks
from livestreams.sessions.checks import faults_of
from livestreams.sessions.models import Session, Slot

EARLY, LATE = timedelta(hours=12), timedelta(hours=12)
"""A session goes on air so long before its planned start at the earliest, and so long after its planned end at the latest."""

SETTLED_AFTER = timedelta(hours=12)
"""So long after its end a session is what it was: nothing of it is taken back any more."""

FORGOTTEN_AFTER = timedelta(hours=3)
"""A session that nobody ended is ended by the portal so long after its planned length and its last mark or sample."""

_INSTANT = timedelta(microseconds=1)
_ON_THE_WAY = timedelta(seconds=10)
"""By less than this one sending may take longer than the next one of the same device."""


@dataclass(frozen=True)
class NewMark:
    """A mark as it came from a device: `at` by the device's clock, None for now; `slot` an id of a slot, `undoes` that of a mark."""

    id: UUID
    kind: str
    at: datetime | None = None
    slot: int | None = None
    undoes: UUID | None = None


@dataclass(frozen=True)
class NewSample:
    """A sample as it came from a device; `values` by name of metric, absent ones left out."""

    id: UUID
    values: dict[str, int]
    at: datetime | None = None


class State(StrEnum):
    """What became of a row that was sent."""

    KEPT = "kept"
    KNOWN = "known"
    REFUSED = "refused"


@dataclass(frozen=True)
class Fate:
    """What became of a row: kept, already known, or refused for a `reason` (a word for programs) that `message` tells people.

    `warnings`: what looks wrong about a row that was kept all the same.
    """

    id: UUID
    state: State
    reason: str = ""
    message: str = ""
    warnings: tuple[str, ...] = ()


@dataclass
class _Writer:
    """One call of write_marks: the session, locked, and what it has had so far."""

    session: Session
    received_at: datetime
    offset: timedelta
    by: User | None
    link: AssistantLink | None
    marks: dict[UUID, AirMark] = field(default_factory=dict)
    slots: dict[int, Slot] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.marks = {mark.pk: mark for mark in AirMark.objects.filter(session=self.session)}
        self.slots = {slot.pk: slot for slot in Slot.objects.filter(session=self.session).order_by("pk")}

    def moments(self, rows: Sequence[NewMark | NewSample]) -> list[datetime]:
        """When each row happened by our clock.

        A device's clock is taken to be wrong by what it differs from ours when it sends; so a mark made in answer to another one never
        comes before it. What a device wrote down first stays first, even where its clock jumped in between: a moment that lies later
        than the next one, in the future or long before the session is that of the next one.
        """
        earliest = self.session.planned_start - EARLY
        found: list[datetime] = []
        until = self.received_at
        for row in reversed(rows):
            at = self.received_at if row.at is None else row.at + self.offset
            at = at if earliest <= at <= until else until
            found.append(at)
            until = at - _INSTANT
        return found[::-1]

    def behind(self, mark: NewMark, at: datetime) -> datetime:
        """`at`, or just after the marks that the same sender's device wrote down before and sent before.

        How long a sending is on its way counts as if the device's clock were so much slow; where the one before took longer, a mark would
        come before the one that it follows.
        """
        if mark.at is None:
            return at
        sender = (self.by.pk if self.by else None, self.link.pk if self.link else None)
        known = [
            one.at
            for one in self.marks.values()
            if (one.by_id, one.link_id) == sender
            and one.device_at is not None
            and one.device_at <= mark.at
            and at <= one.at < at + _ON_THE_WAY
        ]
        return max([at, *(moment + _INSTANT for moment in known)])

    def refusal(self, mark: NewMark, at: datetime) -> tuple[str, str] | None:
        """Why a mark cannot be kept; None where it can."""
        if mark.slot is not None and mark.slot not in self.slots:
            return "foreign_slot", _("This slot is not in the run-of-show of this session.")
        if mark.undoes is not None:
            undone = self.marks.get(mark.undoes)
            if undone is None:
                return "unknown_mark", _("What is to be taken back was never written down here.")
            if undone.kind == AirMark.Kind.UNDO:
                return "undo_of_undo", _("What was taken back stays so: press again what you meant.")
            if self.session.actual_end is not None and at > self.session.actual_end + SETTLED_AFTER:
                return "settled", _("The session ended long ago: nothing of it is taken back any more.")
        if mark.kind == AirMark.Kind.BEGIN and not self.session.planned_start - EARLY <= at <= self.session.planned_end + LATE:
            return "other_day", _("The session is planned for another day. Move it first.")
        if mark.kind == AirMark.Kind.BEGIN and not fold_marks(self.marks.values()).began_at:
            faults = [fault.words for fault in faults_of(self.session) if fault.blocks]
            if faults:
                return "faults", _("It cannot go on air: %(faults)s") % {"faults": " ".join(faults)}
        return None

    def write(self) -> AirState:
        """Bring the times of the session and its slots to what the marks say. A session that was never begun here keeps its own."""
        state = fold_marks(self.marks.values())
        if not any(mark.kind == AirMark.Kind.BEGIN for mark in self.marks.values()):
            return state
        if (self.session.actual_start, self.session.actual_end) != (state.began_at, state.ended_at):
            Session.objects.filter(pk=self.session.pk).update(actual_start=state.began_at, actual_end=state.ended_at)
        for slot in self.slots.values():
            times = state.of(slot.pk)
            first, again = (times.began[0], list(times.began[1:])) if times.began else (None, [])
            if (slot.started_at, slot.again_at, slot.ended_at, slot.outcome) != (first, again, times.ended_at, times.outcome):
                Slot.objects.filter(pk=slot.pk).update(started_at=first, again_at=again, ended_at=times.ended_at, outcome=times.outcome)
        return state


@transaction.atomic
def write_marks(
    *,
    session: Session,
    marks: Sequence[NewMark] = (),
    samples: Sequence[NewSample] = (),
    sent_at: datetime | None = None,
    by: User | None = None,
    link: AssistantLink | None = None,
) -> list[Fate]:
    """Write down what a device sends, in the order in which it was made there; what became of each row, marks first.

    `sent_at`: what the device's clock said when it sent. `by` or `link` says who. A row whose id is known is not written again. Raises
    nothing for a bad row: it is refused and the others are kept.
    """
    # NO KEY: the fold of the figures refers to sessions while it holds the lock that our triggers wait for.
    locked = Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    received_at = timezone.now()
    writer = _Writer(locked, received_at, received_at - sent_at if sent_at else timedelta(), by, link)
    closed = _closed(locked, link, received_at)
    fates = [_keep_mark(writer, mark, at, closed) for mark, at in zip(marks, writer.moments(marks), strict=True)]
    if any(fate.state == State.KEPT for fate in fates):
        writer.write()
    fates += [_keep_sample(writer, sample, at, closed) for sample, at in zip(samples, writer.moments(samples), strict=True)]
    return fates


def _closed(session: Session, link: AssistantLink | None, now: datetime) -> tuple[str, str] | None:
    """Why nothing can be written in this session by this link at all."""
    if link is not None and not AssistantLink.objects.standing(now).filter(pk=link.pk, session=session).exists():
        return "link_expired", _("This link has expired or was withdrawn.")
    if session.cancelled_at is not None:
        return "cancelled", _("This session was cancelled.")
    if now < session.planned_start - EARLY:
        return "other_day", _("The session is planned for another day. Move it first.")
    return None


def _keep_mark(writer: _Writer, mark: NewMark, at: datetime, closed: tuple[str, str] | None) -> Fate:
    if mark.id in writer.marks:
        return Fate(mark.id, State.KNOWN)
    at = writer.behind(mark, at)
    refused = closed or writer.refusal(mark, at)
    if refused is None and AirMark.objects.filter(pk=mark.id).exists():
        refused = "id_taken", _("This mark was written down in another session.")
    if refused is not None:
        return Fate(mark.id, State.REFUSED, *refused)
    writer.marks[mark.id] = AirMark.objects.create(
        id=mark.id,
        session=writer.session,
        kind=mark.kind,
        slot_id=mark.slot,
        undoes_id=mark.undoes,
        at=at,
        device_at=mark.at,
        received_at=writer.received_at,
        by=writer.by,
        link=writer.link,
    )
    return Fate(mark.id, State.KEPT)


def _keep_sample(writer: _Writer, sample: NewSample, at: datetime, closed: tuple[str, str] | None) -> Fate:
    known = MetricSample.objects.filter(pk=sample.id).values_list("session", flat=True).first()
    if known is not None:
        if known == writer.session.pk:
            return Fate(sample.id, State.KNOWN)
        return Fate(sample.id, State.REFUSED, "id_taken", _("This sample was written down in another session."))
    if closed is not None:
        return Fate(sample.id, State.REFUSED, *closed)
    made = MetricSample(
        id=sample.id,
        session=writer.session,
        at=at,
        device_at=sample.at,
        received_at=writer.received_at,
        by=writer.by,
        link=writer.link,
        **sample.values,
    )
    warnings = falling(made)
    made.save(force_insert=True)
    return Fate(sample.id, State.KEPT, warnings=warnings)


def falling(sample: MetricSample) -> tuple[str, ...]:
    """The names of metrics that only grow and are less in `sample` than at some time before it: typed wrongly, here or there."""
    before = MetricSample.objects.filter(session=sample.session_id, at__lt=sample.at).exclude(pk=sample.pk)
    found = []
    for name in GROWING:
        value = getattr(sample, name)
        if value is not None and before.filter(**{f"{name}__gt": value}).exists():
            found.append(name)
    return tuple(found)


def end_forgotten(*, now: datetime) -> list[str]:
    """End the sessions that nobody ended; their codes.

    Such a session counts as ended when its planned length was over, or at its last mark or sample where it went on for longer: nobody
    said that it was cut short, and what was written down later shows that it was not.
    """
    ended = []
    for session in Session.objects.filter(actual_start__isnull=False, actual_end__isnull=True, marks__kind=AirMark.Kind.BEGIN).distinct():
        with transaction.atomic():
            locked = Session.objects.select_for_update(no_key=True).get(pk=session.pk)
            last = [
                rows.filter(session=locked).order_by("-at").values_list("at", flat=True).first()
                for rows in (AirMark.objects.all(), MetricSample.objects.all())
            ]
            at = max(moment for moment in (locked.end, *last) if moment is not None)
            writer = _Writer(locked, now, timedelta(), None, None)
            if fold_marks(writer.marks.values()).on_air and now >= at + FORGOTTEN_AFTER:
                mark = AirMark.objects.create(session=locked, kind=AirMark.Kind.END, at=at + _INSTANT, received_at=now)
                writer.marks[mark.pk] = mark
                writer.write()
                ended.append(locked.code)
    return ended
