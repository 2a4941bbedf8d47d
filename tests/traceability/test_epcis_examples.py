"""The standard's own example documents: captured and given out again as they were; each broken variant refused.

They are not part of the project: found by `OCOP_EPCIS_EXAMPLES`, or in a folder `shared` beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests import builders
from tests.traceability.epcis_client import Epcis, encoded, of_member, problem
from tests.traceability.epcis_documents import standard_examples
from traceability.epcis.checking import document_problems
from traceability.models import Event

pytestmark = pytest.mark.django_db
EXAMPLES = standard_examples()
DOCUMENTS = {name: given for name, given in EXAMPLES.items() if given["type"] == "EPCISDocument"}
needs_examples = pytest.mark.skipif(not EXAMPLES, reason="the standard's example documents are not at hand (OCOP_EPCIS_EXAMPLES)")


@pytest.fixture
def system() -> Epcis:
    return of_member(builders.producer("SX1"))


def plain(event: dict[str, Any], *, of_ours: bool = False) -> dict[str, Any]:
    """An event without what the repository sets; `of_ours`: nor the ID that it filled in."""
    left_out = {"recordTime", "@context"} | ({"eventID"} if of_ours else set())
    return {name: value for name, value in event.items() if name not in left_out}


@needs_examples
def test_there_are_24_of_which_one_is_an_answer_to_a_query() -> None:
    assert (len(EXAMPLES), len(DOCUMENTS)) == (24, 23)


@needs_examples
def test_every_document_is_captured_and_read_back_event_by_event(system: Epcis) -> None:
    for name, document in DOCUMENTS.items():
        before = {event.pk for event in Event.objects.all()}
        job = system.captured(document)
        assert (job["success"], job["running"], job["errors"]) == (True, False, []), name
        kept = list(Event.objects.exclude(pk__in=before).order_by("pk"))
        sent = document["epcisBody"]["eventList"]
        # Read through the interface by the ID, under the document's own context.
        for row, event in zip(kept, sent, strict=True):
            found = system.get(f"events/{encoded(row.event_id)}").json()
            assert found["@context"][0] == "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
            listed = found["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
            assert plain(event) in [plain(given, of_ours="eventID" not in event) for given in listed], name
            assert document_problems({**document, "@context": found["@context"], "epcisBody": {"eventList": listed}}) == []
    # And all of them at once.
    everything = system.events(perPage="100")
    sent = [event for document in DOCUMENTS.values() for event in document["epcisBody"]["eventList"]]
    assert len(everything) == len(sent) == 26
    for event in sent:
        assert plain(event) in [plain(given, of_ours="eventID" not in event) for given in everything]


@needs_examples
def test_answer_keeps_what_each_prefix_means(system: Epcis) -> None:
    for name in ("Example_9.6.4-TransformationEvent.jsonld", "SensorDataExample12.jsonld"):
        system.captured(DOCUMENTS[name])
    answer = system.get("events", orderDirection="ASC", orderBy="recordTime").json()
    first, second = answer["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert answer["@context"][1]["example"] == "http://ns.example.com/epcis/"
    assert "@context" not in first
    assert {"example": "https://ns.example.com/epcis"} in second["@context"]


@needs_examples
def test_answer_to_a_query_is_not_for_capture(system: Epcis) -> None:
    answer = system.post("capture", EXAMPLES["EPCISQueryDocument.jsonld"])
    assert problem(answer) == (400, "ValidationException")
    assert "EPCISQueryDocument" in answer.json()["detail"]


def _without(*path: str | int) -> Callable[[dict[str, Any]], None]:
    def breaking(document: dict[str, Any]) -> None:
        part: Any = document
        for step in path[:-1]:
            part = part[step]
        del part[path[-1]]

    return breaking


def _with(value: Any, *path: str | int) -> Callable[[dict[str, Any]], None]:
    def breaking(document: dict[str, Any]) -> None:
        part: Any = document
        for step in path[:-1]:
            part = part[step]
        part[path[-1]] = value

    return breaking


EVENT = ("epcisBody", "eventList", 0)
BROKEN: dict[str, Callable[[dict[str, Any]], None]] = {
    "no type": _without("type"),
    "type of a query": _with("EPCISQueryDocument", "type"),
    "no context": _without("@context"),
    "context of something else": _with(["https://schema.org/"], "@context"),
    "prefix that stands for nothing": _with(
        ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"example": "x"}], "@context"
    ),
    "no schema version": _without("schemaVersion"),
    "schema version that is a number": _with(2.0, "schemaVersion"),
    "no creation date": _without("creationDate"),
    "creation date that is none": _with("yesterday", "creationDate"),
    "no body": _without("epcisBody"),
    "no event list": _without("epcisBody", "eventList"),
    "event list that is an object": _with({}, "epcisBody", "eventList"),
    "member that the standard does not have": _with(1, "epcisBodyy"),
    "event that is text": _with("event", *EVENT),
    "no event type": _without(*EVENT, "type"),
    "unknown event type": _with("CrabEvent", *EVENT, "type"),
    "no event time": _without(*EVENT, "eventTime"),
    "event time without a zone": _with("2020-01-14T00:00:00", *EVENT, "eventTime"),
    "event time that is a number": _with(1579000000, *EVENT, "eventTime"),
    "30 February": _with("2020-02-30T00:00:00Z", *EVENT, "eventTime"),
    "no time zone": _without(*EVENT, "eventTimeZoneOffset"),
    "time zone beyond the earth's": _with("+15:00", *EVENT, "eventTimeZoneOffset"),
    "event ID that is no URI": _with("event 1", *EVENT, "eventID"),
    "business step that is none": _with("harvested", *EVENT, "bizStep"),
    "business step as URN": _with("urn:epcglobal:cbv:bizstep:shipping", *EVENT, "bizStep"),
    "disposition that is none": _with("lost", *EVENT, "disposition"),
    "read point that is text": _with("urn:epc:id:sgln:4012345.00001.0", *EVENT, "readPoint"),
    "read point without an id": _with({}, *EVENT, "readPoint"),
    "member without a prefix": _with("x", *EVENT, "myField"),
    "prefix that is not defined": _with("x", *EVENT, "nobody:myField"),
    "sensor without a report": _with([{"sensorReport": []}], *EVENT, "sensorElementList"),
    "sensor value that is text": _with([{"sensorReport": [{"type": "Temperature", "value": "26"}]}], *EVENT, "sensorElementList"),
    "source without a type": _with([{"source": "urn:epc:id:pgln:4000001.00012"}], *EVENT, "sourceList"),
    "transaction that is no URI": _with([{"type": "po", "bizTransaction": "order 1"}], *EVENT, "bizTransactionList"),
    "error without a time": _with({"reason": "incorrect_data"}, *EVENT, "errorDeclaration"),
}
# What is broken in an event of one type is an ordinary member of another.
BROKEN_BY_TYPE: dict[str, dict[str, Callable[[dict[str, Any]], None]]] = {
    "AssociationEvent": {
        "no parent": _without(*EVENT, "parentID"),
        "no action": _without(*EVENT, "action"),
        "unknown action": _with("REMOVE", *EVENT, "action"),
        "things of an object event": _with(["urn:epc:id:giai:4000001.12345"], *EVENT, "epcList"),
    },
    "AggregationEvent": {
        "no action": _without(*EVENT, "action"),
        "children that are no URIs": _with(["box"], *EVENT, "childEPCs"),
        "quantity that is text": _with(
            [{"epcClass": "https://id.gs1.org/01/04012345987652", "quantity": "10"}], *EVENT, "childQuantityList"
        ),
        "unit in words": _with([{"epcClass": "https://id.gs1.org/01/04012345987652", "uom": "kilo"}], *EVENT, "childQuantityList"),
    },
    "ObjectEvent": {
        "no action": _without(*EVENT, "action"),
        "EPC that is no URI": _with(["box 1"], *EVENT, "epcList"),
        "EPC twice": _with(["urn:epc:id:giai:4000001.1", "urn:epc:id:giai:4000001.1"], *EVENT, "epcList"),
        "parent": _with("urn:epc:id:sscc:0614141.1234567890", *EVENT, "parentID"),
    },
    "TransformationEvent": {
        "an action": _with("ADD", *EVENT, "action"),
        "outputs that are text": _with("urn:epc:id:sgtin:4012345.033333.AGHFG", *EVENT, "outputEPCList"),
    },
}


@needs_examples
def test_every_broken_variant_is_refused_with_its_problem(system: Epcis) -> None:
    """Every example × every way of breaking it that applies; nothing of any of them is kept."""
    tried = 0
    for name, document in DOCUMENTS.items():
        kind = document["epcisBody"]["eventList"][0]["type"]
        for how, breaking in (BROKEN | BROKEN_BY_TYPE[kind]).items():
            broken = deepcopy(document)
            try:
                breaking(broken)
            except KeyError:
                continue  # the example does not have it
            assert document_problems(broken), f"{name}: {how}"
            tried += 1
    assert tried > 850


@needs_examples
@pytest.mark.parametrize("how", BROKEN)
def test_broken_document_is_answered_with_the_right_type(system: Epcis, how: str) -> None:
    broken = deepcopy(DOCUMENTS["ErrorDeclarationAndCorrectiveEvent.jsonld"])
    BROKEN[how](broken)
    answer = system.post("capture", broken)
    assert problem(answer) == (400, "ValidationException")
    assert not Event.objects.exists()
