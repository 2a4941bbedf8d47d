"""Events of the portal's own making for tests, and the standard's example documents where they are at hand."""

from __future__ import annotations

import json
import os
from copy import deepcopy
from pathlib import Path
from typing import Any

from django.conf import settings

CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"ocop": "https://ocop.example.vn/voc/"}]
LOT = "https://id.gs1.org/01/08935000000014/10/A7"
UNIT = f"{LOT.replace('/10/A7', '')}/21/7Q2K9"
FARM = "https://id.gs1.org/414/8935000000021"


def object_event(**more: Any) -> dict[str, Any]:
    """200 kg of a lot received at the farm."""
    return {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "bizStep": "receiving",
        "disposition": "in_progress",
        "eventTime": "2026-03-02T08:30:00.000+07:00",
        "eventTimeZoneOffset": "+07:00",
        "readPoint": {"id": FARM},
        "bizLocation": {"id": FARM},
        "quantityList": [{"epcClass": LOT, "quantity": 200, "uom": "KGM"}],
        **more,
    }


def aggregation_event(**more: Any) -> dict[str, Any]:
    """A unit put into a carton."""
    event = object_event(type="AggregationEvent", action="ADD", bizStep="packing", parentID="urn:epc:id:sscc:8935000.0000000001")
    del event["quantityList"]
    return {**event, "childEPCs": [UNIT], **more}


def transformation_event(**more: Any) -> dict[str, Any]:
    """Crab made into paste."""
    event = object_event(type="TransformationEvent", bizStep="commissioning", eventTime="2026-03-03T08:30:00.000+07:00")
    del event["quantityList"], event["action"]
    return {
        **event,
        "inputQuantityList": [{"epcClass": LOT, "quantity": 200, "uom": "KGM"}],
        "outputEPCList": ["https://id.gs1.org/01/08935000000038/21/P1"],
        **more,
    }


def document(*events: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An EPCISDocument of these events."""
    return {
        "@context": deepcopy(CONTEXT),
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-05T08:00:00.000+07:00",
        "epcisBody": {"eventList": [deepcopy(event) for event in events]},
        **more,
    }


def standard_examples() -> dict[str, dict[str, Any]]:
    """The standard's own documents by file name, from `OCOP_EPCIS_EXAMPLES` or a folder `shared` beside the project; else none."""
    given = os.environ.get("OCOP_EPCIS_EXAMPLES")
    folder = Path(given) if given else settings.BASE_DIR.parent / "shared" / "data" / "epcis" / "examples"
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.jsonld"))}
