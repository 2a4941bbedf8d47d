"""The history of a product or a producer as rows of a page: the newest first, each with who acted and what differed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from catalog.history.sources import Source, sources_of
from catalog.models import ListingRevision, Owner

MOST = 2000
"""Events read of one kind of row: more is no history that somebody reads, and the newest are kept."""

LABELS = {"insert": gettext_lazy("added"), "update": gettext_lazy("changed"), "delete": gettext_lazy("removed")}


@dataclass(frozen=True)
class Difference:
    """A field, and what it held before and after: text, a number, a day, a time or nothing (None)."""

    key: str
    label: str | Promise
    before: Any
    after: Any


@dataclass(frozen=True)
class Entry:
    """One change: when, by whom (None: no user acted, or nobody knows), of what kind of row, and what differed in it."""

    at: datetime
    who: User | None
    what: str | Promise
    label: str | Promise
    differences: tuple[Difference, ...]


def history(owner: Owner) -> list[Entry]:
    """Everything that is kept of the owner. One query for each kind of row, for each kind of thing they name, and for the people."""
    told = [(source, list(source.events(owner).reverse()[:MOST])[::-1]) for source in sources_of(owner)]
    people = User.objects.in_bulk({who for _source, events in told for event in events if (who := _user(event)) is not None})
    # Of one transaction everything has the same time; there the listing stands above what its publication changed.
    found = [(at, place, pk, entry) for place, (source, events) in enumerate(told) for at, pk, entry in _entries(source, events, people)]
    return [entry for *_key, entry in sorted(found, key=lambda row: row[:3], reverse=True)]


def _user(event: Any) -> int | None:
    return (event.pgh_context or {}).get("user")


def _entries(source: Source, events: Iterable[Any], people: dict[int, User]) -> list[tuple[datetime, int, Entry]]:
    named = _named(source, events)
    before: dict[int, Any] = {}
    found = []
    for event in events:
        row = event.pgh_obj_id
        differences = tuple(_differences(source, before.get(row), event, named))
        before[row] = event
        if event.pgh_label == "update" and not differences and source.model is not ListingRevision:
            continue  # something that the page does not tell, such as who typed last
        who = _user(event)
        entry = Entry(event.pgh_created_at, people.get(who) if who is not None else None, source.words, _label(source, event), differences)
        found.append((event.pgh_created_at, event.pgh_id, entry))
    return found


def _label(source: Source, event: Any) -> str | Promise:
    if source.model is ListingRevision and event.pgh_label != "delete":
        return ListingRevision.State(event.state).label
    return LABELS.get(str(event.pgh_label), "")


def _differences(source: Source, before: Any, after: Any, named: dict[tuple[str, Any], str]) -> Iterable[Difference]:
    if source.model is ListingRevision:
        return  # its state is its label, and what it says stands on its own page
    gone = after.pgh_label == "delete"
    for key, label in source.fields.items():
        field = source.model._meta.get_field(key)
        old = _value(field, before if before is not None else (after if gone else None), named)
        new = None if gone else _value(field, after, named)
        if old != new and not (old in {None, ""} and new in {None, ""}):
            yield Difference(key, label, old, new)


def _value(field: Any, event: Any, named: dict[tuple[str, Any], str]) -> Any:
    """What the event says of the field: the name of what a key points at, the words of a choice."""
    if event is None:
        return None
    held = getattr(event, field.attname)
    if held is None:
        return None
    if field.is_relation:
        return named.get((field.name, held), str(held))
    if field.choices:
        return str(dict(field.flatchoices).get(held, held))
    if isinstance(held, bool):
        return _("yes") if held else _("no")
    return held if isinstance(held, int | date | datetime) else str(held)


def _named(source: Source, events: Iterable[Any]) -> dict[tuple[str, Any], str]:
    """The names of what the events' keys point at, by (field, key); what is no more keeps its key."""
    wanted: defaultdict[str, set[Any]] = defaultdict(set)
    for key in source.fields:
        if source.model._meta.get_field(key).is_relation:
            wanted[key] = {held for event in events if (held := getattr(event, f"{key}_id")) is not None}
    found: dict[tuple[str, Any], str] = {}
    for key, ids in wanted.items():
        model = source.model._meta.get_field(key).related_model
        assert isinstance(model, type)
        assert issubclass(model, models.Model)
        found |= {(key, pk): str(row) for pk, row in model._default_manager.in_bulk(ids).items()}
    return found
