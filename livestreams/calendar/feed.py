"""The calendar as iCalendar (RFC 5545), for programs that read it again and again.

An entry keeps its UID for ever. SEQUENCE and LAST-MODIFIED come from the history that the database keeps of each row, so every
change of a plan is a newer revision, by whatever way it came. Of people it names the host as he or she is known on stage, nobody else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db.models import Count, Max
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone

from livestreams.calendar.entries import Entry, Kind, midnight

ZONE = "Asia/Ho_Chi_Minh"
HISTORIES = {Kind.SESSION: "SessionEvent", Kind.EVENT: "OfflineEventEvent", Kind.COURSE: "CourseEvent"}
PRODUCT = "-//OCOP portal//calendar//VI"
# How often a program is asked to read it again.
REFRESHED = timedelta(hours=1)
# No zone rule of Vietnam is needed for earlier days.
EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Revision:
    """How often a row was changed since it was written, and when it was last (None: before histories were kept)."""

    number: int = 0
    at: datetime | None = None


def ical_of(entries: Iterable[Entry], *, title: str, address: Callable[[Entry], str]) -> bytes:
    """The entries as an iCalendar stream in the active language; `address` gives an entry's page, or nothing. A query for each kind."""
    shown = list(entries)
    revisions = {kind: _revisions(kind, [entry.row.pk for entry in shown if entry.kind == kind]) for kind in Kind}
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    calendar.add("x-wr-timezone", ZONE)
    calendar.add("refresh-interval", REFRESHED, parameters={"value": "DURATION"})
    zone = Timezone.from_tzid(ZONE, first_date=EARLIEST)
    zone.pop("comment", None)
    calendar.add_component(zone)
    for entry in shown:
        calendar.add_component(_event(entry, revisions[entry.kind].get(entry.row.pk, Revision()), address(entry)))
    content: bytes = calendar.to_ical()
    return content


def _event(entry: Entry, revision: Revision, page: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.kind.value}-{entry.row.code}@ocop-portal")
    event.add("sequence", revision.number)
    changed = (revision.at or midnight(entry.first)).astimezone(ZoneInfo("UTC")).replace(microsecond=0)
    # Without a METHOD, this too is when the entry was last revised: read again unchanged, the stream is the same.
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    if entry.start is not None and entry.end is not None:
        zone = ZoneInfo(ZONE)
        event.add("dtstart", entry.start.astimezone(zone))
        event.add("dtend", entry.end.astimezone(zone))
    else:
        event.add("dtstart", entry.first)
        # The end of whole days is excluded.
        event.add("dtend", entry.last + timedelta(days=1))
    event.add("summary", _("Cancelled: %(name)s") % {"name": entry.name} if entry.cancelled else entry.name)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("categories", [str(entry.kind.label)])
    if entry.place:
        event.add("location", entry.place)
    told = [_("Host: %(name)s") % {"name": entry.host}] if entry.host else []
    told += [_("Programme: %(name)s") % {"name": entry.programme}] if entry.programme else []
    if told:
        event.add("description", "\n".join(told))
    if page:
        event.add("url", page)
    return event


def _revisions(kind: Kind, rows: list[int]) -> dict[int, Revision]:
    if not rows:
        return {}
    history: Any = apps.get_model("livestreams", HISTORIES[kind])
    found = history.objects.filter(pgh_obj__in=rows).order_by().values("pgh_obj").annotate(count=Count("pk"), last=Max("pgh_created_at"))
    return {row["pgh_obj"]: Revision(row["count"] - 1, row["last"]) for row in found}
