"""The kinds of step in the words of those who take them, and what EPCIS and the Core Business Vocabulary 2.0 call them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What was done; the value is for ever, the words may change."""

    HARVESTED = "harvested", _("Harvested or caught")
    RECEIVED = "received", _("Received from somebody")
    PROCESSED = "processed", _("Processed")
    INSPECTED = "inspected", _("Inspected")
    PACKED = "packed", _("Packed")
    STORED = "stored", _("Put into store")
    LOGGER = "logger", _("Sensor or seal attached")
    SHIPPED = "shipped", _("Sent off")
    SOLD = "sold", _("Handed over with an invoice or order")
    DESTROYED = "destroyed", _("Destroyed")


class EventType(StrEnum):
    """The event that a step is kept as."""

    OBJECT = "ObjectEvent"
    AGGREGATION = "AggregationEvent"
    TRANSFORMATION = "TransformationEvent"
    ASSOCIATION = "AssociationEvent"
    TRANSACTION = "TransactionEvent"


@dataclass(frozen=True)
class Standard:
    """Action, business step and disposition of CBV 2.0; what the step asks for besides time and place."""

    action: str
    biz_step: str
    disposition: str
    # Which further questions the form asks: a partner's name, a paper, a carton, a device, a document's number.
    asks: frozenset[str] = frozenset()


STANDARD: dict[str, Standard] = {
    Kind.HARVESTED: Standard("ADD", "creating_class_instance", "active"),
    Kind.RECEIVED: Standard("OBSERVE", "receiving", "in_progress", frozenset({"partner"})),
    Kind.PROCESSED: Standard("ADD", "creating_class_instance", "active"),
    Kind.INSPECTED: Standard("OBSERVE", "inspecting", "conformant", frozenset({"partner", "paper"})),
    Kind.PACKED: Standard("OBSERVE", "packing", "in_progress", frozenset({"container"})),
    Kind.STORED: Standard("OBSERVE", "storing", "in_progress"),
    Kind.LOGGER: Standard("ADD", "sensor_reporting", "in_progress", frozenset({"device"})),
    Kind.SHIPPED: Standard("OBSERVE", "shipping", "in_transit", frozenset({"partner"})),
    Kind.SOLD: Standard("ADD", "shipping", "in_transit", frozenset({"partner", "document"})),
    Kind.DESTROYED: Standard("DELETE", "destroying", "destroyed"),
}
# What has left the lot for good.
LEAVING = (Kind.SHIPPED, Kind.SOLD, Kind.DESTROYED)
# What may still happen to a recalled lot: packs come back, are looked at, kept apart and destroyed.
AFTER_RECALL = (Kind.RECEIVED, Kind.INSPECTED, Kind.STORED, Kind.DESTROYED)
