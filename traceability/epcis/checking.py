"""Whether a document or an event is EPCIS 2.0: by the official JSON schema with its formats, and by what no schema can say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

import jsonschema_rs

from traceability.epcis import vocabulary
from traceability.epcis.hashing import moment, namespaces_of

SCHEMA = Path(__file__).parent / "data" / "EPCIS-JSON-Schema.json"
DEPTH = 60
_LONGEST_URI = 500
_SHOWN = 300
_MOST_PROBLEMS = 20


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: a path into the JSON such as `epcisBody/eventList/0/bizStep` (empty: the whole)."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what


def document_problems(document: Any) -> list[Problem]:
    """What keeps a document from being captured whole; empty where nothing does."""
    if problem := not_json_of_ours(document):
        return [problem]
    if problem := _not_for_capture(document):
        return [problem]
    found = list(_by_schema(_document_schema(), document))
    if found:
        return found[:_MOST_PROBLEMS]
    context = document["@context"]
    listed = enumerate(document["epcisBody"]["eventList"])
    found = [*_context_problems(context)] or [
        *(p for n, event in listed for p in _beyond_schema(event, context, f"epcisBody/eventList/{n}/"))
    ]
    return found[:_MOST_PROBLEMS]


def envelope_problems(document: Any) -> list[Problem]:
    """The same, leaving the events themselves out: each of them is asked for by itself with `event_problems`."""
    if problem := not_json_of_ours(document):
        return [problem]
    if problem := _not_for_capture(document):
        return [problem]
    body = document.get("epcisBody")
    if isinstance(body, dict) and isinstance(body.get("eventList"), list):
        document = {**document, "epcisBody": {**body, "eventList": []}}
    return [*_by_schema(_document_schema(), document), *_context_problems(document.get("@context"))][:_MOST_PROBLEMS]


def event_problems(event: Any, context: Any) -> list[Problem]:
    """What is wrong with one event of a document with that `@context`."""
    if problem := not_json_of_ours([event, context]):
        return [problem]
    found = list(_by_schema(_event_schema(), event)) or list(_context_problems(context)) or list(_beyond_schema(event, context, ""))
    return found[:_MOST_PROBLEMS]


def not_json_of_ours(value: Any, depth: int = DEPTH) -> Problem | None:
    """A reason why the database cannot keep the value as it is: nested too deep, or text that is no text."""
    if depth == 0:
        return Problem("", f"is nested deeper than {DEPTH} levels")
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            return Problem("", "holds a character that is no text (NUL or half a surrogate pair)")
        return None
    if isinstance(value, float) and not isfinite(value):
        return Problem("", "holds a number that is too large, or is none")
    parts = [*value.keys(), *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []
    return next((problem for part in parts if (problem := not_json_of_ours(part, depth - 1))), None)


@cache
def _document_schema() -> jsonschema_rs.Draft7Validator:
    return _validator("epcisDocument")


@cache
def _event_schema() -> jsonschema_rs.Draft7Validator:
    return _validator("EPCIS-Document-Event")


@cache
def _context_schema() -> jsonschema_rs.Draft7Validator:
    return _validator("%40context")


@cache
def _member_schema() -> jsonschema_rs.Draft7Validator:
    """The members of all types of events together: what an event of somebody's own type has of them is to be formed as there."""
    definitions = _definitions()
    parts = [definitions[name]["allOf"][1]["properties"] for name in vocabulary.EVENT_TYPES]
    members = {name: form for part in parts for name, form in part.items() if name != "type"}
    return jsonschema_rs.Draft7Validator({"properties": members, "definitions": definitions}, validate_formats=True)


def _validator(definition: str) -> jsonschema_rs.Draft7Validator:
    part = {"$ref": f"#/definitions/{definition}", "definitions": _definitions()}
    return jsonschema_rs.Draft7Validator(part, validate_formats=True)


@cache
def _definitions() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))["definitions"]
    return found


