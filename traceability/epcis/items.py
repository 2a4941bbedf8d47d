"""What an event names, read out of it for `EventItem`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from traceability.epcis.identifiers import canonical
from traceability.epcis.models import Event, EventItem

_EPCS = {"epcList": "epc", "childEPCs": "child", "inputEPCList": "input", "outputEPCList": "output"}
_CLASSES = {"quantityList": "epc", "childQuantityList": "child", "inputQuantityList": "input", "outputQuantityList": "output"}
# What EventItem.quantity can hold; a larger or finer number stands in the event's body all the same.
_LARGEST = Decimal(10) ** 21


def items_of(event: Event, body: Mapping[str, Any]) -> Iterator[EventItem]:
    """Rows for everything that the event's body names, not saved yet."""
    if parent := body.get("parentID"):
        yield EventItem(event=event, role="parent", uri=parent, canonical=canonical(parent))
    for name, role in _EPCS.items():
        for uri in body.get(name, ()):
            yield EventItem(event=event, role=role, uri=uri, canonical=canonical(uri))
    for name, role in _CLASSES.items():
        for part in body.get(name, ()):
            yield EventItem(
                event=event,
                role=role,
                is_class=True,
                uri=part["epcClass"],
                canonical=canonical(part["epcClass"]),
                quantity=_quantity(part.get("quantity")),
                uom=part.get("uom", ""),
            )


def _quantity(value: float | None) -> Decimal | None:
    if value is None:
        return None
    number = Decimal(str(value))
    return round(number, 9) if abs(number) < _LARGEST else None
