"""Rows that several officials change by a form: whoever is second is told, and what was called off stays as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from livestreams.events.models import OfflineEvent
    from livestreams.programmes.models import Programme
    from livestreams.training.models import Course


class Versioned(models.Model):
    """A row whose form carries the version that it was opened with."""

    version = models.PositiveIntegerField(default=0, editable=False, help_text="one more with each change by its form")

    class Meta:
        abstract = True


class StaleError(ValueError):
    """What was sent rests on a state that is gone; `message` says so in the reader's language."""

    message: str | Promise = _(
        "Somebody else saved this page after you opened it, so nothing of yours was written. Save again to put yours in its place."
    )


class CalledOffError(StaleError):
    """It was called off: what was planned is kept as it was."""

    message = _("It was called off: nothing of it is changed any more.")


def save_over(row: Programme | OfflineEvent | Course, *, version: int | None) -> None:
    """Write a row that is there already, held to the end of the caller's transaction; `version` is the one that the form was opened with.

    Raises StaleError where another was first, CalledOffError.
    """
    # NO KEY: the row's sessions, fairs and claims refer to it meanwhile.
    held = type(row).objects.select_for_update(no_key=True).get(pk=row.pk)
    if getattr(held, "cancelled_at", None) is not None:
        raise CalledOffError
    if version is not None and version != held.version:
        raise StaleError
    row.version = held.version + 1
    row.save()
