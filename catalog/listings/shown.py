"""Contents for eyes: names of sets, photos, papers and links behind the codes and ids that a content holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from catalog.listings.comparing import TEXT_KINDS, Change, Segment
from catalog.listings.fields import fields_of
from catalog.listings.live import Content
from catalog.models import OcopSet, Owner, Paper, Photo, SalesLink

_ROWS: dict[str, Any] = {"photos": Photo, "papers": Paper, "links": SalesLink}


@dataclass(frozen=True)
class Side:
    """One side of a change: pieces of text (kept, gone, new), or a plain value of its kind, or rows (with those that differ)."""

    value: Any = ""
    pieces: list[Segment] = field(default_factory=list)
    rows: list[tuple[Any, bool]] = field(default_factory=list)


@dataclass(frozen=True)
class ShownChange:
    """A change with both its sides."""

    key: str
    label: str | Promise
    kind: str
    moved: bool
    before: Side
    after: Side


def shown_changes(found: Iterable[Change]) -> list[ShownChange]:
    """Changes as pages draw them. One query for each kind of row that changed, and one for sets."""
    sets = {ocop_set.code: ocop_set for ocop_set in OcopSet.objects.select_related("group")}
    return [_shown(change, sets) for change in found]


def _shown(change: Change, sets: dict[str, OcopSet]) -> ShownChange:
    if change.is_media:
        rows = _ROWS[change.key].objects.in_bulk([*change.before, *change.after])
        sides = [
            Side(rows=[(rows[pk], pk in differing) for pk in ids if pk in rows])
            for ids, differing in ((change.before, change.gone), (change.after, change.added))
        ]
    elif change.kind in TEXT_KINDS:
        sides = [Side(pieces=change.words_before), Side(pieces=change.words_after)]
    else:
        sides = [Side(value=plain_value(change.kind, text, sets)) for text in (change.before, change.after)]
    return ShownChange(change.key, change.label, change.kind, change.moved, *sides)


def plain_value(kind: str, text: str, sets: dict[str, OcopSet]) -> Any:
    """A content's text as a template draws it: prices and weights as numbers, where they are any."""
    if kind == "set":
        return sets.get(text, text)
    if kind in {"price", "weight"} and text.isdigit():
        return int(text)
    return text


def shown_content(owner: Owner, content: Content) -> list[tuple[str, str | Promise, str, Any]]:
    """(key, label, kind, value) of each field, in the order of the steps."""
    sets = {ocop_set.code: ocop_set for ocop_set in OcopSet.objects.select_related("group")}
    found = []
    for one in fields_of(owner):
        kind = one.kind.value
        found.append((one.key, one.label, kind, plain_value(kind, content.get(one.key, ""), sets)))
    return found