def _by_schema(validator: jsonschema_rs.Draft7Validator, instance: Any) -> Iterator[Problem]:
    for error in validator.iter_errors(instance):
        yield Problem("/".join(map(str, error.instance_path)), _worded(error)[:_SHOWN])


def _worded(error: jsonschema_rs.ValidationError) -> str:
    """The message without the part of the document that it is about: that can be the whole of it, and its place is told."""
    written = max(error.message.rfind("} is"), error.message.rfind("] is"))
    return f"this part{error.message[written + 1 :]}" if isinstance(error.instance, dict | list) and written >= 0 else error.message


def _not_for_capture(document: Any) -> Problem | None:
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "EPCISDocument":
        return None
    if kind == "EPCISQueryDocument":
        return Problem("type", "an EPCISQueryDocument holds the answer to a query and is not for capture; send an EPCISDocument")
    return Problem("type", "an EPCISDocument is expected")


def _context_problems(context: Any) -> Iterator[Problem]:
    if not _context_schema().is_valid(context):
        yield Problem("@context", "is no context of JSON-LD")
        return
    parts = context if isinstance(context, list) else [context]
    if not any(isinstance(part, str) and part in vocabulary.CONTEXTS for part in parts):
        yield Problem("@context", f"does not name the standard's context {vocabulary.STANDARD_CONTEXT}")
    for part in parts:
        for prefix, uri in part.items() if isinstance(part, dict) else ():
            if isinstance(uri, str) and not prefix.startswith("@") and ":" not in uri:
                yield Problem("@context", f"{prefix!r} stands for {uri[:_SHOWN]!r}, which is no absolute URI")


def _beyond_schema(event: Mapping[str, Any], context: Any, place: str) -> Iterator[Problem]:
    if event["type"] not in vocabulary.EVENT_TYPES:
        found = [Problem(f"{place}{problem.where}", problem.what) for problem in _by_schema(_member_schema(), event)]
        if found:
            yield from found
            return
    try:
        moment(str(event["eventTime"]))
    except (ValueError, OverflowError):
        yield Problem(f"{place}eventTime", f"{event['eventTime']} is no time that there is")
    declared = event.get("errorDeclaration")
    if declared is not None:
        try:
            moment(str(declared["declarationTime"]))
        except (ValueError, OverflowError):
            yield Problem(f"{place}errorDeclaration/declarationTime", f"{declared['declarationTime']} is no time that there is")
    own = event.get("@context")
    if not _may_be_defined_elsewhere(context, own):
        known = namespaces_of(context, own)
        for name in sorted(prefixes(event) - set(known) - vocabulary.SCHEMES):
            yield Problem(place.rstrip("/"), f"the prefix {name!r} is not defined in @context")
    for name, uri in _uris(event):
        if len(uri) > _LONGEST_URI:
            yield Problem(f"{place}{name}", f"is longer than {_LONGEST_URI} characters")


def _may_be_defined_elsewhere(*contexts: Any) -> bool:
    """Whether a context of somebody else is referred to: it is never fetched, so what it defines is not known."""
    parts = [part for context in contexts for part in (context if isinstance(context, list) else [context])]
    return any(isinstance(part, str) and part not in vocabulary.CONTEXTS for part in parts)


def prefixes(part: Any) -> set[str]:
    """Prefixes of the names of members, at any depth."""
    if isinstance(part, list):
        return {prefix for inner in part for prefix in prefixes(inner)}
    if not isinstance(part, dict):
        return set()
    own = {name.partition(":")[0] for name in part if ":" in name}
    return own | {prefix for name, inner in part.items() if name != "@context" for prefix in prefixes(inner)}


def _uris(event: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("eventID", "type", "parentID", "transformationID", "bizStep", "disposition"):
        if name in event:
            yield name, event[name]
    for name in ("readPoint", "bizLocation"):
        if name in event:
            yield name, event[name]["id"]
    for name in ("epcList", "childEPCs", "inputEPCList", "outputEPCList"):
        yield from ((name, uri) for uri in event.get(name, ()))
    for name in ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"):
        yield from ((name, part["epcClass"]) for part in event.get(name, ()))
