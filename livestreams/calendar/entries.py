"""What a calendar shows: livestreams, events and courses of some days that the reader may see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models import Producer, in_language
from livestreams.calendar.sight import courses_of, events_of, sessions_of
from livestreams.events.models import OfflineEvent
from livestreams.programmes.models import Programme
from livestreams.sessions.models import Session, Slot
from livestreams.training.models import Course

DAY = timedelta(days=1)


class Kind(models.TextChoices):
    """What an entry is."""

    SESSION = "session", _("Livestream")
    EVENT = "event", _("Fair or conference")
    COURSE = "course", _("Training")


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which entries: those of one programme (id), host (id), commune (code), or of one kind; None narrows nothing."""

    programme: int | None = None
    host: int | None = None
    commune: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A livestream with its times, or something of whole days (`start` and `end` None); `last` is included."""

    kind: Kind
    row: Session | OfflineEvent | Course
    name_vi: str
    name_en: str
    first: date
    last: date
    start: datetime | None = None
    end: datetime | None = None
    place: str = ""
    host: str = ""

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name_vi, self.name_en)

    @property
    def programme(self) -> Programme | None:
        """What it belongs to."""
        return self.row.programme

    @property
    def cancelled(self) -> bool:
        """Whether it was called off."""
        return self.row.cancelled_at is not None

    @property
    def order(self) -> tuple[date, time, str]:
        """What entries are sorted by: whole days before times."""
        return self.first, timezone.localtime(self.start).time() if self.start else time.min, self.row.code

    def days(self, first: date, last: date) -> Iterator[date]:
        """Its days between two days, both included."""
        day = max(self.first, first)
        while day <= min(self.last, last):
            yield day
            day += DAY


def entries_of(user: User | AnonymousUser, first: date, last: date, only: Narrowing | None = None) -> list[Entry]:
    """The reader's entries that touch the days from `first` to `last` (both included), in their order; three queries at most."""
    narrow = only or Narrowing()
    found: list[Entry] = []
    if narrow.kind in {None, Kind.SESSION}:
        found += [_of_session(session) for session in _sessions(user, first, last, narrow)]
    # No host leads a fair or a course.
    if narrow.host is None:
        days = Q(starts_on__lte=last, ends_on__gte=first)
        if narrow.programme is not None:
            days &= Q(programme=narrow.programme)
        if narrow.commune is not None:
            days &= Q(commune=narrow.commune)
        related = ("programme", "commune")
        if narrow.kind in {None, Kind.EVENT}:
            found += [_of_event(event) for event in events_of(user).filter(days).select_related(*related)]
        if narrow.kind in {None, Kind.COURSE}:
            found += [_of_course(course) for course in courses_of(user).filter(days).select_related(*related)]
    return sorted(found, key=lambda entry: entry.order)


def midnight(day: date) -> datetime:
    """The moment at which the day begins in Vietnam."""
    return timezone.make_aware(datetime.combine(day, time()))


def _sessions(user: User | AnonymousUser, first: date, last: date, only: Narrowing) -> QuerySet[Session]:
    sessions = sessions_of(user).alias(begins=Coalesce("actual_start", "planned_start"), ends=Coalesce("actual_end", "planned_end"))
    sessions = sessions.filter(begins__lt=midnight(last + DAY), ends__gt=midnight(first)).select_related("host", "programme", "commune")
    if only.programme is not None:
        sessions = sessions.filter(programme=only.programme)
    if only.host is not None:
        sessions = sessions.filter(host=only.host)
    if only.commune is not None:
        here = Producer.objects.seated_in(only.commune).values("pk")
        shown = Slot.objects.filter(session=OuterRef("pk"), product__producer__in=here)
        sessions = sessions.filter(Q(commune=only.commune) | Exists(shown))
    return sessions


def _of_session(session: Session) -> Entry:
    begun = timezone.localdate(session.start)
    return Entry(
        kind=Kind.SESSION,
        row=session,
        name_vi=session.name_vi,
        name_en=session.name_en,
        first=begun,
        # One that ends at midnight is not of the next day.
        last=max(begun, timezone.localdate(session.end - timedelta(seconds=1))),
        start=session.start,
        end=session.end,
        place=session.place or (str(session.commune) if session.commune else ""),
        host=session.host.stage_name if session.host else "",
    )


def _of_event(event: OfflineEvent) -> Entry:
    return Entry(Kind.EVENT, event, event.name_vi, event.name_en, event.starts_on, event.ends_on, place=_place(event))


def _of_course(course: Course) -> Entry:
    return Entry(Kind.COURSE, course, course.title_vi, course.title_en, course.starts_on, course.ends_on, place=_place(course))


def _place(row: OfflineEvent | Course) -> str:
    return ", ".join(part for part in (row.place, str(row.commune) if row.commune else "") if part)
