"""Writing an event, and calling it off."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from catalog.models import Producer
from livestreams.codes import save_with_code
from livestreams.events.models import OfflineEvent
from livestreams.versions import save_over


@transaction.atomic
def save_event(*, event: OfflineEvent, producers: Iterable[Producer], version: int | None = None) -> None:
    """Write the event with the producers that take part. Raises StaleError where it is not of that `version` any more, CalledOffError."""
    if event.pk is None:
        save_with_code(event, "SK")
    else:
        save_over(event, version=version)
    event.producers.set(producers)


def cancel_event(*, event: OfflineEvent, reason: str) -> None:
    """Call the event off: it counts for nothing any more, and calendars say so. Called off twice, the first reason stays."""
    OfflineEvent.objects.filter(pk=event.pk, cancelled_at__isnull=True).update(
        cancelled_at=timezone.now(), cancelled_reason=reason, version=F("version") + 1
    )
