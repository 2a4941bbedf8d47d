"""Events as an EPCISQueryDocument, and lists of words as a Collection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone

from traceability.epcis.checking import prefixes
from traceability.epcis.hashing import namespaces_of
from traceability.epcis.models import Event
from traceability.epcis.vocabulary import CONTEXTS, NAMESPACES, STANDARD_CONTEXT


def query_document(events: Sequence[Event]) -> dict[str, Any]:
    """The answer to a query: events as captured, under one `@context`.

    An event whose prefixes mean something else than those of the others before it carries its own `@context`.
    """
    shared = _Shared()
    listed = [event.as_json() if shared.takes(event) else {**event.as_json(), "@context": event.context} for event in events]
    return {
        "@context": shared.context(),
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": timezone.now().isoformat(timespec="milliseconds"),
        "epcisBody": {"queryResults": {"queryName": "SimpleEventQuery", "resultsBody": {"eventList": listed}}},
    }


def collection(members: Iterable[str]) -> dict[str, Any]:
    """A list of words or URIs."""
    return {"@context": STANDARD_CONTEXT, "type": "Collection", "member": list(members)}


class _Shared:
    """The context of a document that grows with its events."""

    def __init__(self) -> None:
        self.references: list[str] = [STANDARD_CONTEXT]
        self.names: dict[str, Any] = {}
        # Prefixes of the standard that an event before relies on: a later event must not give them another meaning.
        self.relied: set[str] = set()

    def takes(self, event: Event) -> bool:
        """Take the event's context in; False where it would change what something means."""
        parts = event.context if isinstance(event.context, list) else [event.context]
        own: dict[str, Any] = {}
        for part in parts:
            own |= part if isinstance(part, dict) else {}
        used = prefixes(event.body)
        if any(self.names.get(name, value) != value or (name in self.relied and NAMESPACES[name] != value) for name, value in own.items()):
            return False
        meant = namespaces_of(event.context)
        if any(name in self.names and name not in own and meant.get(name) != self.names[name] for name in used):
            return False
        self.names |= own
        self.relied |= (used & set(NAMESPACES)) - set(own)
        self.references += [part for part in parts if isinstance(part, str) and part not in CONTEXTS and part not in self.references]
        return True

    def context(self) -> list[Any]:
        """The `@context` of the document."""
        return [*self.references, *([self.names] if self.names else [])]
