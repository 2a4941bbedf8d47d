"""Stations of a lot's way that nobody told on a phone: EPCIS events that its producer's own system handed in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from places.models import Commune
from traceability.epcis.models import Event
from traceability.lots.models import Lot
from traceability.steps.events import lot_uris, place_uri
from traceability.steps.kinds import Kind

MOST = 30
# Business steps of CBV 2.0 in the words of a buyer; what is not here is told by its name in the standard.
WORDS: dict[str, str | Promise] = {
    "commissioning": _("Made"),
    "creating_class_instance": _("Made"),
    "receiving": Kind.RECEIVED.label,
    "accepting": Kind.RECEIVED.label,
    "arriving": _("Arrived"),
    "inspecting": Kind.INSPECTED.label,
    "packing": Kind.PACKED.label,
    "storing": Kind.STORED.label,
    "departing": Kind.SHIPPED.label,
    "shipping": Kind.SHIPPED.label,
    "transporting": _("On the road"),
    "transforming": Kind.PROCESSED.label,
    "retail_selling": _("Sold in a shop"),
    "destroying": Kind.DESTROYED.label,
}


def captured_events(lot: Lot, producers: Iterable[int]) -> list[Event]:
    """Public events that stand, name the lot in any way it was ever named, and are the account of one of these producers.

    Anybody may write an event about anything: what is told about a lot is told by its producer, and by those whose lots went into it.
    What a step or a recall is kept as is left out: both stand on the page already.
    """
    told = Event.objects.handed_in().filter(producer__in=set(producers), public=True)
    return list(told.naming(*lot_uris(lot)).standing().select_related("producer").order_by("event_time", "pk")[:MOST])


def words_of(event: Event) -> str:
    """What happened."""
    return str(WORDS.get(event.biz_step) or event.biz_step.replace("_", " ").capitalize() or _("Recorded"))


def note_of(event: Event) -> str:
    """What the event says besides, in its producer's words."""
    return _text(event.body, "ocop:note")


def places_of(events: Iterable[Event]) -> dict[int, str]:
    """Where each event (by its id) took place: its own words, and the commune where it names one of ours."""
    found = list(events)
    prefix = place_uri(Commune(pk=""))
    named = {event.pk: event.read_point.removeprefix(prefix) for event in found if event.read_point.startswith(prefix)}
    communes = Commune.objects.select_related("province").in_bulk(set(named.values())) if named else {}
    places = {}
    for event in found:
        commune = communes.get(named.get(event.pk, ""))
        words = [_text(event.body, "ocop:place"), f"{commune.name}, {commune.province.name}" if commune else ""]
        places[event.pk] = ", ".join(filter(None, words))
    return places


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    return value[:200] if isinstance(value, str) else ""
