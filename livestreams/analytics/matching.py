"""Which session a broadcast of a file was: by channel, day and start. What fits none is told and not taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from livestreams.analytics.columns import COLUMNS
from livestreams.analytics.models import LiveFigures, LiveUpload
from livestreams.analytics.reading import Broadcast
from livestreams.sessions.models import Session

# A broadcast may have been any session of its day, and over midnight one that began this close to it; farther than this from
# a session it is taken for none unless somebody says so.
NEAR = timedelta(hours=3)


class State(models.TextChoices):
    """What a row does."""

    NEW = "new", _("New")
    REPLACES = "replaces", _("Replaces an earlier edition")
    UNCHANGED = "unchanged", _("Nothing new")
    OLDER = "older", _("Older than what is kept")
    NO_SESSION = "no_session", _("No session of that day")
    ELSEWHERE = "elsewhere", _("Room of another channel")
    WRONG = "wrong", _("Cannot be read")
    LEFT_OUT = "left_out", _("Left out")


TAKEN = frozenset({State.NEW, State.REPLACES})
# What one may still decide otherwise about.
OPEN = frozenset({State.NEW, State.REPLACES, State.UNCHANGED, State.LEFT_OUT})


@dataclass(frozen=True)
class Match:
    """A row with the sessions that fit it, the nearest start first, the one it is taken for, and what is kept of its room."""

    broadcast: Broadcast
    state: State
    sessions: tuple[Session, ...] = ()
    chosen: Session | None = None
    kept: LiveFigures | None = None

    @property
    def apart(self) -> timedelta | None:
        """How far the broadcast began from the session's start."""
        started = self.broadcast.started_at
        return abs(started - self.chosen.start) if started and self.chosen else None


def sessions_of(upload: LiveUpload, user: User) -> list[Session]:
    """The sessions whose broadcasts the file may hold: those of its channel (or without one) that the user plans and runs."""
    planned = Session.objects.planned_by(user).filter(cancelled_at__isnull=True)
    return list(planned.filter(channel=upload.channel_id) if upload.channel_id else planned.filter(channel__isnull=True))


def matches(upload: LiveUpload, user: User, chosen: Mapping[int, str] | None = None) -> list[Match]:
    """Every row of the file with what it does. `chosen`: row → code of its session, empty to leave it out; else the nearest start,
    if it is `NEAR`.

    The number of queries does not grow with the rows.
    """
    broadcasts = [Broadcast.from_json(row) for row in upload.rows]
    sessions = sessions_of(upload, user)
    rooms = {one.room_id for one in broadcasts}
    kept = {figures.room_id: figures for figures in LiveFigures.objects.current().filter(room_id__in=rooms).select_related("session")}
    return [_match(one, sessions, kept.get(one.room_id), upload, (chosen or {}).get(one.row)) for one in broadcasts]


def fitting(started: datetime, sessions: Iterable[Session]) -> tuple[Session, ...]:
    """The sessions that a broadcast begun at `started` may have been, the nearest start first."""
    day = timezone.localdate(started)
    near = [one for one in sessions if timezone.localdate(one.start) == day or abs(one.start - started) <= NEAR]
    return tuple(sorted(near, key=lambda one: (abs(one.start - started), one.pk)))


def _is_near(started: datetime, session: Session) -> bool:
    return session.start - NEAR <= started <= session.end + NEAR


def _match(one: Broadcast, sessions: list[Session], kept: LiveFigures | None, upload: LiveUpload, asked: str | None) -> Match:
    if one.problems or one.started_at is None:
        return Match(one, State.WRONG, kept=kept)
    if kept is not None and kept.session not in sessions:
        return Match(one, State.ELSEWHERE, kept=kept)
    found = fitting(one.started_at, sessions)
    if kept is not None and kept.session not in found:
        found = (*found, kept.session)
    if not found:
        return Match(one, State.NO_SESSION)
    if asked == "":
        return Match(one, State.LEFT_OUT, found, None, kept)
    # What was decided about the room once stays, unless somebody decides otherwise.
    nearest = kept.session if kept is not None else found[0] if _is_near(one.started_at, found[0]) else None
    session = next((session for session in found if session.code == asked), nearest)
    if session is None:
        return Match(one, State.LEFT_OUT, found)
    if kept is None:
        return Match(one, State.NEW, found, session)
    if kept.session_id == session.pk and not changes(one, kept):
        return Match(one, State.UNCHANGED, found, session, kept)
    if kept.covers_to and upload.covers_to and upload.covers_to < kept.covers_to:
        return Match(one, State.OLDER, found, session, kept)
    return Match(one, State.REPLACES, found, session, kept)


def changes(one: Broadcast, kept: LiveFigures) -> list[str]:
    """The fields in which the row differs from what is kept; what the row does not have says nothing."""
    names = [column.field for column in COLUMNS if column.field != "room_id"]
    return [name for name in names if name in one.values and getattr(kept, name) != one.values[name]]
