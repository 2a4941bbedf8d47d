"""Where an entry of the calendar leads."""

from __future__ import annotations

from django.urls import reverse

from accounts.models import User
from accounts.scopes import scope_of
from livestreams.calendar.entries import Entry, Kind

PAGES = {Kind.SESSION: "session_detail", Kind.EVENT: "event_detail", Kind.COURSE: "course_detail"}


def page_of(entry: Entry, user: User) -> str:
    """The page of the entry's livestream, event or course; a member has pages of livestreams alone."""
    if entry.kind != Kind.SESSION and scope_of(user) is None:
        return ""
    return reverse(PAGES[entry.kind], args=[entry.row.code])
