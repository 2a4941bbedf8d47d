"""A recall as an EPCIS 2.0 event: disposition `recalled` of CBV 2.0, of the whole lot or of so many packs of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings

from traceability.lots.models import Unit
from traceability.recalls.models import RecallScope
from traceability.steps.events import event_time, lot_uri, quantity_element


def recall_event(scope: RecallScope) -> dict[str, Any]:
    """The event. Its recall, and its lot with product, are read. Packs are counted and not named: their serials are no public list."""
    lot, recall, packs = scope.lot, scope.recall, scope.packs
    whole = packs is None
    event: dict[str, Any] = {
        "type": "ObjectEvent",
        "eventTime": event_time(recall.declared_at),
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
        "bizStep": "holding",
        "disposition": "recalled",
        "quantityList": [quantity_element(lot_uri(lot), lot.quantity if whole else Decimal(packs or 0), lot.unit if whole else Unit.PIECE)],
        "ocop:recall": f"{settings.PORTAL_ADDRESS}/recalls/{recall.pk}/",
        "ocop:note": recall.reason_vi,
    }
    if not whole:
        event |= {"ocop:firstPack": scope.first, "ocop:lastPack": scope.last}
    return event
