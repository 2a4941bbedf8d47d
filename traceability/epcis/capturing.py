"""Capturing a document of events: all of it or nothing, or as much as goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from catalog.models import Producer
from traceability.epcis.checking import Problem
from traceability.epcis.models import CaptureJob
from traceability.epcis.services import EventRefusedError, record_event
from traceability.lots.models import products_kept_by

# One document: events, and bytes. Larger ones are sent in parts.
CAPTURE_LIMIT = 500
CAPTURE_BYTES = 4 * 1024 * 1024


class CaptureRolledBackError(Exception):
    """An event was refused, so that nothing of its document is kept."""


def producers_captured_for(user: User | AnonymousUser) -> QuerySet[Producer]:
    """The producers in whose name the user may capture: those whose lots the user keeps."""
    return Producer.objects.filter(pk__in=products_kept_by(user).values("producer"))


def capture_document(
    *,
    producer: Producer,
    by: User | None,
    document: Mapping[str, Any],
    behaviour: str = CaptureJob.Behaviour.ROLLBACK,
    public: bool = False,
) -> CaptureJob:
    """Keep the events of an EPCISDocument whose envelope is in order, and the job that says what became of it.

    `rollback`: one refused event and none is kept; `proceed`: the others are. The job's `errors` name the events by their place.
    """
    events = document["epcisBody"]["eventList"]
    job = CaptureJob(producer=producer, created_by=by, behaviour=behaviour, events=len(events))
    try:
        with transaction.atomic():
            # One document of a producer at a time: two that hold the same events in another order would wait for each other.
            Producer.objects.select_for_update(no_key=True).get(pk=producer.pk)
            for place, event in enumerate(events):
                try:
                    record_event(producer=producer, by=by, event=event, public=public, context=document["@context"])
                    job.captured += 1
                except EventRefusedError as refused:
                    job.errors += [_told(problem, place) for problem in refused.problems]
            if job.errors and behaviour == CaptureJob.Behaviour.ROLLBACK:
                raise CaptureRolledBackError
    except CaptureRolledBackError:
        job.captured = 0
    job.finished_at = timezone.now()
    job.save()
    return job


def _told(problem: Problem, place: int) -> dict[str, Any]:
    return {
        "type": "epcisException:ValidationException",
        "title": "The event was refused",
        "status": 400,
        "detail": problem.what,
        "instance": f"#/epcisBody/eventList/{place}" + (f"/{problem.where}" if problem.where else ""),
    }
