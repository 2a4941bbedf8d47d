"""Rows that somebody may be looking at, or everybody sees, are not rewritten."""

from __future__ import annotations

from catalog.models import ListingRevision, Paper, SalesLink


class ChangedMeanwhileError(Exception):
    """Somebody else changed or removed the same entry in the meantime; nothing was done."""


def is_fixed(row: Paper | SalesLink) -> bool:
    """Whether the row is public, or an official may be reading it now: then a change makes a new row in its place."""
    return row.shown or ListingRevision.objects.of(row.owner).filter(state=ListingRevision.State.SUBMITTED).exists()
