"""The event hash ID: a name that follows from what an event says (CBV 2.0, "EPCIS event hash ID").

The values of an event are written one after the other in the standard's order, each with its key, in one canonical form, and hashed:
whoever computes it for the same event gets the same name, whatever the order of its members, its white space or its prefixes.
`eventID`, `recordTime` and `errorDeclaration` take no part: an event keeps its name when it is declared wrong.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from traceability.epcis import vocabulary
from traceability.epcis.identifiers import canonical

# The standard's order of properties; what stands in none of them is an extension of the user's.
_EPC_LISTS = ("epcList", "inputEPCList", "childEPCs", "outputEPCList")
_QUANTITY_LISTS = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
_PARTIES = {"bizTransactionList": "bizTransaction", "sourceList": "source", "destinationList": "destination"}
_ORDER = (
    "eventTime",
    "eventTimeZoneOffset",
    "certificationInfo",
    "epcList",
    "parentID",
    "inputEPCList",
    "childEPCs",
    "quantityList",
    "childQuantityList",
    "inputQuantityList",
    "outputEPCList",
    "outputQuantityList",
    "action",
    "transformationID",
    "bizStep",
    "disposition",
    "persistentDisposition",
    "readPoint",
    "bizLocation",
    "bizTransactionList",
    "sourceList",
    "destinationList",
    "sensorElementList",
)
_METADATA = ("time", "startTime", "endTime", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules")
_REPORT = (
    *("type", "exception", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "time", "microorganism"),
    *("chemicalSubstance", "value", "component", "stringValue", "booleanValue", "hexBinaryValue", "uriValue", "minValue"),
    *("maxValue", "meanValue", "sDev", "percRank", "percValue", "uom", "coordinateReferenceSystem"),
)
_LEFT_OUT = frozenset({"@context", "type", "eventID", "recordTime", "errorDeclaration", "ilmd"})
_TIMES = frozenset({"eventTime", "time", "startTime", "endTime"})
_WORDS = {
    "bizStep": vocabulary.BIZ_STEP,
    "disposition": vocabulary.DISPOSITION,
    "set": vocabulary.DISPOSITION,
    "unset": vocabulary.DISPOSITION,
    "bizTransaction": vocabulary.TRANSACTION_TYPE,
    "source": vocabulary.PARTY_TYPE,
    "destination": vocabulary.PARTY_TYPE,
    "component": vocabulary.COMPONENT,
    "exception": vocabulary.WEB_VOCABULARY,
}


def hash_id(event: Mapping[str, Any], context: Any) -> str:
    """The name `ni:///sha-256;…?ver=CBV2.0` of an event whose document has that `@context`. The event is valid by the schema."""
    return f"ni:///sha-256;{hashlib.sha256(pre_hash(event, context).encode()).hexdigest()}?ver=CBV2.0"


def pre_hash(event: Mapping[str, Any], context: Any) -> str:
    """What is hashed, so that a difference can be looked at."""
    return _Writer(namespaces_of(context, event.get("@context"))).event(event)


def namespaces_of(*contexts: Any) -> dict[str, str]:
    """Prefixes and their namespaces, of the standard's context and those given; a later one wins."""
    found = dict(vocabulary.NAMESPACES)
    for context in contexts:
        for part in context if isinstance(context, list) else [context]:
            if isinstance(part, dict):
                found |= {str(prefix): uri for prefix, uri in part.items() if isinstance(uri, str) and not str(prefix).startswith("@")}
    return found


