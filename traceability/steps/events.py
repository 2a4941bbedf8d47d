"""A step written as an EPCIS 2.0 event (ISO/IEC 19987) in JSON-LD, with the words of CBV 2.0."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from places.models import Commune
from traceability.codes.paths import gtin14, gtins14
from traceability.epcis.vocabulary import STANDARD_CONTEXT
from traceability.lots.models import Lot, Unit
from traceability.steps.kinds import STANDARD, EventType, Kind
from traceability.steps.told import Told

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
VOCABULARY = f"{settings.PORTAL_ADDRESS}/voc/"
CONTEXT: list[Any] = [STANDARD_CONTEXT, {"ocop": VOCABULARY}]


def lot_uri(lot: Lot) -> str:
    """The lot as an EPC class: its canonical Digital Link; without a GTIN, the address of its own code on this portal."""
    number = gtin14(lot.product)
    return f"https://id.gs1.org/01/{number}/10/{lot.number}" if number else f"{settings.PORTAL_ADDRESS}/t/{lot.code}"


def lot_uris(lot: Lot) -> list[str]:
    """All names under which events may know the lot: by today's number, by those its product had before, by its own code."""
    numbers = gtins14(lot.product)
    return [*(f"https://id.gs1.org/01/{number}/10/{lot.number}" for number in numbers), f"{settings.PORTAL_ADDRESS}/t/{lot.code}"]


def place_uri(commune: Commune) -> str:
    """A commune as a location: communes have official codes and no GLN."""
    return f"{settings.PORTAL_ADDRESS}/communes/{commune.pk}"


def _own(lot: Lot, kind: str, number: str) -> str:
    """Something of the producer's that has a number of its own: a carton, a device, a document."""
    shown = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in number)
    return f"{settings.PORTAL_ADDRESS}/t/{lot.code}/{kind}/{shown}"


def quantity_element(uri: str, quantity: Decimal | None, unit: str) -> dict[str, Any]:
    """So much of an EPC class, as EPCIS writes it."""
    element: dict[str, Any] = {"epcClass": uri}
    if quantity is not None:
        element["quantity"] = int(quantity) if quantity == quantity.to_integral() else float(quantity)
        if unit != Unit.PIECE:  # without a unit EPCIS counts pieces
            element["uom"] = unit
    return element


def event_time(moment: datetime) -> str:
    """A time as our events have it: with the offset of Vietnam."""
    return moment.astimezone(VIETNAM).isoformat(timespec="milliseconds")


def event_of(lot: Lot, told: Told) -> dict[str, Any]:
    """The event; its type follows from what was told. The lot's product and inputs are read.

    Processing with inputs that are lots is a transformation, packing into a numbered carton an aggregation, a sensor an association, a
    handing over with a document a transaction; everything else happened to the lot as an object.
    """
    standard = STANDARD[told.kind]
    goods = quantity_element(lot_uri(lot), told.quantity or lot.quantity, lot.unit)
    event: dict[str, Any] = {
        "type": EventType.OBJECT,
        "eventTime": event_time(told.happened_at),
        "eventTimeZoneOffset": "+07:00",
        "action": standard.action,
        "bizStep": standard.biz_step,
        "disposition": standard.disposition,
        "quantityList": [goods],
    }
    if told.kind == Kind.PROCESSED:
        _transform(event, lot, goods)
    elif told.kind == Kind.PACKED and told.number:
        del event["quantityList"]
        event |= {
            "type": EventType.AGGREGATION,
            "action": "ADD",
            "parentID": _own(lot, "carton", told.number),
            "childQuantityList": [goods],
        }
    elif told.kind == Kind.LOGGER:
        del event["quantityList"]
        event |= {"type": EventType.ASSOCIATION, "parentID": lot_uri(lot), "childEPCs": [_own(lot, "device", told.number or "1")]}
    elif told.kind == Kind.SOLD and told.number:
        document = {"type": "inv", "bizTransaction": _own(lot, "document", told.number)}
        event |= {"type": EventType.TRANSACTION, "bizTransactionList": [document]}
    elif told.kind == Kind.SOLD:
        event["action"] = "OBSERVE"
    _tell_where_and_how(event, told)
    return event


def _transform(event: dict[str, Any], lot: Lot, goods: dict[str, Any]) -> None:
    sources = [one for one in lot.inputs.select_related("source__product") if one.source is not None]
    if not sources:
        return
    del event["quantityList"], event["action"]
    event["type"] = EventType.TRANSFORMATION
    event["inputQuantityList"] = [
        quantity_element(lot_uri(one.source), one.quantity, one.unit) for one in sources if one.source is not None
    ]
    event["outputQuantityList"] = [goods]


def _tell_where_and_how(event: dict[str, Any], told: Told) -> None:
    if told.commune is not None:
        event["readPoint"] = {"id": place_uri(told.commune)}
        event["bizLocation"] = {"id": place_uri(told.commune)}
    if told.temperature is not None:
        report = {"type": "Temperature", "value": float(told.temperature), "uom": "CEL"}
        event["sensorElementList"] = [{"sensorMetadata": {"time": event_time(told.happened_at)}, "sensorReport": [report]}]
    for name, value in (("place", told.place), ("partner", told.partner), ("note", told.note)):
        if value:
            event[f"ocop:{name}"] = value
    if told.photo is not None:
        event["ocop:photo"] = f"ni:///sha-256;{told.photo.digest}"
    if told.paper is not None:
        event["ocop:paper"] = " ".join(filter(None, (told.paper.get_kind_display(), told.paper.number)))
