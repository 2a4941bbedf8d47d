"""Who set up, changed, paused, resumed or deleted a schedule, and what differed: as the database's own triggers kept it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from dashboards.mailing.asked import asked_of
from dashboards.mailing.models import DECIDED, MailRecipient, MailSchedule
from dashboards.mailing.wording import rhythm_of

MOST = 200
"""Changes that a page tells, the newest: more is no history that somebody reads."""


@dataclass(frozen=True)
class Difference:
    """What was said before (None: there is nothing to compare with) and what is said since."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One change: when, by whom (None: no user acted, or nobody knows), what was done, and what differed."""

    at: datetime
    who: User | None
    what: str | Promise
    differences: tuple[Difference, ...]


def changes_of(schedule: MailSchedule) -> list[Change]:
    """The newest first. Three queries, whatever was changed."""
    events: Any = MailSchedule.pgh_event_model.objects  # type: ignore[attr-defined]
    told = list(events.filter(pgh_obj=schedule.pk).order_by("-pgh_id")[: MOST + 1])[::-1]
    entered: Any = MailRecipient.pgh_event_model.objects
    people = list(entered.filter(mailschedule=schedule.pk).order_by("pgh_id"))
    ids = {event.user_id for event in people} | {_user(event) for event in told}
    known = User.objects.in_bulk([pk for pk in ids if pk is not None])
    found, before = [], None
    for event in told:
        # All that one transaction of one request did has one time: the recipients that it moved belong to it.
        moved = [one for one in people if _deed(one) == _deed(event)] if event.pgh_label == "update" else []
        differences = [
            *(_differences(schedule, before, event) if before and event.version != before.version else ()),
            *_people(moved, known),
        ]
        found.append(Change(event.pgh_created_at, known.get(_user(event)), _what(before, event), tuple(differences)))
        before = event
    return found[::-1][:MOST]


def _user(event: Any) -> int | None:
    return (event.pgh_context or {}).get("user")


def _deed(event: Any) -> tuple[datetime, Any]:
    return event.pgh_created_at, event.pgh_context_id


def _what(before: Any, event: Any) -> str | Promise:
    if event.pgh_label == "insert":
        return pgettext_lazy("schedule of mails", "Set up")
    if event.ended_at and not (before and before.ended_at):
        return pgettext_lazy("schedule of mails", "Deleted")
    if before and event.version == before.version:
        return pgettext_lazy("schedule of mails", "Paused") if event.paused_at else pgettext_lazy("schedule of mails", "Resumed")
    return pgettext_lazy("schedule of mails", "Changed")


def _differences(schedule: MailSchedule, before: Any, after: Any) -> Iterator[Difference]:
    told = zip(_facts(schedule, before), _facts(schedule, after), strict=True)
    return (Difference(label, old, new) for (label, old), (_label, new) in told if old != new)


def _facts(schedule: MailSchedule, event: Any) -> list[tuple[str, str]]:
    """What the schedule said then, in words."""
    fields = {name: getattr(event, name) for name in DECIDED if name != "version"}
    then = MailSchedule(province_id=schedule.province_id, **fields)
    return [
        (_("What"), then.what),
        (_("Filters"), "; ".join(f"{label}: {words}" for label, words in asked_of(then)) or _("none")),
        (_("Form"), f"{then.get_form_display()}, {then.get_language_display()}"),
        (_("How often"), rhythm_of(then)),
    ]


def _people(moved: Sequence[Any], known: dict[int, User]) -> Iterator[Difference]:
    for label, words in (("insert", _("Gets it from then on")), ("delete", _("Taken off"))):
        names = sorted(str(known[one.user_id]) for one in moved if one.pgh_label == label and one.user_id in known)
        if names:
            yield Difference(words, "", ", ".join(names))