class _Writer:
    def __init__(self, namespaces: dict[str, str]) -> None:
        self.namespaces = namespaces

    def event(self, event: Mapping[str, Any]) -> str:
        kind = vocabulary.uncompacted(str(event["type"]), self.namespaces)
        known = "".join(self._field(name, event[name]) for name in _ORDER if name in event)
        return f"eventType={kind}{known}" + "".join(sorted(self._left_over(event)))

    def _left_over(self, event: Mapping[str, Any]) -> Iterator[str]:
        """Master data and extensions, each under the names of what it stands in: CBV 2.0 puts them last, also those of inner fields."""
        for name in ("readPoint", "bizLocation"):
            yield from self._under(name, self._extensions(event.get(name, {}), {"id"}))
        yield from self._under("ilmd", self._extensions(event.get("ilmd", {}), set()))
        sensors = (part for element in event.get("sensorElementList", ()) for part in self._sensor_extensions(element))
        yield from self._under("sensorElementList", sensors)
        yield from self._extensions(event, {*_ORDER, *_LEFT_OUT})

    def _sensor_extensions(self, element: Mapping[str, Any]) -> Iterator[str]:
        parts = [*self._under("sensorMetadata", self._extensions(element.get("sensorMetadata", {}), set(_METADATA)))]
        for report in element["sensorReport"]:
            parts += self._under("sensorReport", self._extensions(report, set(_REPORT)))
        parts += self._extensions(element, {"sensorMetadata", "sensorReport"})
        yield from self._under("sensorElement", parts)

    @staticmethod
    def _under(name: str, parts: Iterable[str]) -> Iterator[str]:
        written = sorted(parts)
        if written:
            yield name + "".join(written)

    def _field(self, name: str, value: Any) -> str:
        if name in _EPC_LISTS:
            return _listed(name, (self._pair("epc", epc) for epc in value))
        if name in _QUANTITY_LISTS:
            return _listed(name, ("quantityElement" + self._fields(part, ("epcClass", "quantity", "uom")) for part in value))
        if name in _PARTIES:
            return _listed(name, (self._party(_PARTIES[name], part) for part in value))
        if name == "certificationInfo" and isinstance(value, list):
            return "".join(sorted(self._pair(name, part) for part in value))
        if name == "persistentDisposition":
            parts = [*(sorted(self._pair(key, word) for word in value[key]) for key in ("set", "unset") if key in value)]
            return name + "".join("".join(part) for part in parts)
        if name in {"readPoint", "bizLocation"}:
            return name + self._fields(value, ("id",))
        if name == "sensorElementList":
            return _listed(name, (self._sensor(part) for part in value))
        return self._pair(name, value)

    def _party(self, name: str, part: Mapping[str, Any]) -> str:
        # The type first, so that the list is ordered by it: as every implementation of the ratified standard has it.
        text = f"type={vocabulary.expanded(part['type'], _WORDS[name], self.namespaces)}" if "type" in part else ""
        return text + self._pair(name, part[name])

    def _sensor(self, part: Mapping[str, Any]) -> str:
        text = "sensorElement"
        if "sensorMetadata" in part:
            text += "sensorMetadata" + self._fields(part["sensorMetadata"], _METADATA)
        return text + "".join(sorted("sensorReport" + self._fields(report, _REPORT) for report in part["sensorReport"]))

    def _fields(self, part: Mapping[str, Any], order: tuple[str, ...]) -> str:
        return "".join(self._report_type(part) if name == "type" else self._pair(name, part[name]) for name in order if name in part)

    def _report_type(self, part: Mapping[str, Any]) -> str:
        return f"type={vocabulary.expanded(part['type'], vocabulary.WEB_VOCABULARY, self.namespaces)}"

    def _pair(self, name: str, value: Any) -> str:
        if name in _TIMES:
            return f"{name}={moment(value)}"
        if name in {"bizStep", "disposition", "set", "unset", "component", "exception"}:
            return f"{name}={vocabulary.expanded(value, _WORDS[name], self.namespaces)}"
        return f"{name}={self._value(value)}"

    def _value(self, value: Any) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return _number(str(value))
        if isinstance(value, str):
            return canonical(vocabulary.uncompacted(value.strip(), self.namespaces))
        return ""

    def _extensions(self, part: Mapping[str, Any], known: set[str]) -> Iterator[str]:
        for name, value in part.items():
            if name not in known:
                for single in value if isinstance(value, list) else [value]:
                    yield self._extension(name, single)

    def _extension(self, name: str, value: Any) -> str:
        key = self._key(name)
        if isinstance(value, dict):
            return key + "".join(sorted(self._extensions(value, set())))
        if isinstance(value, list):
            return key + "".join(sorted(self._extension(name, part) for part in value))
        text = self._value(value)
        return f"{key}={_number(text)}" if text else key

    def _key(self, name: str) -> str:
        prefix, colon, local = name.partition(":")
        if colon and prefix in self.namespaces:
            return f"{{{self.namespaces[prefix]}}}{local}"
        cut = max(name.rfind("/"), name.rfind("#"), name.rfind(":")) + 1
        return f"{{{name[:cut]}}}{name[cut:]}" if cut else name


def _listed(name: str, parts: Iterable[str]) -> str:
    written = sorted(parts)
    return name + "".join(written) if written else ""


def moment(text: str) -> str:
    """A time as the standard hashes it: UTC, rounded to the millisecond. Raises ValueError."""
    when = datetime.fromisoformat(text.upper()).astimezone(UTC) + timedelta(microseconds=500)
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _number(text: str) -> str:
    """Without trailing zeros, where it is a number; other text as it is."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite():
        return text
    plain = format(number, "f")
    return (plain.rstrip("0").rstrip(".") if "." in plain else plain) or "0"
