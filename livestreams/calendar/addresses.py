"""Where the entries of a calendar lead, and what is told at each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.urls import reverse

from accounts.models import User
from accounts.scopes import scope_of
from livestreams.calendar.entries import Entry, Kind
from livestreams.sessions.clashes import clashes_among, told_together
from livestreams.sessions.models import Session


def pages_for(user: User, entries: Iterable[Entry]) -> Callable[[Entry], str]:
    """Each entry's page: a livestream's plan for whoever plans it, until it is on air; a member has pages of livestreams alone."""
    planned = {session.pk for session in planned_among(user, entries) if session.actual_start is None}
    official = scope_of(user) is not None

    def page_of(entry: Entry) -> str:
        if entry.kind == Kind.SESSION:
            return reverse("session_plan" if entry.row.pk in planned else "session_detail", args=[entry.row.code])
        return reverse("event_detail" if entry.kind == Kind.EVENT else "course_detail", args=[entry.row.code]) if official else ""

    return page_of


def clashes_told(user: User, entries: Iterable[Entry]) -> dict[int, list[str]]:
    """In words, what else is at the same time as each livestream (by id), a sentence for each other one, for whoever plans it."""
    found = clashes_among(planned_among(user, entries))
    return {pk: told_together(clashes) for pk, clashes in found.items()}


def planned_among(user: User, entries: Iterable[Entry]) -> list[Session]:
    """The livestreams among the entries that the user plans."""
    sessions = {entry.row.pk: entry.row for entry in entries if isinstance(entry.row, Session)}
    return [sessions[pk] for pk in Session.objects.planned_by(user).filter(pk__in=sessions).values_list("pk", flat=True)]
