"""The verbs of events: record one, declare one wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from catalog.models import Producer
from traceability.epcis import vocabulary
from traceability.epcis.checking import Problem, event_problems
from traceability.epcis.hashing import hash_id
from traceability.epcis.identifiers import canonical
from traceability.epcis.items import items_of
from traceability.epcis.models import Event, EventItem
from traceability.lots.models import Lot


class EventRefusedError(Exception):
    """The event is not kept; `problems` say why, each with its place in the event."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = list(problems)


@transaction.atomic
def record_event(
    *,
    producer: Producer,
    by: User | None,
    event: Mapping[str, Any],
    public: bool = True,
    context: Any = vocabulary.STANDARD_CONTEXT,
) -> Event:
    """Keep an event (a dict as EPCIS 2.0 writes it in JSON-LD) as the producer's account; a missing `eventID` becomes its hash ID.

    `context` is the `@context` of the document it came in; one of the event's own adds to it. The same event again is the one there
    already: nothing is kept twice. Raises EventRefusedError for what is not EPCIS 2.0, and for another event under a known `eventID`.
    """
    if problems := event_problems(event, context):
        raise EventRefusedError(problems)
    body = {name: value for name, value in event.items() if name != "recordTime"}
    body.setdefault("eventID", hash_id(body, context))
    made = _row(producer=producer, by=by, body=body, public=public, context=context)
    # ON CONFLICT DO NOTHING rather than a look beforehand: two captures of the same event may come at once.
    Event.objects.bulk_create([made], ignore_conflicts=True)
    kept = Event.objects.get(producer=producer, event_id=made.event_id, declared_at=made.declared_at)
    if kept.body != body:
        raise EventRefusedError([Problem("eventID", f"{made.event_id} is the ID of another event already")])
    if not kept.items.exists():
        EventItem.objects.bulk_create(items_of(kept, body))
    return kept


def declare_error(
    *, event: Event, by: User | None, reason: str = "incorrect_data", corrective_ids: Sequence[str] = (), at: datetime | None = None
) -> Event:
    """Say of an event that it was wrong: a second event with its content, its ID and an error declaration.

    `reason`: `incorrect_data` or `did_not_occur` (CBV 2.0), or a URI of one's own; `corrective_ids` are those of the events that
    stand in its place. Raises EventRefusedError.
    """
    declaration: dict[str, Any] = {
        "declarationTime": (at or timezone.now()).astimezone(UTC).isoformat(timespec="milliseconds"),
        "reason": reason,
    }
    if corrective_ids:
        declaration["correctiveEventIDs"] = list(corrective_ids)
    declared = {**event.body, "errorDeclaration": declaration}
    return record_event(producer=event.producer, by=by, event=declared, public=event.public, context=event.context)


@transaction.atomic
def make_public(*, event: Event, public: bool) -> None:
    """Let everybody read an event that a system handed in, with what declares it wrong; or, with `public` False, its own people alone."""
    Event.objects.handed_in().filter(producer=event.producer_id, event_id=event.event_id).update(public=public)
    # The pages of whichever lots it names: an event names them in many forms.
    Lot.objects.filter(product__producer=event.producer_id).mark_changed()


def _row(*, producer: Producer, by: User | None, body: dict[str, Any], public: bool, context: Any) -> Event:
    declared = body.get("errorDeclaration")
    return Event(
        producer=producer,
        captured_by=by,
        event_id=body["eventID"],
        type=body["type"],
        action=body.get("action", ""),
        event_time=_time(body["eventTime"]),
        event_time_offset=body["eventTimeZoneOffset"],
        biz_step=vocabulary.bare(body.get("bizStep", ""), vocabulary.BIZ_STEP),
        disposition=vocabulary.bare(body.get("disposition", ""), vocabulary.DISPOSITION),
        read_point=canonical(body.get("readPoint", {}).get("id", "")),
        biz_location=canonical(body.get("bizLocation", {}).get("id", "")),
        transformation_id=canonical(body.get("transformationID", "")),
        declared_at=_time(declared["declarationTime"]) if declared is not None else None,
        public=public,
        body=body,
        context=context,
    )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.upper()).astimezone(UTC)
