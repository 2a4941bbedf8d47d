"""What differs between two contents, field by field, for eyes and for publishing."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.functional import Promise

from catalog.listings.fields import MEDIA, Kind, fields_of
from catalog.listings.live import Content
from catalog.models import Owner

Segment = tuple[Literal["same", "gone", "new"], str]
_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Change:
    """One field that differs. `moved`: what is public now is no longer what the draft began with (`before` is what is public now)."""

    key: str
    label: str | Promise
    kind: str
    before: Any
    after: Any
    moved: bool = False

    @property
    def is_media(self) -> bool:
        """Whether ids are compared instead of texts."""
        return self.key in MEDIA

    @property
    def gone(self) -> list[int]:
        """Ids that are shown no longer."""
        return [pk for pk in self.before if pk not in self.after]

    @property
    def added(self) -> list[int]:
        """Ids that are new."""
        return [pk for pk in self.after if pk not in self.before]

    @property
    def words_before(self) -> list[Segment]:
        """The text before, in pieces: those that stayed and those that are gone."""
        return [segment for segment in segments(str(self.before), str(self.after)) if segment[0] != "new"]

    @property
    def words_after(self) -> list[Segment]:
        """The text after, in pieces: those that stayed and those that are new."""
        return [segment for segment in segments(str(self.before), str(self.after)) if segment[0] != "gone"]


def changed_keys(base: Content, content: Content) -> list[str]:
    """Keys in which two contents differ. Media count only where the content says which: until submission it does not."""
    return [key for key in content if content[key] != base.get(key, [] if key in MEDIA else "")]


def changes(owner: Owner, base: Content, content: Content, live: Content) -> list[Change]:
    """What the producer changed since `base`, beside what is public now (`live`), in the order of the steps."""
    kinds: dict[str, tuple[str | Promise, str]] = {field.key: (field.label, field.kind.value) for field in fields_of(owner)}
    kinds |= {key: (label, key) for key, label in MEDIA.items()}
    wanted = set(changed_keys(base, content))
    found = []
    for key, (label, kind) in kinds.items():
        empty: Any = [] if key in MEDIA else ""
        if key in wanted and content[key] != live.get(key, empty):
            moved = live.get(key, empty) != base.get(key, empty)
            found.append(Change(key, label, kind, live.get(key, empty), content[key], moved))
    return found


def segments(before: str, after: str) -> list[Segment]:
    """Both texts as one row of pieces, word by word."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    found: list[Segment] = []
    gone, added = "", ""
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        same = "".join(old[a:b]) if tag == "equal" else ""
        if same.strip() or (same and not (gone or added)):
            found.extend([*_pieces(gone, added), ("same", same)])
            gone, added = "", ""
        else:
            # A blank between two words that changed is no word that stayed.
            gone, added = gone + (same or "".join(old[a:b])), added + (same or "".join(new[c:d]))
    return [*found, *_pieces(gone, added)]


def _pieces(gone: str, new: str) -> Iterable[Segment]:
    if gone:
        yield "gone", gone
    if new:
        yield "new", new


TEXT_KINDS = frozenset({Kind.LINE.value, Kind.TEXT.value})
"""Kinds whose words are compared one by one; a price that changed is another price."""
