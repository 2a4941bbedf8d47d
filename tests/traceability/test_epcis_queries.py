"""Asking for events: every parameter, order, pages, lists of words, and who sees what."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from catalog.models import Producer
from tests import builders
from tests.builders import CA_MAU
from tests.traceability.epcis_client import Epcis, encoded, events_of, of_member, problem
from tests.traceability.epcis_documents import CONTEXT, FARM, LOT, UNIT, aggregation_event, document, object_event, transformation_event
from traceability.epcis.checking import event_problems
from traceability.epcis.services import record_event
from traceability.models import Event

pytestmark = pytest.mark.django_db
SSCC = "urn:epc:id:sscc:8935000.0000000001"
OUTPUT = "https://id.gs1.org/01/08935000000038/21/P1"
TRANSFORMATION = "urn:epc:id:gdti:8935000.00001.400"
# Known by what is done in them.
EVENTS = {
    "received": object_event(),
    "packed": aggregation_event(eventTime="2026-03-02T10:00:00Z"),
    "made": transformation_event(transformationID=TRANSFORMATION),
    "sold": object_event(
        action="DELETE",
        bizStep="retail_selling",
        disposition="retail_sold",
        eventTime="2026-03-04T08:30:00.000+07:00",
        epcList=[OUTPUT, UNIT],
        quantityList=[],
        readPoint={"id": "https://shop.example/414/4012345000016?x=1"},
        bizLocation={"id": "urn:epc:id:sgln:4012345.00001.7"},
    ),
    "billed": {
        **{name: value for name, value in object_event(action="ADD").items() if name != "quantityList"},
        "type": "TransactionEvent",
        "bizStep": "https://ocop.example.vn/voc/billing",
        "eventTime": "2026-03-05T08:30:00.000+07:00",
        "eventID": "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8",
        "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:8935000000021:1"}],
        "parentID": SSCC,
        "epcList": ["urn:epc:id:giai:4000001.111"],
    },
}


@pytest.fixture
def maker() -> Producer:
    return builders.producer("SX1")


@pytest.fixture
def system(maker: Producer) -> Epcis:
    for event in EVENTS.values():
        record_event(producer=maker, by=None, event=event, context=CONTEXT, public=False)
    return of_member(maker)


def names(events: list[dict[str, Any]]) -> list[str]:
    steps = {event.get("bizStep"): name for name, event in EVENTS.items()}
    return [steps[event["bizStep"]] for event in events]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, "billed sold made packed received"),
        ({"eventType": "ObjectEvent"}, "sold received"),
        ({"eventType": "AggregationEvent|TransactionEvent"}, "billed packed"),
        ({"eventType": "CrabEvent"}, ""),
        ({"EQ_action": "DELETE"}, "sold"),
        ({"EQ_action": "ADD|DELETE"}, "billed sold packed"),
        ({"EQ_bizStep": "receiving"}, "received"),
        ({"EQ_bizStep": "urn:epcglobal:cbv:bizstep:receiving|https://ref.gs1.org/cbv/BizStep-packing"}, "packed received"),
        ({"EQ_bizStep": "https://ocop.example.vn/voc/billing"}, "billed"),
        ({"EQ_disposition": "retail_sold"}, "sold"),
        ({"EQ_disposition": "https://ref.gs1.org/cbv/Disp-in_progress"}, "billed made packed received"),
        ({"EQ_readPoint": FARM}, "billed made packed received"),
        ({"EQ_readPoint": "urn:epc:id:sgln:4012345.00001.0"}, "sold"),
        ({"EQ_bizLocation": "https://id.gs1.org/414/4012345000016/254/7"}, "sold"),
        ({"EQ_eventID": "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8|urn:uuid:0"}, "billed"),
        ({"EQ_transformationID": TRANSFORMATION}, "made"),
        ({"GE_eventTime": "2026-03-04T01:30:00Z"}, "billed sold"),
        ({"LT_eventTime": "2026-03-04T01:30:00Z"}, "made packed received"),
        ({"GE_eventTime": "2026-03-02T10:00:00Z", "LT_eventTime": "2026-03-05T08:30:00.000+07:00"}, "sold made packed"),
        ({"GE_eventTime": "2026-03-04T08:30:00.000 07:00"}, "billed sold"),
        ({"GE_recordTime": "2026-01-01T00:00:00Z"}, "billed sold made packed received"),
        ({"LT_recordTime": "2026-01-01T00:00:00Z"}, ""),
        ({"MATCH_epc": UNIT}, "sold packed"),
        ({"MATCH_epc": "urn:epc:id:sgtin:8935000.000003.P1"}, "sold"),
        ({"MATCH_epc": "urn:epc:idpat:sgtin:8935000.000003.*"}, "sold"),
        ({"MATCH_epc": "urn:epc:idpat:giai:4000001.*"}, "billed"),
        ({"MATCH_epc": SSCC}, ""),
        ({"MATCH_epc": LOT}, ""),
        ({"MATCH_anyEPC": OUTPUT}, "sold made"),
        ({"MATCH_anyEPC": f"{SSCC}|urn:epc:id:giai:4000001.111"}, "billed packed"),
        ({"MATCH_epcClass": LOT}, "received"),
        ({"MATCH_epcClass": "urn:epc:class:lgtin:8935000.000001.A7"}, "received"),
        ({"MATCH_anyEPCClass": LOT}, "made received"),
        ({"MATCH_inputEPCClass": LOT}, "made"),
        ({"MATCH_outputEPCClass": LOT}, ""),
        ({"MATCH_parentID": SSCC}, "billed packed"),
        ({"MATCH_inputEPC": OUTPUT}, ""),
        ({"MATCH_outputEPC": OUTPUT}, "made"),
        ({"orderDirection": "ASC"}, "received packed made sold billed"),
        ({"orderBy": "recordTime"}, "billed sold made packed received"),
        ({"orderBy": "recordTime", "orderDirection": "ASC", "eventCountLimit": "2"}, "received packed"),
        ({"eventCountLimit": "1"}, "billed"),
        ({"maxEventCount": "5"}, "billed sold made packed received"),
        ({"eventType": "ObjectEvent", "MATCH_anyEPC": UNIT, "EQ_action": "OBSERVE"}, ""),
    ],
)
def test_each_parameter_narrows_down(system: Epcis, asked: dict[str, str], found: str) -> None:
    assert names(system.events(**asked)) == found.split()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"EQ_nothing": "1"}, "EQ_nothing"),
        ({"eventType": ""}, "eventType has no value"),
        ({"MATCH_epc": "|"}, "MATCH_epc has no value"),
        ({"MATCH_epc": "a\x00"}, "no text"),
        ({"EQ_bizStep": "|".join(map(str, range(101)))}, "more than 100"),
        ({"GE_eventTime": "yesterday"}, "GE_eventTime"),
        ({"GE_eventTime": "2026-03-02T08:00:00"}, "no time zone"),
        ({"GE_eventTime": "0001-01-01T00:00:00+14:00"}, "GE_eventTime"),
        ({"orderBy": "eventID"}, "orderBy"),
        ({"orderDirection": "UP"}, "orderDirection"),
        ({"eventCountLimit": "0"}, "eventCountLimit"),
        ({"eventCountLimit": "1", "maxEventCount": "1"}, "exclude each other"),
        ({"perPage": "-1"}, "perPage"),
        ({"perPage": "\u0661"}, "perPage"),
        ({"perPage": "9" * 40}, "perPage"),
        ({"nextPageToken": "x"}, "nextPageToken"),
    ],
)
def test_query_that_is_none_is_refused_by_name(system: Epcis, asked: dict[str, str], said: str) -> None:
    answer = system.get("events", **asked)
    assert problem(answer) == (400, "QueryParameterException")
    assert said in answer.json()["detail"]


def test_answer_larger_than_the_client_can_bear(system: Epcis) -> None:
    assert problem(system.get("events", maxEventCount="4")) == (413, "QueryTooLargeException")


def followed(system: Epcis, first: Any) -> list[list[str]]:
    """The pages of an answer, one after the other."""
    pages, answer = [names(events_of(first))], first
    while "Link" in answer:
        assert answer["Link"].endswith('; rel="next"')
        assert answer["GS1-Next-Page-Token-Expires"] > "2026"
        answer = Client().get(answer["Link"].split(">")[0][1:], headers=system._headers(None))
        pages.append(names(events_of(answer)))
    return pages


def test_pages_follow_one_another(system: Epcis, maker: Producer) -> None:
    assert followed(system, system.get("events", perPage="2")) == [["billed", "sold"], ["made", "packed"], ["received"]]
    assert followed(system, system.get("events", perPage="2", orderDirection="ASC")) == [
        ["received", "packed"],
        ["made", "sold"],
        ["billed"],
    ]
    assert followed(system, system.get("events", perPage="2", eventCountLimit="3")) == [["billed", "sold"], ["made"]]
    assert followed(system, system.get("events", perPage="5")) == [["billed", "sold", "made", "packed", "received"]]
    assert followed(system, system.get("bizSteps/receiving/events", perPage="1")) == [["received"]]


def test_page_goes_on_where_it_stopped_while_events_come_in(system: Epcis, maker: Producer) -> None:
    first = system.get("events", perPage="2")
    record_event(producer=maker, by=None, event=object_event(eventTime="2026-03-09T08:00:00Z"), context=CONTEXT)
    assert followed(system, first)[1] == ["made", "packed"]


def test_events_of_one_time_are_paged_without_loss(maker: Producer) -> None:
    for number in range(5):
        record_event(producer=maker, by=None, event=object_event(**{"ocop:n": str(number)}), context=CONTEXT)
    system, found = Epcis(None), []
    answer = system.get("events", perPage="2")
    while True:
        found += [event["ocop:n"] for event in events_of(answer)]
        if "Link" not in answer:
            break
        answer = Client().get(answer["Link"].split(">")[0][1:])
    assert found == ["4", "3", "2", "1", "0"]


def test_token_is_of_its_query(system: Epcis) -> None:
    token = system.get("events", perPage="2")["Link"].split("nextPageToken=")[1].split(">")[0]
    for path, asked in (("events", {"EQ_action": "ADD"}), ("bizSteps", {}), ("capture", {})):
        assert problem(system.get(path, nextPageToken=token, **asked)) == (400, "QueryParameterException")


def test_answer_is_a_document_of_the_standard(system: Epcis) -> None:
    answer = system.get("events").json()
    assert (answer["type"], answer["schemaVersion"]) == ("EPCISQueryDocument", "2.0")
    assert answer["epcisBody"]["queryResults"]["queryName"] == "SimpleEventQuery"
    assert answer["@context"] == CONTEXT
    for event in answer["epcisBody"]["queryResults"]["resultsBody"]["eventList"]:
        assert event_problems(event, answer["@context"]) == []
        assert event["recordTime"].endswith("Z")


def test_lists_of_words_and_what_is_below_them(system: Epcis) -> None:
    def members(path: str) -> list[str]:
        answer = system.get(path)
        assert answer.status_code == 200, answer.content
        assert answer.json()["type"] == "Collection"
        listed: list[str] = answer.json()["member"]
        return listed

    assert members("") == ["capture", "events", "eventTypes", "epcs", "bizSteps", "bizLocations", "readPoints", "dispositions"]
    assert members("eventTypes") == ["AggregationEvent", "ObjectEvent", "TransactionEvent", "TransformationEvent"]
    assert set(members("bizSteps")) == {"commissioning", "packing", "receiving", "retail_selling", "https://ocop.example.vn/voc/billing"}
    assert members("dispositions") == ["in_progress", "retail_sold"]
    assert members("readPoints") == ["https://id.gs1.org/414/4012345000016", FARM]
    assert members("bizLocations") == ["https://id.gs1.org/414/4012345000016/254/7", FARM]
    assert set(members("epcs")) == {LOT, UNIT, OUTPUT, SSCC, "urn:epc:id:giai:4000001.111"}
    for path in ("bizSteps/receiving", "eventTypes/AssociationEvent", f"epcs/{encoded(UNIT)}", f"readPoints/{encoded(FARM)}"):
        assert members(path) == ["events"]
    for path in ("bizSteps/shipping", "eventTypes/CrabEvent", "epcs/urn:a", "dispositions/%00", "eventTypes/CrabEvent/events"):
        assert problem(system.get(path)) == (404, "NoSuchResourceException")
    assert names(system.events("bizSteps/receiving/events")) == ["received"]
    assert names(system.events("eventTypes/ObjectEvent/events", EQ_action="DELETE")) == ["sold"]
    assert names(system.events(f"epcs/{encoded('urn:epc:id:sgtin:8935000.000003.P1')}/events")) == ["sold", "made"]
    assert names(system.events(f"epcs/{encoded(LOT)}/events")) == ["made", "received"]
    assert names(system.events(f"bizLocations/{encoded('urn:epc:id:sgln:4012345.00001.7')}/events")) == ["sold"]
    assert names(system.events("dispositions/retail_sold/events")) == ["sold"]


def test_lists_of_words_have_pages(system: Epcis) -> None:
    found, answer = [], system.get("epcs", perPage="2")
    while True:
        found.append(len(answer.json()["member"]))
        if "Link" not in answer:
            break
        answer = Client().get(answer["Link"].split(">")[0][1:], headers=system._headers(None))
    assert found == [2, 2, 1]
    assert problem(system.get("epcs", perPage="0")) == (400, "QueryParameterException")


def test_event_by_its_id_with_what_declares_it_wrong(system: Epcis) -> None:
    event_id = "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8"
    wrong = {**EVENTS["billed"], "errorDeclaration": {"declarationTime": "2026-03-06T08:00:00Z", "reason": "did_not_occur"}}
    assert system.captured(document(wrong))["success"] is True
    first, second = system.events(f"events/{encoded(event_id)}")
    assert ("errorDeclaration" in first, second["errorDeclaration"]["reason"]) == (False, "did_not_occur")
    for unknown in ("urn:uuid:0", encoded("ni:///sha-256;00?ver=CBV2.0")):
        assert problem(system.get(f"events/{unknown}")) == (404, "NoSuchResourceException")


def test_who_reads_what(system: Epcis, maker: Producer) -> None:
    """What is public is everybody's; the rest is its producer's and those who oversee it; nothing else shows that it is there."""
    stranger = of_member(builders.producer("SX2", province=CA_MAU))
    event_id = Event.objects.get(biz_step="receiving").event_id
    for nobody in (Epcis(None), stranger, Epcis(builders.official(province=CA_MAU))):
        assert nobody.events() == []
        assert nobody.events(MATCH_anyEPCClass=LOT) == []
        assert nobody.get("bizSteps").json()["member"] == []
        assert nobody.get("epcs").json()["member"] == []
        for path in (f"events/{encoded(event_id)}", "bizSteps/receiving", f"epcs/{encoded(LOT)}"):
            assert problem(nobody.get(path)) == (404, "NoSuchResourceException")
        assert nobody.events("bizSteps/receiving/events") == []
    for overseer in (Epcis(builders.official()), Epcis(builders.administrator())):
        assert len(overseer.events()) == 5
    Event.objects.filter(event_id=event_id).update(public=True)
    assert names(Epcis(None).events()) == ["received"]
    assert Epcis(None).get("epcs").json()["member"] == [LOT]
    # Another's account under the same ID does not get in the way.
    assert stranger.captured(document({**EVENTS["received"], "eventID": event_id, "bizStep": "shipping"}))["success"] is True
    assert len(stranger.events(f"events/{encoded(event_id)}")) == 2
    assert len(system.events(f"events/{encoded(event_id)}")) == 1


def test_address_of_a_reader_is_not_kept(system: Epcis) -> None:
    Client(REMOTE_ADDR="203.0.113.77").get("/epcis/events")
    client: Any = cache._cache.get_client()  # type: ignore[attr-defined]
    kept = [key.decode() for key in client.keys("*throttle*")]
    assert len(kept) == 1
    assert "203.0.113" not in kept[0]


def test_queries_do_not_grow_with_the_answer(system: Epcis, maker: Producer, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        Epcis(None).get("events")
    Event.objects.update(public=True)
    with django_assert_num_queries(1):
        assert len(Epcis(None).events()) == 5
