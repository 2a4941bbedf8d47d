"""Setting a target of the year, and taking one back."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from dashboards.targets.models import YearTarget


class TargetTakenError(Exception):
    """There is a target of that figure, year and first day already: what was set is never overwritten."""


def set_target(*, target: YearTarget, by: User) -> None:
    """Keep a new target beside those before it. Raises TargetTakenError."""
    target.set_by = by
    try:
        with transaction.atomic():
            target.save(force_insert=True)
    except IntegrityError as error:
        raise TargetTakenError from error


class ReasonMissingError(Exception):
    """Taken back without a reason."""


@transaction.atomic
def take_back_target(*, target: YearTarget, by: User, reason: str) -> None:
    """Let a target hold no more, as if it had not been set: the one before it is in force again. Twice is once.

    Raises ReasonMissingError.
    """
    if not reason.strip():
        raise ReasonMissingError
    held = YearTarget.objects.select_for_update().get(pk=target.pk)
    if held.taken_back_at is None:
        held.taken_back_at, held.taken_back_by, held.why_taken_back = timezone.now(), by, reason.strip()
        held.save(update_fields=["taken_back_at", "taken_back_by", "why_taken_back"])
