"""Codes that the portal gives: they say nothing of whom or what they stand for, so that they may outlive a name."""

from __future__ import annotations

from uuid import uuid4

from django.db import transaction

from livestreams.events.models import OfflineEvent
from livestreams.partners.models import Organisation
from livestreams.people.models import Guest, Host
from livestreams.programmes.models import Programme
from livestreams.training.models import Course


@transaction.atomic
def save_with_code(row: Host | Guest | Organisation | Programme | OfflineEvent | Course, letters: str) -> None:
    """Write a new row under the code `letters-0042`, the number being its id."""
    # A code must stand before there is an id.
    row.code = f"{letters}-{uuid4().hex}"
    row.save(force_insert=True)
    row.code = code_of(row, letters)
    row.save(update_fields=["code"])


def code_of(row: Host | Guest | Organisation | Programme | OfflineEvent | Course, letters: str) -> str:
    """The code that the portal gives to a row that has an id."""
    return f"{letters}-{row.pk:04d}"
